// The subject stays as it is; what is behind it becomes another place. The paper masks the subject and lets an
// inpainting model paint the rest; here the rest is a photograph of a place that has a name, or a made backdrop. The
// subject's own pixels are not touched: the background is chosen, and toned, to suit its light.
import {
  blurPicture,
  colourStatistics,
  compositePictures,
  type Mask,
  type Picture,
  shadePicture,
  transferColours,
} from '../../image/index.ts'
import { Rejection } from '../error.ts'
import type { Phrase } from '../facts.ts'
import { Random } from '../random.ts'
import { backdrops } from './backdrops.ts'
import { coverOf } from './covering.ts'
import { cutSubject } from './cutting.ts'
import { meanLook } from './harmonise.ts'
import { placementParameters } from './placed.ts'
import type { Donors, Draft, Recipe, RecipeContext, Source } from './recipe.ts'
import { scaleAt, sceneOf } from './scene.ts'
import { checkSeen, type Stage, stageOne } from './staged.ts'
import { floorShadow, lookAt, stageThing } from './staging.ts'
import { type Subject, subjectOf, wispyThings } from './subject.ts'
import type { Surface } from './surface.ts'
import { livesOn } from './things.ts'

/** Puts one thing into two photographs, at the same place, size and light. */
export const backgroundSwap: Recipe = {
  kind: 'background_change',
  name: 'background_change/swap',
  version: 1,
  needs: [],
  from: 'photo',
  variants: 4,
  draft: swapped,
}

async function swapped({ picture }: Source, context: RecipeContext): Promise<Draft> {
  const stage = await stageOne(picture, context)
  const { cutout, placement, light } = stage
  const other = await likePlace(picture, stage, context)
  const ground = lookAt(picture, placement)
  const look = meanLook(ground, lookAt(other.picture, placement))
  const seed = context.random.below(2 ** 31)
  const source = stageThing(picture, cutout, placement, { light, look }, new Random(seed))
  const there = { ...placement, surface: other.surface }
  const target = stageThing(other.picture, cutout, there, { light, look }, new Random(seed))
  checkSeen(picture, source)
  checkSeen(other.picture, target)
  return {
    source: source.picture,
    target: target.picture,
    region: outside(source.alpha),
    facts: { kind: 'background_change', subject: cutout.name, background: other.name },
    parameters: {
      background: other.name.en,
      ...placementParameters(placement),
      harmony: { ...source.harmony },
    },
    donors: [cutout.id, other.donor],
  }
}

/** How much larger or smaller the same thing would have to be in the other place. */
const likeScale = [0.62, 1.6] as const

/** A donor's place with a name, where the same thing can be in the same spot. @throws Rejection `no-background` */
async function likePlace(
  picture: Picture,
  { placement, thing }: Stage,
  { donors, random }: RecipeContext,
): Promise<{ picture: Picture; surface: Surface; name: Phrase; donor: string }> {
  const { surface, x, y, height } = placement
  const [u, v] = [x / picture.width, (surface.kind === 'sky' ? y - height / 2 : y) / picture.height]
  const own = sceneOf(picture).background
  for (let draw = 0; draw < 30; draw++) {
    const donor = await donors.picture(random)
    if (donor === undefined) break
    const { background, surfaces } = sceneOf(donor.picture)
    if (background === undefined || background.en === own?.en) continue
    const cover = coverOf(donor.picture, picture)
    const found = surfaces.map(cover.surface).find((other) => {
      if (!livesOn(thing, other.kind) || (other.kind === 'grass') !== (surface.kind === 'grass')) return false
      const [left, top, right, bottom] = other.area
      if (u < left || u > right || v < top - 0.03 || v > bottom + 0.03) return false
      if (surface.kind === 'sky' || other.kind === 'sky') return surface.kind === other.kind
      const ratio = scaleAt(other, v, picture) / scaleAt(surface, v, picture)
      return ratio > likeScale[0] && ratio < likeScale[1]
    })
    if (found !== undefined)
      return { picture: cover.picture, surface: found, name: background, donor: donor.id }
  }
  throw new Rejection('no-background')
}

