import type { Plane } from './plane.ts'

/** How steep a plane is at each pixel, a number a pixel: the length of its gradient by central differences. */
export function slopeOf({ width, height, data }: Plane): Plane {
  const out = new Float32Array(data.length)
  for (let y = 0; y < height; y++) {
    const up = y === 0 ? 0 : -width
    const down = y === height - 1 ? 0 : width
    for (let x = 0; x < width; x++) {
      const i = y * width + x
      const dx = (data[x === width - 1 ? i : i + 1]! - data[x === 0 ? i : i - 1]!) / 2
      const dy = (data[i + down]! - data[i + up]!) / 2
      out[i] = Math.sqrt(dx * dx + dy * dy)
    }
  }
  return { width, height, data: out }
}
