import { erodeMask, soften, warpMask } from '../../image/index.ts'
import type { FlatLine } from './flatLine.ts'
import type { Rim } from './halo.ts'
import type { Ink } from './inkOf.ts'
import type { InkLook, LaidText } from './paintType.ts'

/** How the old ink looks: its colour, even or graded, and how much grain it has. The blur comes from {@link blurLike}. */
export function lookOf(flat: FlatLine, ink: Ink, rim: Rim): Omit<InkLook, 'blur'> {
  return { colour: colourOf(flat, ink), grain: grainShare(flat, ink), halo: rim.halo }
}

/** A plane through the colours of the strokes' hearts, where they change along the line; else their middle. */
function colourOf({ flat }: FlatLine, { strokes, colour }: Ink): InkLook['colour'] {
  const even = colour.map((level) => [level, 0, 0] as const)
  const core = erodeMask(strokes, 2)
  const spots: number[] = []
  for (let i = 0; i < core.data.length; i++) if (core.data[i]! > 0) spots.push(i)
  if (spots.length < 60) return even
  const [w, data] = [flat.width, flat.data]
  // Medians do not mind the odd scratch or highlight.
  const middle = [0, 1, 2].map((c) => median(spots.map((i) => data[3 * i + c]!)))
  const planes = [0, 1, 2].map((c) => planeThrough(spots, w, (i) => data[3 * i + c]!))
  const [before, after] = [0, 0, 0].reduce<[number, number]>(
    ([sum, rest], _, c) => {
      const [c0, cx, cy] = planes[c]!
      for (const i of spots) {
        const level = data[3 * i + c]!
        sum += (level - middle[c]!) ** 2
        rest += (level - (c0 + cx * (i % w) + cy * Math.floor(i / w))) ** 2
      }
      return [sum, rest]
    },
    [0, 0],
  )
  const isGraded = after < 0.45 * before && Math.sqrt(before / spots.length) > 5
  return isGraded ? planes : middle.map((level) => [level, 0, 0] as const)
}

function median(values: number[]): number {
  values.sort((one, other) => one - other)
  return values[values.length >> 1]!
}

/** Least squares. */
function planeThrough(
  spots: readonly number[],
  width: number,
  valueAt: (i: number) => number,
): readonly [number, number, number] {
  const n = spots.length
  let [mx, my, mv] = [0, 0, 0]
  for (const i of spots) {
    mx += i % width
    my += Math.floor(i / width)
    mv += valueAt(i)
  }
  mx /= n
  my /= n
  mv /= n
  let [xx, xy, yy, xv, yv] = [1e-6, 0, 1e-6, 0, 0]
  for (const i of spots) {
    const [x, y, v] = [(i % width) - mx, Math.floor(i / width) - my, valueAt(i) - mv]
    xx += x * x
    xy += x * y
    yy += y * y
    xv += x * v
    yv += y * v
  }
  const determinant = xx * yy - xy * xy
  if (determinant < 1e-9) return [mv, 0, 0]
  const [cx, cy] = [(xv * yy - yv * xy) / determinant, (yv * xx - xv * xy) / determinant]
  return [mv - cx * mx - cy * my, cx, cy]
}

/** Grain within the strokes by that of the surface around them, at most 1. */
function grainShare({ picture, part, toPart }: FlatLine, { strokes }: Ink): number {
  const within = warpMask(erodeMask(strokes, 2), toPart, part)
  const around = warpMask(strokes, toPart, part)
  const { width, height, data } = picture
  const fine = (at: number): number => {
    let sum = 0
    for (let c = 0; c < 3; c++) {
      const i = 3 * at + c
      const near = (data[i - 3]! + data[i + 3]! + data[i - 3 * width]! + data[i + 3 * width]!) / 4
      sum += data[i]! - near
    }
    return Math.abs(sum / 3)
  }
  const sums = { ink: 0, inks: 0, surface: 0, surfaces: 0 }
  for (let y = 1; y < height - 1; y++)
    for (let x = 1; x < width - 1; x++) {
      const i = y * width + x
      if (within.data[i]! > 200) {
        sums.ink += fine(i)
        sums.inks++
      } else if (around.data[i]! === 0) {
        const strength = fine(i)
        // Edges of other things are not grain.
        if (strength < 24) {
          sums.surface += strength
          sums.surfaces++
        }
      }
    }
  if (sums.inks < 40 || sums.surfaces < 40) return 0.6
  const [ink, surface] = [sums.ink / sums.inks, sums.surface / sums.surfaces]
  return surface < 0.2 ? 0 : Math.min(1, ink / surface)
}

/** Blurs that are tried, in pixels of the picture. */
const blurs = [0, 0.35, 0.5, 0.65, 0.8, 1, 1.25, 1.6, 2, 2.5, 3.2, 4, 5, 6.5]

/** The blur that makes the borders of new ink as steep as those of the old. */
export function blurLike(
  { picture, part, toPart }: FlatLine,
  { strokes, colour, surface, contrast }: Ink,
  laid: LaidText,
): number {
  const way = colour.map((level, c) => (level - surface[c]!) / (contrast * contrast))
  const old = new Float32Array(part.width * part.height)
  for (let i = 0; i < old.length; i++)
    for (let c = 0; c < 3; c++) old[i] = old[i]! + picture.data[3 * i + c]! * way[c]!
  const where = warpMask(strokes, toPart, part)
  const wanted = steepness(old, part, (i) => where.data[i]! > 20 && where.data[i]! < 235)
  const { coverage } = laid
  const share = Float32Array.from(coverage.data, (value) => value / 255)
  const size = { width: coverage.width, height: coverage.height }
  const steepnessAt = (blur: number): number =>
    steepness(blurred(share, size, blur), size, (i) => coverage.data[i]! > 20 && coverage.data[i]! < 235)
  let best = 0
  let nearest = Number.POSITIVE_INFINITY
  for (const blur of blurs) {
    const off = Math.abs(Math.log(steepnessAt(blur) / Math.max(0.01, wanted)))
    if (off >= nearest) break
    nearest = off
    best = blur
  }
  return best
}

function blurred(
  data: Float32Array,
  size: { readonly width: number; readonly height: number },
  sigma: number,
): Float32Array {
  return sigma === 0 ? data : soften({ ...size, data }, sigma).data
}

/** The slope that the steepest tenth of border pixels reaches, by pixel. */
function steepness(
  data: Float32Array,
  { width, height }: { readonly width: number; readonly height: number },
  isBorder: (i: number) => boolean,
): number {
  const slopes: number[] = []
  for (let y = 1; y < height - 1; y++)
    for (let x = 1; x < width - 1; x++) {
      const i = y * width + x
      if (!isBorder(i)) continue
      slopes.push(Math.hypot(data[i + 1]! - data[i - 1]!, data[i + width]! - data[i - width]!) / 2)
    }
  slopes.sort((one, other) => one - other)
  return slopes[Math.floor(0.8 * slopes.length)] ?? 0.5
}
