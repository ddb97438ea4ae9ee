import { distanceToMask } from '../../image/index.ts'
import type { FlatLine } from './flatLine.ts'
import type { Ink } from './inkOf.ts'
import type { LetterColour } from './lettering.ts'

/** What surrounds letters: an outline, a glow or a shadow, by distance from the ink in pixels of the sheet. */
export interface Halo {
  readonly colour: LetterColour
  /** Opacity at whole distances, from 0 on. */
  readonly opacity: readonly number[]
}

/** How the surroundings of letters look. */
export interface Rim {
  /** How far from the strokes, in pixels of the sheet, the picture still shows them. */
  readonly reach: number
  readonly halo?: Halo | undefined
  /** Deviation of the colours of the surface near the letters, in levels. */
  readonly spread: number
}

const farthest = 16
/** Distance at which a lens' blur alone no longer shows. */
const afterBlur = 3

/** Measures what is around the letters: how far their blur reaches, and whether they have an outline or a shadow. */
export function rimOf({ flat, margin }: FlatLine, { strokes, box }: Ink): Rim {
  const { width, height, data } = flat
  const distance = distanceToMask(strokes)
  const bins = farthest + 8
  const levels: number[][] = Array.from({ length: 3 * bins }, () => [])
  const grow = Math.round(0.5 * margin)
  for (let y = Math.max(0, box.top - grow); y < Math.min(height, box.bottom + grow); y++)
    for (let x = Math.max(0, box.left - grow); x < Math.min(width, box.right + grow); x++) {
      const i = y * width + x
      const bin = Math.round(distance[i]!)
      if (bin === 0 || bin >= bins) continue
      for (let c = 0; c < 3; c++) levels[3 * bin + c]!.push(data[3 * i + c]!)
    }
  // Medians: what is far may be other letters, or what is behind a sign.
  const middle = levels.map(medianOf)
  const meanAt = (bin: number): number[] => [0, 1, 2].map((c) => middle[3 * bin + c]!)
  const spread = (bin: number): number =>
    Math.hypot(...[0, 1, 2].map((c) => deviation(levels[3 * bin + c]!, middle[3 * bin + c]!)))
  const spreadNear = (): number => {
    const bins = [4, 5, 6, 7, 8].filter((bin) => levels[3 * bin]!.length > 20)
    return bins.reduce((sum, bin) => sum + spread(bin), 0) / Math.max(1, bins.length)
  }
  const beyond = (c: number): number[] =>
    levels.flatMap((list, i) => (i % 3 === c && i >= 3 * farthest ? list : []))
  const outer = [beyond(0), beyond(1), beyond(2)]
  // Letters so dense that nothing is far from them have no surroundings to speak of.
  if (outer[0]!.length < 40) return { reach: 2.5, spread: spreadNear() }
  const far = outer.map(medianOf)
  const away = (bin: number): number => Math.hypot(...meanAt(bin).map((level, c) => level - far[c]!))
  let reach = 1
  while (reach < 4 && away(reach) > Math.max(5, 0.5 * spread(reach))) reach++
  const strongest = [afterBlur, afterBlur + 1].reduce((one, other) => (away(other) > away(one) ? other : one))
  // A halo ends; a surface that ends where the line does goes on until there.
  const ends = [11, 12, 13].every((bin) => away(bin) < 0.45 * away(strongest))
  const isHalo = away(strongest) > 16 && away(strongest) > 0.8 * spread(strongest) && ends
  if (!isHalo) return { reach: reach + 1.6, spread: spreadNear() }
  const colour = meanAt(strongest)
  const way = colour.map((level, c) => level - far[c]!)
  const square = way.reduce((sum, value) => sum + value * value, 0)
  const opacity = [1, 1, 1]
  for (let bin = afterBlur; bin < farthest; bin++) {
    const mean = meanAt(bin)
    const share = mean.reduce((sum, level, c) => sum + (level - far[c]!) * way[c]!, 0) / square
    const bounded = Math.min(1, Math.max(0, share))
    if (bounded < 0.06) break
    opacity.push(bounded)
  }
  return {
    reach: opacity.length + 1,
    // What has an outline is laid over a picture: no surface bounds it.
    spread: 100,
    halo: { colour: colour.map(Math.round) as unknown as LetterColour, opacity },
  }
}

function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other)
  return sorted[sorted.length >> 1] ?? 0
}

/** A deviation that outliers do not widen: of the middle half. */
function deviation(values: readonly number[], middle: number): number {
  return 1.48 * medianOf(values.map((value) => Math.abs(value - middle)))
}
