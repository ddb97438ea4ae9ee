// The sky takes another colour: it has a name in every photograph, and its mask comes from the finder that people's
// instructions are carried out with.

import { EditError, openFinder } from '../../../edit/index.ts'
import { type LabPlanes, labOfPicture, type Mask, maskShare } from '../../../image/index.ts'
import { colours, nounOf } from '../../../instructions/index.ts'
import { type ColourName, colourDistance, dyes, recolour } from '../../../operations/index.ts'
import { Rejection } from '../../../tools/index.ts'
import { isBackdrop } from '../../annotations/ground.ts'
import { unseenOutline } from '../outline.ts'
import { paintMeasures } from '../paint.ts'
import type { Draft, Recipe, RecipeContext, Source } from '../recipe.ts'

/** Colours that skies have at some hour, or that one imagines. */
const fit: ReadonlySet<ColourName> = new Set(['pink', 'orange', 'purple', 'yellow', 'green'])

/**
 * How sure the sky has to be, how much of the picture it takes, how much of it is blue at least, and how much of its outline
 * may show no edge: a grey sky may as well be a wall, haze, or a white roof before it.
 */
const demands = { score: 0.6, least: 0.08, most: 0.75, blue: 0.55, unseen: 0.022 } as const

/** Gives the blue sky of a photograph another colour. */
export const colorAlterSky: Recipe = {
  kind: 'color_alter',
  name: 'color_alter/sky',
  version: 3,
  needs: [],
  from: 'photo',
  final: ['no-sky', 'grey', 'unseen-outline'],
  variants: 2,
  async draft({ picture }: Source, { tools, annotation, random }: RecipeContext): Promise<Draft> {
    if (annotation.place !== 'outdoors' || annotation.light === 'night') throw new Rejection('no-sky')
    const finder = openFinder(picture, tools)
    const { mask, score } = await finder
      .find({ type: 'thing', phrase: 'sky', noun: 'sky' })
      .catch((error: unknown) => {
        if (error instanceof EditError) throw new Rejection('no-sky', { code: error.code })
        throw error
      })
    const share = maskShare(mask)
    if (isBackdrop(mask, annotation.things)) throw new Rejection('no-sky', { share })
    if (score < demands.score || share < demands.least || share > demands.most)
      throw new Rejection('no-sky', { score, share })
    const lab = labOfPicture(picture)
    const blue = blueShare(lab, mask)
    if (blue < demands.blue) throw new Rejection('grey', { blue })
    const unseen = unseenOutline(picture, mask)
    if (unseen > demands.unseen) throw new Rejection('unseen-outline', { unseen })
    const dye = random.pick(dyes.filter(({ name }) => fit.has(name)))
    const { picture: target, region } = recolour(picture, mask, { to: dye.lab, whole: true })
    const distance = colourDistance(paintMeasures(lab, mask, region).colour, dye.lab)
    return {
      source: picture,
      target,
      region: { ...region, data: region.data.map((value) => (value > 0 ? 255 : 0)) },
      facts: { kind: 'color_alter', object: nounOf('sky')!, to: colours[dye.name]! },
      parameters: { to: dye.name, score, share, blue, unseen, distance },
    }
  },
}

/** The share of what a mask covers that is blue, however pale. */
function blueShare({ b, a }: LabPlanes, mask: Mask): number {
  let [all, blue] = [0, 0]
  for (const [i, value] of mask.data.entries()) {
    if (value < 128) continue
    all++
    if (b[i]! < -0.025 && a[i]! < 0.02) blue++
  }
  return blue / Math.max(1, all)
}
