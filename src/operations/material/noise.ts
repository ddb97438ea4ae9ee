/** A value in [0, 1) for each point of the plane: smooth, without a direction, the same for the same seed. */
export type Noise = (x: number, y: number) => number

/** Smooth noise with one bump a unit: values at the corners of a grid, joined smoothly. */
export function valueNoise(seed: number): Noise {
  return (x, y) => {
    const [left, top] = [Math.floor(x), Math.floor(y)]
    const [t, s] = [smooth(x - left), smooth(y - top)]
    const upper = mix(corner(seed, left, top), corner(seed, left + 1, top), t)
    const lower = mix(corner(seed, left, top + 1), corner(seed, left + 1, top + 1), t)
    return mix(upper, lower, s)
  }
}

/** Noise of several sizes: each octave twice as fine and half as strong. */
export function cloudNoise(seed: number, octaves: number): Noise {
  const layers = Array.from({ length: octaves }, (_, i) => valueNoise(seed + 7919 * i))
  const total = layers.reduce((sum, _, i) => sum + 0.5 ** i, 0)
  return (x, y) => {
    let sum = 0
    // Each octave is turned, so that the grids do not line up.
    let [u, v] = [x, y]
    for (const [i, layer] of layers.entries()) {
      sum += layer(u, v) * 0.5 ** i
      ;[u, v] = [1.6 * u - 1.2 * v + 17.3, 1.2 * u + 1.6 * v + 5.1]
    }
    return sum / total
  }
}

/** For each point how near it is to the nearest of scattered seeds, one a unit cell, and a number that names that seed. */
export function cellNoise(
  seed: number,
): (x: number, y: number) => { near: number; edge: number; id: number } {
  return (x, y) => {
    let [near, second, id] = [9, 9, 0]
    for (let v = Math.floor(y) - 1; v <= Math.floor(y) + 1; v++)
      for (let u = Math.floor(x) - 1; u <= Math.floor(x) + 1; u++) {
        const dx = u + corner(seed, u, v) - x
        const dy = v + corner(seed + 1, u, v) - y
        const distance = Math.sqrt(dx * dx + dy * dy)
        if (distance < near) {
          second = near
          near = distance
          id = corner(seed + 2, u, v)
        } else if (distance < second) second = distance
      }
    return { near, edge: second - near, id }
  }
}

/** A number in [0, 1) for a corner of the grid: an integer hash by multiplications and shifts. */
function corner(seed: number, x: number, y: number): number {
  let h = Math.imul(x, 0x27d4eb2d) ^ Math.imul(y, 0x165667b1) ^ Math.imul(seed, 0x9e3779b1)
  h = Math.imul(h ^ (h >>> 15), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return ((h ^ (h >>> 16)) >>> 0) / 2 ** 32
}

const mix = (a: number, b: number, t: number): number => a + (b - a) * t

const smooth = (t: number): number => t * t * t * (t * (6 * t - 15) + 10)
