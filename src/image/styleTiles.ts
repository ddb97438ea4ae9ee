import { mapOklab } from './colourMap.ts'
import type { NextRandom } from './filterNoise.ts'
import type { Picture } from './picture.ts'
import { toLevel } from './plane.ts'

/** Evenly scattered points: one at a random place in each cell of a grid of `size` pixels. */
function scattered(width: number, height: number, size: number, jitter: number, next: NextRandom) {
  const [columns, rows] = [Math.ceil(width / size) + 2, Math.ceil(height / size) + 2]
  const [xs, ys] = [new Float64Array(columns * rows), new Float64Array(columns * rows)]
  for (let k = 0; k < columns * rows; k++) {
    xs[k] = ((k % columns) - 1 + 0.5 + jitter * (next() - 0.5)) * size
    ys[k] = (Math.floor(k / columns) - 1 + 0.5 + jitter * (next() - 0.5)) * size
  }
  return { columns, rows, xs, ys }
}

/** For every pixel its nearest point, and how much further the second is, in pixels. */
function cells(width: number, height: number, size: number, jitter: number, next: NextRandom) {
  const { columns, rows, xs, ys } = scattered(width, height, size, jitter, next)
  const owner = new Int32Array(width * height)
  const border = new Float32Array(width * height)
  for (let i = 0; i < owner.length; i++) {
    const [x, y] = [i % width, Math.floor(i / width)]
    const [column, row] = [Math.floor(x / size) + 1, Math.floor(y / size) + 1]
    let [best, least, second] = [0, Infinity, Infinity]
    for (let v = Math.max(0, row - 2); v <= Math.min(rows - 1, row + 2); v++)
      for (let u = Math.max(0, column - 2); u <= Math.min(columns - 1, column + 2); u++) {
        const k = v * columns + u
        const d = Math.hypot(xs[k]! - x, ys[k]! - y)
        if (d < least) [best, second, least] = [k, least, d]
        else if (d < second) second = d
      }
    owner[i] = best
    border[i] = second - least
  }
  return { owner, border, count: columns * rows }
}

/**
 * Tiles of uneven shape, each in its mean colour, with joints between: small pale joints make a mosaic, wide dark ones
 * stained glass. `joint` is the colour in levels; `width` of the joint in pixels.
 */
export function tiles(
  picture: Picture,
  {
    size,
    jitter,
    joint,
    jointWidth,
    vividness,
    next,
  }: {
    readonly size: number
    readonly jitter: number
    readonly joint: readonly [number, number, number]
    readonly jointWidth: number
    readonly vividness: number
    readonly next: NextRandom
  },
): Picture {
  const { width, height } = picture
  const vivid = mapOklab(picture, (lab) => {
    lab[1]! *= vividness
    lab[2]! *= vividness
  })
  const { owner, border, count } = cells(width, height, size, jitter, next)
  const [sums, counts] = [new Float64Array(3 * count), new Float64Array(count)]
  owner.forEach((k, i) => {
    counts[k]!++
    for (let c = 0; c < 3; c++) sums[3 * k + c]! += vivid.data[3 * i + c]!
  })
  const shine = Float64Array.from({ length: count }, () => 0.94 + 0.12 * next())
  const data = new Uint8Array(3 * width * height)
  owner.forEach((k, i) => {
    const open = Math.min(1, Math.max(0, border[i]! - jointWidth + 0.5))
    for (let c = 0; c < 3; c++) {
      const tile = (sums[3 * k + c]! / counts[k]!) * shine[k]!
      data[3 * i + c] = toLevel((joint[c]! + (tile - joint[c]!) * open) / 255)
    }
  })
  return { width, height, data }
}

/** Cross-stitch: every block two crossing threads of its mean colour on linen. `size` of a stitch in pixels. */
export function crossStitch(picture: Picture, { size }: { readonly size: number }): Picture {
  const { width, height } = picture
  const data = new Uint8Array(3 * width * height)
  const columns = Math.ceil(width / size)
  const means = blockMeans(picture, size)
  for (let i = 0; i < width * height; i++) {
    const [x, y] = [i % width, Math.floor(i / width)]
    const [u, v] = [((x % size) + 0.5) / size - 0.5, ((y % size) + 0.5) / size - 0.5]
    const block = Math.floor(y / size) * columns + Math.floor(x / size)
    // The thread that runs up to the right lies on top.
    const [top, below] = [Math.abs(u + v), Math.abs(u - v)]
    const over = top < 0.26
    const thread = over ? 1.12 - 1.3 * top : below < 0.26 ? 0.86 - 1.1 * below : 0
    for (let c = 0; c < 3; c++) {
      const linen = [232, 224, 208][c]! * 0.82
      const mean = means[3 * block + c]!
      data[3 * i + c] = toLevel((thread === 0 ? 0.5 * linen + 0.3 * mean : mean * thread) / 255)
    }
  }
  return { width, height, data }
}

function blockMeans({ width, height, data }: Picture, size: number): Float64Array {
  const [columns, rows] = [Math.ceil(width / size), Math.ceil(height / size)]
  const [means, counts] = [new Float64Array(3 * columns * rows), new Float64Array(columns * rows)]
  for (let i = 0; i < width * height; i++) {
    const block = Math.floor(Math.floor(i / width) / size) * columns + Math.floor((i % width) / size)
    counts[block]!++
    for (let c = 0; c < 3; c++) means[3 * block + c]! += data[3 * i + c]!
  }
  return means.map((sum, i) => sum / counts[Math.floor(i / 3)]!)
}

/** Toy bricks seen from above: blocks of their mean colour, each with a round stud that catches the light. */
export function toyBricks(picture: Picture, { size }: { readonly size: number }): Picture {
  const { width, height } = picture
  const columns = Math.ceil(width / size)
  const means = blockMeans(picture, size)
  const data = new Uint8Array(3 * width * height)
  for (let i = 0; i < width * height; i++) {
    const [x, y] = [i % width, Math.floor(i / width)]
    const [u, v] = [((x % size) + 0.5) / size - 0.5, ((y % size) + 0.5) / size - 0.5]
    const block = Math.floor(y / size) * columns + Math.floor(x / size)
    const stud = Math.hypot(u, v)
    const rim = Math.exp(-(((stud - 0.32) * size) ** 2) / 1.5)
    const lit = -(u + v) / (stud + 0.05)
    const seam = Math.max(Math.abs(u), Math.abs(v)) > 0.5 - 0.8 / size ? 0.8 : 1
    const light = (stud < 0.32 ? 1.06 : 1) * seam * (1 + 0.3 * rim * lit)
    for (let c = 0; c < 3; c++) data[3 * i + c] = toLevel((means[3 * block + c]! * light + 4) / 255)
  }
  return { width, height, data }
}
