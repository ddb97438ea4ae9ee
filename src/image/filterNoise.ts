import { soften } from './filter.ts'
import type { Picture } from './picture.ts'
import { type Plane, planeOf, toLevel } from './plane.ts'

/** Gives the next random number, uniform in [0, 1). */
export type NextRandom = () => number

/** Independent normal numbers of mean 0 and deviation 1 (Box and Muller). */
export function normalNoise(width: number, height: number, next: NextRandom): Plane {
  const plane = planeOf(width, height)
  for (let i = 0; i < plane.data.length; i++)
    plane.data[i] = Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next())
  return plane
}

/** Noise of the given deviation in levels. `grain` blurs it into specks of about that many pixels; `grey` alike in all channels. */
export function addNoise(
  { width, height, data }: Picture,
  {
    levels,
    grain = 0,
    grey = false,
    next,
  }: { readonly levels: number; readonly grain?: number; readonly grey?: boolean; readonly next: NextRandom },
): Picture {
  const planes = Array.from({ length: grey ? 1 : 3 }, () => specks(width, height, grain, next))
  return {
    width,
    height,
    data: data.map((level, i) =>
      toLevel((level + levels * planes[grey ? 0 : i % 3]!.data[Math.floor(i / 3)]!) / 255),
    ),
  }
}

/** Normal noise of deviation 1, blurred into specks. */
function specks(width: number, height: number, grain: number, next: NextRandom): Plane {
  const noise = normalNoise(width, height, next)
  if (grain <= 0) return noise
  const soft = soften(noise, grain)
  const power = soft.data.reduce((sum, value) => sum + value * value, 0) / soft.data.length
  return { ...soft, data: soft.data.map((value) => value / Math.sqrt(power)) }
}

/**
 * Smooth clouds of 0 to 1: value noise over lattices of `scale` pixels, then half of it, and so on, each octave half as
 * strong.
 */
export function cloudNoise(
  width: number,
  height: number,
  { scale, octaves, next }: { readonly scale: number; readonly octaves: number; readonly next: NextRandom },
): Plane {
  const plane = planeOf(width, height)
  let [strength, total] = [1, 0]
  for (let octave = 0; octave < octaves; octave++) {
    const step = Math.max(1, scale / 2 ** octave)
    const columns = Math.ceil(width / step) + 2
    const lattice = Float64Array.from({ length: columns * (Math.ceil(height / step) + 2) }, next)
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++)
        plane.data[y * width + x]! += strength * smoothAt(lattice, columns, x / step, y / step)
    total += strength
    strength /= 2
  }
  return { ...plane, data: plane.data.map((value) => value / total) }
}

/** From 0 to 1 without a kink at either end. */
const ease = (t: number): number => t * t * (3 - 2 * t)

function smoothAt(lattice: Float64Array, columns: number, x: number, y: number): number {
  const [left, top] = [Math.floor(x), Math.floor(y)]
  const [u, v] = [ease(x - left), ease(y - top)]
  const at = top * columns + left
  const above = lattice[at]! * (1 - u) + lattice[at + 1]! * u
  const below = lattice[at + columns]! * (1 - u) + lattice[at + columns + 1]! * u
  return above * (1 - v) + below * v
}
