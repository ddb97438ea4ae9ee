/** Planes of linear light of one size. */
export interface Light {
  readonly width: number
  readonly height: number
  readonly planes: readonly Float32Array[]
}

/**
 * Each pixel the mean over a disk of this radius around it, edges continued outward. Rows are summed up once, so that a
 * disk costs as much as its diameter.
 */
export function diskBlur({ width, height, planes }: Light, radius: number): Light {
  if (radius < 0.3) return { width, height, planes }
  const reach = Math.floor(radius)
  const halves = Float64Array.from({ length: 2 * reach + 1 }, (_, i) =>
    Math.sqrt(Math.max(0.01, (radius + 0.25) ** 2 - (i - reach) ** 2)),
  )
  const area = halves.reduce((sum, half) => sum + 2 * half, 0)
  return { width, height, planes: planes.map((plane) => blurred(plane, width, height, halves, reach, area)) }
}

function blurred(
  plane: Float32Array,
  width: number,
  height: number,
  halves: Float64Array,
  reach: number,
  area: number,
): Float32Array {
  const margin = reach + 2
  const length = width + 2 * margin + 1
  // Running sums of as many rows as the disk is high, each with its edges continued.
  const slots = 2 * reach + 1
  const sums = Array.from({ length: slots }, () => new Float64Array(length))
  const fill = (row: number): void => {
    const from = Math.min(height - 1, Math.max(0, row)) * width
    const line = sums[((row % slots) + slots) % slots]!
    let sum = 0
    for (let x = 0; x < length - 1; x++) {
      line[x] = sum
      sum += plane[from + Math.min(width - 1, Math.max(0, x - margin))]!
    }
    line[length - 1] = sum
  }
  for (let row = -reach; row < reach; row++) fill(row)
  const out = new Float32Array(plane.length)
  const total = new Float64Array(width)
  for (let y = 0; y < height; y++) {
    fill(y + reach)
    total.fill(0)
    for (let dy = -reach; dy <= reach; dy++) {
      const line = sums[(((y + dy) % slots) + slots) % slots]!
      const half = halves[dy + reach]!
      // The run from x + 1/2 − half to x + 1/2 + half, with fractions of the pixels at its ends.
      const right = margin + 0.5 + half
      const left = margin + 0.5 - half
      const [r, l] = [Math.floor(right), Math.floor(left)]
      const [t, s] = [right - r, left - l]
      for (let x = 0; x < width; x++)
        total[x]! +=
          line[x + r]! * (1 - t) + line[x + r + 1]! * t - line[x + l]! * (1 - s) - line[x + l + 1]! * s
    }
    for (let x = 0; x < width; x++) out[y * width + x] = total[x]! / area
  }
  return out
}

/** A row of the picture that the light was shrunk from by a factor, three numbers a pixel, read between its pixels. */
export function rowOf({ width, height, planes }: Light, factor: number, y: number, out: Float32Array): void {
  const v = Math.min(height - 1, Math.max(0, (y + 0.5) / factor - 0.5))
  const top = Math.floor(v)
  const s = v - top
  const above = top * width
  const below = Math.min(height - 1, top + 1) * width
  const count = out.length / 3
  const [red, green, blue] = planes as readonly [Float32Array, Float32Array, Float32Array]
  for (let x = 0, at = 0; x < count; x++, at += 3) {
    const u = Math.min(width - 1, Math.max(0, (x + 0.5) / factor - 0.5))
    const left = u | 0
    const right = left + 1 < width ? left + 1 : left
    const t = u - left
    const r = red[above + left]! * (1 - t) + red[above + right]! * t
    const g = green[above + left]! * (1 - t) + green[above + right]! * t
    const b = blue[above + left]! * (1 - t) + blue[above + right]! * t
    out[at] = r + (red[below + left]! * (1 - t) + red[below + right]! * t - r) * s
    out[at + 1] = g + (green[below + left]! * (1 - t) + green[below + right]! * t - g) * s
    out[at + 2] = b + (blue[below + left]! * (1 - t) + blue[below + right]! * t - b) * s
  }
}
