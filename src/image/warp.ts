import { ImageError } from './error.ts'
import type { Mask, Picture } from './picture.ts'

/**
 * A projective map of the plane in rows: (x, y) goes to ((m0·x + m1·y + m2) / w, (m3·x + m4·y + m5) / w) with
 * w = m6·x + m7·y + m8. Pixel centres lie at whole numbers and a half.
 */
export type Warp = readonly [
  m0: number,
  m1: number,
  m2: number,
  m3: number,
  m4: number,
  m5: number,
  m6: number,
  m7: number,
  m8: number,
]

/** A position in pixels. */
export type Spot = readonly [x: number, y: number]

/** The map that leaves everything where it is. */
export const identityWarp: Warp = [1, 0, 0, 0, 1, 0, 0, 0, 1]

/** Scales and turns (radians, clockwise as seen) around `center`, then moves it to `to`. */
export function similarityWarp({
  scale = 1,
  turn = 0,
  mirror = false,
  center,
  to = center,
}: {
  scale?: number
  turn?: number
  mirror?: boolean
  center: Spot
  to?: Spot
}): Warp {
  const [cos, sin] = [Math.cos(turn) * scale, Math.sin(turn) * scale]
  const flip = mirror ? -1 : 1
  const [m0, m1, m3, m4] = [cos * flip, -sin, sin * flip, cos]
  return [
    m0,
    m1,
    to[0] - m0 * center[0] - m1 * center[1],
    m3,
    m4,
    to[1] - m3 * center[0] - m4 * center[1],
    0,
    0,
    1,
  ]
}

/** The map that takes four corners to four others. @throws ImageError when three of them lie on a line */
export function perspectiveWarp(
  from: readonly [Spot, Spot, Spot, Spot],
  to: readonly [Spot, Spot, Spot, Spot],
): Warp {
  return composeWarps(squareTo(to), invertWarp(squareTo(from)))
}

/** The map of the unit square's corners (clockwise from 0, 0) to four others. Source: Heckbert's thesis, 1989. */
function squareTo([p, q, r, s]: readonly [Spot, Spot, Spot, Spot]): Warp {
  const [dx1, dy1] = [q[0] - r[0], q[1] - r[1]]
  const [dx2, dy2] = [s[0] - r[0], s[1] - r[1]]
  const [dx3, dy3] = [p[0] - q[0] + r[0] - s[0], p[1] - q[1] + r[1] - s[1]]
  const divisor = dx1 * dy2 - dx2 * dy1
  if (Math.abs(divisor) < 1e-12) throw degenerate()
  const g = (dx3 * dy2 - dx2 * dy3) / divisor
  const h = (dx1 * dy3 - dx3 * dy1) / divisor
  return [
    q[0] - p[0] + g * q[0],
    s[0] - p[0] + h * s[0],
    p[0],
    q[1] - p[1] + g * q[1],
    s[1] - p[1] + h * s[1],
    p[1],
    g,
    h,
    1,
  ]
}

/** First `second`, then `first`: their matrix product. */
export function composeWarps(first: Warp, second: Warp): Warp {
  const cell = (row: number, column: number): number =>
    [0, 1, 2].reduce((sum, k) => sum + first[3 * row + k]! * second[3 * k + column]!, 0)
  return [0, 1, 2].flatMap((row) => [0, 1, 2].map((column) => cell(row, column))) as unknown as Warp
}

/** The inverse map. @throws ImageError if there is none */
export function invertWarp(m: Warp): Warp {
  const [a, b, c, d, e, f, g, h, i] = m
  const determinant = a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g)
  if (Math.abs(determinant) < 1e-12) throw degenerate()
  const adjugate = [
    e * i - f * h,
    c * h - b * i,
    b * f - c * e,
    f * g - d * i,
    a * i - c * g,
    c * d - a * f,
    d * h - e * g,
    b * g - a * h,
    a * e - b * d,
  ]
  return adjugate.map((cell) => cell / determinant) as unknown as Warp
}

function degenerate(): ImageError {
  return new ImageError('size', 'warp: the corners or the map are degenerate; expected an invertible map')
}

/** Where a position goes. */
export function warpSpot(m: Warp, [x, y]: Spot): Spot {
  const w = m[6] * x + m[7] * y + m[8]
  return [(m[0] * x + m[1] * y + m[2]) / w, (m[3] * x + m[4] * y + m[5]) / w]
}

/** The size that a warp fills. */
export interface WarpSize {
  readonly width: number
  readonly height: number
}

/**
 * The picture moved by the map into a frame of the given size, with Catmull-Rom's cubic; what lies outside of the
 * picture continues its edge. The identity gives the picture exactly. Shrink a picture by `resizePicture` first:
 * the cubic looks at 4×4 pixels only.
 */
export function warpPicture(picture: Picture, warp: Warp, size: WarpSize): Picture {
  return { ...size, data: sampled(picture, 3, warp, size) }
}

/** The mask moved likewise; what lies outside of it is uncovered. */
export function warpMask(mask: Mask, warp: Warp, size: WarpSize): Mask {
  return { ...size, data: sampled(mask, 1, warp, size) }
}

function sampled(from: Picture | Mask, channels: 1 | 3, warp: Warp, { width, height }: WarpSize): Uint8Array {
  const back = invertWarp(warp)
  const out = new Uint8Array(channels * width * height)
  const [across, down] = [new Float64Array(4), new Float64Array(4)]
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const [sx, sy] = warpSpot(back, [x + 0.5, y + 0.5])
      const isWithin = sx >= 0 && sy >= 0 && sx <= from.width && sy <= from.height
      if (channels === 1 && !isWithin) continue
      const left = cubicWeights(sx - 0.5, across)
      const top = cubicWeights(sy - 0.5, down)
      for (let c = 0; c < channels; c++) {
        const value = weighed(from, left - 1, top - 1, across, down, c, channels)
        out[channels * (y * width + x) + c] = value <= 0 ? 0 : value >= 255 ? 255 : value + 0.5
      }
    }
  return out
}

function weighed(
  { width, height, data }: Picture | Mask,
  left: number,
  top: number,
  across: Float64Array,
  down: Float64Array,
  channel: number,
  channels: number,
): number {
  let sum = 0
  for (let v = 0; v < 4; v++) {
    if (down[v] === 0) continue
    const row = Math.min(height - 1, Math.max(0, top + v)) * width
    let line = 0
    for (let u = 0; u < 4; u++)
      line += across[u]! * data[channels * (row + Math.min(width - 1, Math.max(0, left + u))) + channel]!
    sum += down[v]! * line
  }
  return sum
}

/** Sets Catmull-Rom's weights of the four neighbours of a position, and gives the second of them. */
function cubicWeights(position: number, weights: Float64Array): number {
  const nearest = Math.round(position)
  // A turn there and back leaves 1e-13 of a pixel: that is the pixel itself.
  const first = Math.abs(position - nearest) < 1e-9 ? nearest : Math.floor(position)
  const t = Math.abs(position - nearest) < 1e-9 ? 0 : position - first
  const [t2, t3] = [t * t, t * t * t]
  weights[0] = (-t3 + 2 * t2 - t) / 2
  weights[1] = (3 * t3 - 5 * t2 + 2) / 2
  weights[2] = (-3 * t3 + 4 * t2 + t) / 2
  weights[3] = (t3 - t2) / 2
  return first
}
