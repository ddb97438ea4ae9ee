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
  const count = new Float64Array(bins)
  const sums = new Float64Array(3 * bins)
  const squares = new Float64Array(bins)
  const grow = Math.round(0.5 * margin)
  for (let y = Math.max(0, box.top - grow); y < Math.min(height, box.bottom + grow); y++)
    for (let x = Math.max(0, box.left - grow); x < Math.min(width, box.right + grow); x++) {
      const i = y * width + x
      const bin = Math.round(distance[i]!)
      if (bin === 0 || bin >= bins) continue
      count[bin]!++
      for (let c = 0; c < 3; c++) {
        const level = data[3 * i + c]!
        sums[3 * bin + c]! += level
        squares[bin]! += level * level
      }
    }
  const meanAt = (bin: number): number[] =>
    [0, 1, 2].map((c) => sums[3 * bin + c]! / Math.max(1, count[bin]!))
  const spread = (bin: number): number => {
    const mean = meanAt(bin)
    const own = mean.reduce((sum, level) => sum + level * level, 0)
    return Math.sqrt(Math.max(0, squares[bin]! / Math.max(1, count[bin]!) - own))
  }
  const far = [0, 0, 0]
  let farCount = 0
  for (let bin = farthest; bin < bins; bin++) {
    farCount += count[bin]!
    for (let c = 0; c < 3; c++) far[c]! += sums[3 * bin + c]!
  }
  const spreadNear = (): number => {
    let [square, all] = [0, 0]
    for (let bin = afterBlur + 1; bin <= 10; bin++) {
      square += count[bin]! * spread(bin) ** 2
      all += count[bin]!
    }
    return Math.sqrt(square / Math.max(1, all))
  }
  // Letters so dense that nothing is far from them have no surroundings to speak of.
  if (farCount < 40) return { reach: 2.5, spread: spreadNear() }
  for (let c = 0; c < 3; c++) far[c]! /= farCount
  const away = (bin: number): number => Math.hypot(...meanAt(bin).map((level, c) => level - far[c]!))
  let reach = 1
  while (reach < 4 && away(reach) > 5) reach++
  const strongest = [afterBlur, afterBlur + 1].reduce((one, other) => (away(other) > away(one) ? other : one))
  const isHalo = away(strongest) > 16 && away(strongest) > 0.8 * spread(strongest)
  if (!isHalo) return { reach: reach + 1.2, spread: spreadNear() }
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
