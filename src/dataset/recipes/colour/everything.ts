// Everything of one colour takes another. Which things they are need not be known: the colour itself says what is meant,
// where it is told apart from all others in the picture.

import {
  evenMask,
  type Lab,
  type LabPlanes,
  labOfPicture,
  type Mask,
  maskArea,
  maskComponents,
  type Picture,
  subtractMask,
  thresholdMask,
} from '../../../image/index.ts'
import { colours, type Noun } from '../../../instructions/index.ts'
import {
  type ColourName,
  colourDistance,
  type DominantColour,
  dominantHue,
  dyeHue,
  dyes,
  nameOfColour,
} from '../../../operations/index.ts'
import { Rejection } from '../../../tools/index.ts'
import type { Draft, Recipe, RecipeContext, Source } from '../recipe.ts'
import { people } from '../subject.ts'
import { areNear } from './names.ts'

/** The colours that are changed; wood, earth and stone have the others. */
const plain: ReadonlySet<ColourName> = new Set([
  ...(['red', 'orange', 'yellow', 'green', 'cyan', 'blue', 'purple', 'pink'] as const),
])

/** Colours that skin also has, although nobody means skin by them. */
const ofSkin: ReadonlySet<ColourName> = new Set(['red', 'orange', 'yellow', 'pink'])

/** Colours of skies, which fade toward the horizon, and the share of the picture that one takes at least. */
const ofSky: ReadonlySet<ColourName> = new Set(['blue', 'cyan'])
const leastSky = 0.05

/** The least score of a person, or of a face, near whom such colours are left alone. */
const [leastPerson, leastFace] = [0.35, 0.5]

/** Shares of the picture that have the colour. */
const [least, most] = [0.04, 0.6]
/** So much of what has about the hue may be neither clearly of it nor clearly not. */
const mostUnsure = 0.3
/** The share of it that has to lie in parts, and of the picture that one of them takes at least. */
const [leastWhole, leastPart] = [0.85, 0.002]
/** A mean chroma below this is too pale to be called by its hue. */
const leastChroma = 0.065
const leastDistance = 0.14
/** So many hues of a picture are looked at. */
const mostHues = 3

/** Changes the colour of everything that has a given colour. */
export const colorAlterEverything: Recipe = {
  kind: 'color_alter',
  name: 'color_alter/everything',
  version: 2,
  needs: [],
  uses: ['detector', 'faces'],
  from: 'photo',
  final: ['no-colour'],
  variants: 2,
  async draft({ picture }: Source, context: RecipeContext): Promise<Draft> {
    const { random } = context
    const lab = labOfPicture(picture)
    const found = random.shuffled(huesOf(picture, lab))
    let last = new Rejection('no-colour')
    const hasPeople = await showsPeople(picture, context)
    const hasSky = (context.annotation.sky ?? 0) > leastSky
    for (const hue of found) {
      const from = nameOfColour(hue.lab)
      if (hasSky && ofSky.has(from)) {
        last = new Rejection('sky')
        continue
      }
      if (hasPeople && ofSkin.has(from)) {
        last = new Rejection('skin')
        continue
      }
      const problem = problemOf(hue, lab)
      if (problem !== undefined) {
        last = problem
        continue
      }
      for (const dye of random.shuffled(dyes)) {
        const distance = colourDistance(hue.lab, dye.lab)
        if (dye.name === from || distance < leastDistance || areNear(from, dye.name)) continue
        const made = dyeHue(picture, hue.mask, dye)
        if (made === undefined) continue
        return {
          source: picture,
          target: made.picture,
          region: made.region,
          facts: { kind: 'color_alter', object: areasOf(from), to: colours[dye.name]! },
          parameters: { from, to: dye.name, distance, area: maskArea(made.region) },
        }
      }
    }
    throw last
  },
}

async function showsPeople(
  picture: Picture,
  { tools, annotation }: Pick<RecipeContext, 'tools' | 'annotation'>,
): Promise<boolean> {
  if (annotation.things.some(({ name, score }) => people.has(name.en) && score >= leastPerson)) return true
  const faces = tools.has('faces') ? await tools.get('faces').find(picture) : []
  return faces.some(({ score }) => score >= leastFace)
}

/** The picture's hues with names of their own, the most frequent first. */
function huesOf(picture: Picture, lab: LabPlanes): readonly DominantColour[] {
  const found: DominantColour[] = []
  let left = evenMask(picture.width, picture.height, 255)
  for (let k = 0; k < mostHues; k++) {
    const hue = dominantHue(picture, left, lab)
    if (hue === undefined) break
    left = subtractMask(left, thresholdMask(hue.mask, 1))
    if (plain.has(nameOfColour(hue.lab)) && isSurelyNamed(hue.lab)) found.push(hue)
  }
  return found
}

/** A hue nearer than this to that of another name may be called either, in radians. */
const leastSure = (8 * Math.PI) / 180

/** Whether a hue a little to either side has the same name. */
function isSurelyNamed([lightness, a, b]: Lab): boolean {
  const turned = (angle: number): Lab => {
    const [cos, sin] = [Math.cos(angle), Math.sin(angle)]
    return [lightness, a * cos - b * sin, a * sin + b * cos]
  }
  const name = nameOfColour([lightness, a, b])
  return [-leastSure, leastSure].every((angle) => {
    const other = nameOfColour(turned(angle))
    // Where it is dark or dull, red and orange are brown beside their own hue, too.
    return other === name || other === 'brown' || other === 'beige'
  })
}

/** Why a colour is not told apart, where it is not. */
function problemOf({ lab: [, a, b], mask }: DominantColour, lab: LabPlanes): Rejection | undefined {
  const chroma = Math.hypot(a, b)
  if (chroma < leastChroma) return new Rejection('pale', { chroma })
  const hard = thresholdMask(mask)
  const area = maskArea(hard)
  const share = area / mask.data.length
  if (share < least || share > most) return new Rejection('no-colour', { share })
  const unsure = unsureOf(mask, lab) / area
  if (unsure > mostUnsure) return new Rejection('unsure-colour', { unsure })
  const parts = maskComponents(hard).filter((part) => part.area >= leastPart * mask.data.length)
  const whole = parts.reduce((sum, part) => sum + part.area, 0) / area
  if (whole < leastWhole) return new Rejection('crumbs', { whole })
  return undefined
}

/** How many pixels are half of the hue, or coloured and just beside it in hue. */
function unsureOf(mask: Mask, { a, b }: LabPlanes): number {
  let count = 0
  let [ma, mb] = [0, 0]
  for (const [i, value] of mask.data.entries())
    if (value >= 128) {
      ma += a[i]!
      mb += b[i]!
    }
  const middle = Math.atan2(mb, ma)
  for (const [i, value] of mask.data.entries()) {
    const chroma = Math.hypot(a[i]!, b[i]!)
    const away = Math.abs(((((Math.atan2(b[i]!, a[i]!) - middle) * 180) / Math.PI + 540) % 360) - 180)
    const isBeside = value < 128 && chroma > 0.045 && away < 55
    if (isBeside || (value > 40 && value < 200)) count++
  }
  return count
}

/** All that has a colour, as a name. */
function areasOf(colour: ColourName): Noun {
  const { en, cn } = colours[colour]!
  return { en: `${en} areas`, cn: `${cn}区域`, plural: `${en} areas`, number: 'plural' }
}
