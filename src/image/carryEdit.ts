import {
  type AffineField,
  fitAffine,
  type LevelPlanes,
  levelPlanes,
  pictureOfLevels,
  shrinkPlanes,
} from './affine.ts'
import { blurPlane } from './blur.ts'
import { carryChange, type Matte } from './carry.ts'
import { ImageError } from './error.ts'
import { type Change, findChange, withoutDrift } from './findChange.ts'
import { distanceToMask } from './mask.ts'
import type { Mask, Picture } from './picture.ts'
import { resizePicture } from './resize.ts'

/** An edit made at a small size, and the picture that it was made of. */
export interface SmallEdit {
  /** The picture at its own size. */
  readonly original: Picture
  /** What came out, at the edit's size. */
  readonly result: Picture
  /** The picture at the edit's size; resized from the original when left out. */
  readonly seen?: Picture | undefined
  /**
   * The round trip of `seen` through the model's autoencoder, whose errors then do not count as changes. Without it they
   * are estimated by statistics, and fine texture that the autoencoder loses may count as redrawn.
   */
  readonly roundTrip?: Picture | undefined
}

/** An edit at the size of the original. */
export interface LargeEdit {
  readonly picture: Picture
  /**
   * What changed, at the same size: 0 where a pixel is the original's to the bit, up to 127 twice the levels by which
   * its colour changed, above it the share of redrawn content.
   */
  readonly changeMap: Mask
}

/** Pixels of an edit that are looked at. */
const mostJudged = 300_000

/**
 * Carries an edit that was made at a small size to the original's: changes of tone and colour by local affine maps,
 * redrawn content enlarged and blended in along edges, and everything else kept bit for bit.
 * @throws ImageError when the small pictures differ in size
 */
export function carryEdit({ original, result, seen, roundTrip }: SmallEdit): LargeEdit {
  const small = seen ?? resizePicture(original, result)
  for (const each of [small, roundTrip ?? small])
    if (each.width !== result.width || each.height !== result.height)
      throw new ImageError(
        'size',
        `carryEdit: expected pictures of the edit's size ${result.width}×${result.height}, got ${each.width}×${each.height}`,
      )
  // A larger edit is judged at a part of its size: the fits would gain nothing.
  const factor = Math.ceil(Math.sqrt((result.width * result.height) / mostJudged))
  const judged = (picture: Picture) => shrinkPlanes(levelPlanes(picture), factor)
  const guide = judged(small)
  const change = findChange(roundTrip ? judged(roundTrip) : guide, judged(result))
  const drawn = () =>
    pictureOfLevels(withoutDrift(change.drift, levelPlanes(roundTrip ?? small), levelPlanes(result)))
  const { picture, map } = carryChange(original, {
    tone: change.tone,
    toned: tonedMatte(change, guide),
    redrawn: isEmpty(change.redrawn)
      ? undefined
      : {
          picture: resizePicture(drawn(), original),
          matte: redrawnMatte(change, guide),
        },
  })
  return { picture, changeMap: map }
}

const isEmpty = ({ data }: Mask): boolean => data.every((value) => value === 0)

/** Sure where the share is 1 all around; nothing away from where it is more than 0. */
function tonedMatte({ width, height, moved }: Change, guide: LevelPlanes): Matte | undefined {
  const mask = (is: (share: number) => boolean): Mask => ({
    width,
    height,
    data: Uint8Array.from(moved, (share) => (is(share) ? 255 : 0)),
  })
  const some = mask((share) => share > 0)
  if (isEmpty(some)) return undefined
  const reach = reachOf(guide)
  const farFromLess = distanceToMask(mask((share) => share < 0.999))
  const nearSome = distanceToMask(some)
  return matte(
    fitAffine(guide, [moved], { radius: reach, ridge: 36 }),
    farFromLess.map((distance) => (distance > reach ? 1 : 0)),
    nearSome.map((distance) => (distance <= reach ? 1 : 0)),
  )
}

/** All of what was redrawn and a soft seam around it, which goes where the picture has edges. */
function redrawnMatte({ width, height, redrawn }: Change, guide: LevelPlanes): Matte {
  const reach = reachOf(guide)
  const distance = distanceToMask(redrawn)
  const within = (most: number) => distance.map((each) => (each <= most ? 1 : 0))
  const soft = blurPlane(within(reach / 2), width, height, reach / 3)
  return matte(fitAffine(guide, [soft], { radius: reach, ridge: 100 }), within(0), within(1.5 * reach))
}

/** A seam's width in pixels of the edit. */
const reachOf = ({ width, height }: LevelPlanes): number =>
  Math.max(1, Math.round(Math.min(width, height) / 128))

function matte({ width, height, data: map }: AffineField, least: Float32Array, most: Float32Array): Matte {
  const data = new Float32Array(6 * width * height)
  for (let i = 0; i < width * height; i++) {
    for (let k = 0; k < 4; k++) data[6 * i + k] = map[4 * i + k]!
    data[6 * i + 4] = least[i]!
    data[6 * i + 5] = most[i]!
  }
  return { width, height, data }
}
