import { type NextRandom, type Plane, planeOf, soften } from '../../image/index.ts'
import { between } from './chance.ts'

/** Rain or snow at one distance. */
export interface FallingLayer {
  readonly perMegapixel: number
  /** Pixels, of a picture of 512. */
  readonly length: number
  readonly opacity: number
  readonly blur: number
  /** Makes up for the blur, which spreads a thin line. */
  readonly gain: number
}

/** What falls, in layers from far to near, as coverage of 0 to 1. `angle` in radians from the vertical. */
export function falling(
  { width, height }: { readonly width: number; readonly height: number },
  next: NextRandom,
  { angle, layers }: { readonly angle: number; readonly layers: readonly FallingLayer[] },
): Plane {
  const sum = planeOf(width, height)
  const scale = Math.max(width, height) / 512
  for (const layer of layers) {
    const plane = planeOf(width, height)
    const count = Math.round((layer.perMegapixel * width * height) / 1e6 / scale)
    for (let k = 0; k < count; k++) {
      const length = layer.length * scale * between(next, 0.6, 1.3)
      const lean = angle + between(next, -0.03, 0.03)
      streak(plane, {
        x: between(next, -20, width + 20),
        y: between(next, -length, height),
        dx: Math.sin(lean),
        dy: Math.cos(lean),
        length,
        strength: layer.opacity * between(next, 0.5, 1),
      })
    }
    const soft = soften(plane, layer.blur * scale)
    const gain = layer.gain
    soft.data.forEach((value, i) => {
      sum.data[i] = 1 - (1 - sum.data[i]!) * (1 - Math.min(0.95, gain * value))
    })
  }
  return sum
}

/** A line, thin at both ends, spread over the pixels beside it. */
function streak(
  plane: Plane,
  {
    x,
    y,
    dx,
    dy,
    length,
    strength,
  }: { x: number; y: number; dx: number; dy: number; length: number; strength: number },
): void {
  const { width, height, data } = plane
  for (let step = 0; step <= length; step++) {
    const [u, v] = [x + dx * step, y + dy * step]
    const [left, top] = [Math.floor(u), Math.floor(v)]
    const ink = strength * Math.sin((Math.PI * (step + 0.5)) / (length + 1))
    for (const [ix, iy] of [
      [0, 0],
      [1, 0],
      [0, 1],
      [1, 1],
    ] as const) {
      const [px, py] = [left + ix, top + iy]
      if (px < 0 || py < 0 || px >= width || py >= height) continue
      const share = (ix === 0 ? 1 - (u - left) : u - left) * (iy === 0 ? 1 - (v - top) : v - top)
      data[py * width + px]! = Math.max(data[py * width + px]!, ink * share)
    }
  }
}
