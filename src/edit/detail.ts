import {
  type AffineField,
  blurPlane,
  carryChange,
  dilateMask,
  erodeMask,
  fitAffine,
  type LevelPlanes,
  levelPlanes,
  type Mask,
  type Matte,
  type Picture,
  pictureOfLevels,
  resizePicture,
} from '../image/index.ts'
import { type Change, findChange } from './change.ts'
import { EditError } from './error.ts'

/** An edit made at a small size, and the picture that it was made of. */
export interface SmallEdit {
  /** The picture at its own size. */
  readonly original: Picture
  /** What came out, at the edit's size. */
  readonly result: Picture
  /** The picture at the edit's size; resized from the original when left out. */
  readonly seen?: Picture | undefined
  /**
   * What the model's autoencoder makes of `seen`, so that its own errors are not taken for a change. Without it they
   * are told apart by statistics, and fine texture that the autoencoder loses may count as redrawn.
   */
  readonly roundTrip?: Picture | undefined
}

/** An edit at the size of the original. */
export interface LargeEdit {
  readonly picture: Picture
  /**
   * What changed, at the same size: 0 where a pixel is the original's to the bit, up to 127 twice the levels by which
   * its colour moved, above it the share of what was drawn anew.
   */
  readonly changeMap: Mask
}

/**
 * Carries an edit that was made at a small size to the original's: changes of tone and colour by local affine maps,
 * what was drawn anew enlarged and blended in along edges, and everything else left as it was, to the bit.
 * @throws EditError when the small pictures differ in size
 */
export function carryEdit({ original, result, seen, roundTrip }: SmallEdit): LargeEdit {
  const small = seen ?? resizePicture(original, result)
  for (const each of [small, roundTrip ?? small])
    if (each.width !== result.width || each.height !== result.height)
      throw new EditError(
        'input',
        `detail: expected pictures of the edit's size ${result.width}×${result.height}, got ${each.width}×${each.height}`,
      )
  const change = findChange(levelPlanes(roundTrip ?? small), levelPlanes(result))
  const guide = levelPlanes(small)
  const hasRedrawn = change.redrawn.data.some((value) => value > 0)
  const { picture, map } = carryChange(original, {
    tone: change.tone,
    toned: tonedMatte(change, guide),
    redrawn: redrawnMatte(change, guide),
    drawn: hasRedrawn ? resizePicture(pictureOfLevels(change.after), original) : undefined,
  })
  return { picture, changeMap: map }
}

/** Sure where the share is 1 all around; nothing away from where it is more than 0. */
function tonedMatte({ width, height, changed }: Change, guide: LevelPlanes): Matte {
  const mask = (least: number): Mask => ({
    width,
    height,
    data: Uint8Array.from(changed, (share) => (share >= least && share > 0 ? 255 : 0)),
  })
  const reach = reachOf(guide)
  return matte(
    fitAffine(guide, [changed], { radius: reach, ridge: 36 }),
    erodeMask(mask(0.999), reach),
    dilateMask(mask(0), reach),
  )
}

/** All of what was redrawn and a soft seam around it, which goes where the picture has edges. */
function redrawnMatte({ width, height, redrawn }: Change, guide: LevelPlanes): Matte {
  const reach = reachOf(guide)
  const wide = dilateMask(redrawn, reach)
  const soft = blurPlane(
    Float32Array.from(wide.data, (value) => value / 255),
    width,
    height,
    reach / 2,
  )
  return matte(fitAffine(guide, [soft], { radius: reach, ridge: 100 }), redrawn, dilateMask(wide, reach))
}

const reachOf = ({ width, height }: LevelPlanes): number =>
  Math.max(1, Math.round(Math.min(width, height) / 128))

function matte(map: AffineField, least: Mask, most: Mask): Matte {
  const { width, height } = map
  const data = new Float32Array(6 * width * height)
  for (let i = 0; i < width * height; i++) {
    data.set(map.data.subarray(4 * i, 4 * i + 4), 6 * i)
    data[6 * i + 4] = least.data[i]! / 255
    data[6 * i + 5] = most.data[i]! / 255
  }
  return { width, height, data }
}