/** Puts the main subject of the source before another background. */
export const backgroundChange: Recipe = {
  kind: 'background_change',
  name: 'background_change/matte',
  version: 1,
  needs: ['matting'],
  uses: ['detector'],
  from: 'photo',
  variants: 6,
  draft,
}

async function draft({ picture }: Source, { tools, donors, random }: RecipeContext): Promise<Draft> {
  const subject = await subjectOf(picture, tools, { least: 0.04, most: 0.75, doubt: 0.06 })
  if (wispyThings.has(subject.name?.en ?? '')) throw new Rejection('seen-through')
  const footing = footingOf(subject, picture)
  const background = await drawBackground(picture, footing, donors, random)
  const toned = tonedFor(background.picture, picture, subject.matte)
  const cut = cutSubject(picture, subject.matte)
  const shadow = background.floor && footing === 'within' ? floorShadow(subject.matte) : undefined
  const below = shadow === undefined ? toned : shadePicture(toned, shadow, 0.75)
  return {
    source: picture,
    target: compositePictures(below, cut.picture, subject.matte),
    region: outside(subject.matte),
    facts: {
      kind: 'background_change',
      ...(subject.name !== undefined && { subject: subject.name }),
      background: background.name,
    },
    parameters: {
      background: background.name.en,
      made: background.donor === undefined,
      footing,
      share: subject.share,
      doubt: subject.doubt,
    },
    ...(background.donor !== undefined && { donors: [background.donor] }),
  }
}

interface Background {
  readonly picture: Picture
  readonly name: Phrase
  readonly floor: boolean
  readonly donor?: string
}

/** Whether the subject goes on beyond the lower or a side edge, or stands within the picture. */
function footingOf({ box, matte }: Subject, { width, height }: Picture): 'cut' | 'within' {
  if (box.y + box.height < height - 3) return 'within'
  const last = matte.data.subarray((height - 2) * width, (height - 1) * width)
  const covered = last.reduce((count, value) => count + (value >= 128 ? 1 : 0), 0)
  return covered > 0.2 * box.width ? 'cut' : 'within'
}

/** Who stands within the picture needs a floor; who is cut off by its edge can be before anything. */
async function drawBackground(
  picture: Picture,
  footing: 'cut' | 'within',
  donors: Donors,
  random: Random,
): Promise<Background> {
  if (footing === 'cut' && random.chance(0.6)) {
    const photograph = await namedPlace(picture, donors, random)
    if (photograph !== undefined) return photograph
  }
  const fit = backdrops.filter(({ floor }) => floor || footing === 'cut')
  // Skies are drawn as often as studio walls.
  const plain = random.chance(0.5)
  const group = fit.filter(({ floor }) => floor === plain)
  const { name, floor, paint } = random.pick(group.length > 0 ? group : fit)
  return { picture: paint(picture, random), name, floor }
}

/** A donor's photograph of a place that has a name, at the picture's size and a little out of focus. */
async function namedPlace(
  { width, height }: Picture,
  donors: Donors,
  random: Random,
): Promise<Background | undefined> {
  for (let draw = 0; draw < 12; draw++) {
    const donor = await donors.picture(random)
    if (donor === undefined) return undefined
    const { background } = sceneOf(donor.picture)
    if (background === undefined) continue
    const { picture: covering } = coverOf(donor.picture, { width, height })
    const blurred = blurPicture(covering, random.between(1, 2.2))
    return { picture: blurred, name: background, floor: false, donor: donor.id }
  }
  return undefined
}

/** How far apart in lightness a subject and its background may be before they look pasted. */
const mostContrast = 0.42

/** The background, a little toward the lightness of the subject. @throws Rejection `light` where they are too far apart */
function tonedFor(background: Picture, picture: Picture, matte: Mask): Picture {
  const own = colourStatistics(background)
  const subject = colourStatistics(picture, matte)
  const difference = own.mean[0] - subject.mean[0]
  if (Math.abs(difference) > mostContrast) throw new Rejection('light', { difference })
  const mean = [own.mean[0] - 0.12 * difference, own.mean[1], own.mean[2]] as const
  return transferColours(background, own, { mean, deviation: own.deviation })
}

/** All that the subject does not fully cover. */
function outside(matte: Mask): Mask {
  return { ...matte, data: matte.data.map((value) => (value === 255 ? 0 : 255)) }
}
