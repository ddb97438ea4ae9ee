import {
  dilateMask,
  erodeMask,
  fillHoles,
  type LabPlanes,
  labOfPicture,
  type Mask,
  maskComponents,
  maskOfPixels,
  type Picture,
  soften,
} from '../../../image/index.ts'
import { type Box, Rejection } from '../../../tools/index.ts'

/** Frames that the empty scene is made of: more would cost and not show. */
const mostFrames = 17

/** The scene without what moves in it. */
export interface EmptyScene {
  readonly picture: Picture
  readonly lab: LabPlanes
}

/**
 * The scene of a fixed camera without what moves in it: the middle of each pixel's levels over the frames.
 * @throws Rejection where the camera itself moves, or the frames are too few to tell
 */
export function emptyScene(frames: readonly Picture[]): EmptyScene {
  if (frames.length < 5) throw new Rejection('few-frames', { frames: frames.length })
  const step = Math.max(1, Math.ceil(frames.length / mostFrames))
  const taken = frames.filter((_, i) => i % step === 0)
  const [{ width, height }] = taken as [Picture]
  const data = new Uint8Array(3 * width * height)
  const levels = new Uint8Array(taken.length)
  for (let i = 0; i < data.length; i++) {
    for (let k = 0; k < taken.length; k++) insert(levels, k, taken[k]!.data[i]!)
    data[i] = levels[levels.length >> 1]!
  }
  const plate = { width, height, data }
  // Of a moving camera, hardly a pixel stays.
  const still = taken.map((frame) => stillShare(frame, plate)).sort((one, other) => one - other)
  const middle = still[still.length >> 1]!
  if (middle < 0.55) throw new Rejection('moving-camera', { still: middle })
  return { picture: plate, lab: labOfPicture(plate) }
}

/** Puts a level among the first `count`, which are in order: for so few that is faster than sorting. */
function insert(levels: Uint8Array, count: number, level: number): void {
  let k = count
  for (; k > 0 && levels[k - 1]! > level; k--) levels[k] = levels[k - 1]!
  levels[k] = level
}

function stillShare(frame: Picture, plate: Picture): number {
  let still = 0
  for (let i = 1; i < frame.data.length; i += 3) if (Math.abs(frame.data[i]! - plate.data[i]!) < 14) still++
  return (3 * still) / frame.data.length
}

/** Something that is in a frame and not in the empty scene. */
export interface Mover {
  readonly mask: Mask
  readonly box: Box
  /** Pixels. */
  readonly area: number
  /** Mean colour in OKLab. */
  readonly colour: readonly [number, number, number]
}

/** Everything that moves through the frame, largest first: what differs from the empty scene in colour or light. */
export function moversIn(frame: Picture, { lab: empty }: EmptyScene): readonly Mover[] {
  const { width, height } = frame
  const now = labOfPicture(frame)
  const away = Float32Array.from(now.lightness, (light, i) =>
    Math.hypot(light - empty.lightness[i]!, 2 * (now.a[i]! - empty.a[i]!), 2 * (now.b[i]! - empty.b[i]!)),
  )
  const soft = soften({ width, height, data: away }, 0.8)
  const raw: Mask = { width, height, data: Uint8Array.from(soft.data, (value) => (value > 0.075 ? 255 : 0)) }
  const reach = Math.max(1, Math.round(Math.max(width, height) / 256))
  const whole = fillHoles(erodeMask(dilateMask(raw, 2 * reach), 1.5 * reach), 0.002 * width * height)
  return (
    maskComponents(whole)
      // Thin lines are tapes and branches in the wind, or the rims of something that was lit anew.
      .filter(({ area, box }) => area > 0.0006 * width * height && area > 0.28 * box.width * box.height)
      .map(({ area, box, pixels }) => ({
        area,
        box,
        mask: maskOfPixels(width, height, pixels),
        colour: meanColour(pixels, now),
      }))
  )
}

function meanColour(
  pixels: readonly number[],
  {
    lightness,
    a,
    b,
  }: { readonly lightness: Float32Array; readonly a: Float32Array; readonly b: Float32Array },
): readonly [number, number, number] {
  const mean = (plane: Float32Array): number => pixels.reduce((sum, i) => sum + plane[i]!, 0) / pixels.length
  return [mean(lightness), mean(a), mean(b)]
}

/** Whether two boxes have pixels in common when each is grown by `by`. */
export function touch(one: Box, other: Box, by: number): boolean {
  return (
    one.x - by < other.x + other.width + by &&
    other.x - by < one.x + one.width + by &&
    one.y - by < other.y + other.height + by &&
    other.y - by < one.y + one.height + by
  )
}
