// The subject stays as it is; what is behind it becomes another place. The paper masks the subject and lets an
// inpainting model paint the rest; here the rest is a photograph of a place that has a name, or a made backdrop. The
// subject's own pixels are not touched: the background is chosen, and toned, to suit its light.
import {
  blurPicture,
  colourStatistics,
  compositePictures,
  cropPicture,
  type Mask,
  type Picture,
  resizePicture,
  shadePicture,
  transferColours,
} from '../../image/index.ts'
import { Rejection } from '../error.ts'
import type { Phrase } from '../facts.ts'
import type { Random } from '../random.ts'
import { backdrops } from './backdrops.ts'
import { cutSubject } from './cutting.ts'
import type { Donors, Draft, Recipe, RecipeContext, Source } from './recipe.ts'
import { sceneOf } from './scene.ts'
import { floorShadow } from './staging.ts'
import { type Subject, subjectOf } from './subject.ts'

/** Puts the main subject of the source before another background. */
export const backgroundChange: Recipe = {
  kind: 'background_change',
  name: 'background_change/matte',
  version: 1,
  needs: ['matting'],
  from: 'photo',
  variants: 6,
  draft,
}

async function draft({ picture }: Source, { tools, donors, random }: RecipeContext): Promise<Draft> {
  const subject = await subjectOf(picture, tools, { least: 0.06, most: 0.75, doubt: 0.15 })
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
    const covering = covers(donor.picture, width, height)
    const blurred = blurPicture(covering, random.between(1, 2.2))
    return { picture: blurred, name: background, floor: false, donor: donor.id }
  }
  return undefined
}

/** The middle of a picture, scaled so that it fills the size. */
function covers(picture: Picture, width: number, height: number): Picture {
  const scale = Math.max(width / picture.width, height / picture.height)
  const size = { width: Math.ceil(picture.width * scale), height: Math.ceil(picture.height * scale) }
  const scaled = resizePicture(picture, size)
  const [x, y] = [Math.floor((size.width - width) / 2), Math.floor((size.height - height) / 2)]
  return cropPicture(scaled, { x, y, width, height })
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
