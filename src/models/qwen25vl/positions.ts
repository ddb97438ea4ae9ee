import { type TensorValue, tensorValue } from '../../graph/index.ts'
import { ModelError } from '../error.ts'
import type { Qwen25VLConfig, QwenTextConfig, VisionConfig } from './config.ts'

/** Patches of a picture: one frame group of rows × columns. */
export interface Grid {
  readonly rows: number
  readonly columns: number
}

/** To the nearest whole number, ties to even, as Python rounds. */
function roundEven(x: number): number {
  const low = Math.floor(x)
  if (x - low !== 0.5) return Math.round(x)
  return low % 2 === 0 ? low : low + 1
}

/**
 * The size, in multiples of `factor`, nearest to a picture's with its number of pixels within bounds.
 * Source: `smart_resize` of transformers (4.50) and of qwen_vl_utils, which agree.
 * @throws ModelError where the original refuses: a side below the factor, or one 200 times the other
 */
export function smartResize(
  { height, width }: { readonly height: number; readonly width: number },
  bounds: { readonly factor: number; readonly minPixels: number; readonly maxPixels: number },
): { readonly height: number; readonly width: number } {
  const { factor, minPixels, maxPixels } = bounds
  if (Math.min(height, width) < factor || Math.max(height, width) / Math.min(height, width) > 200)
    throw new ModelError(
      'input',
      `picture of ${width}×${height}: expected sides of at least ${factor} and at most 200:1; crop or enlarge it`,
    )
  const nearest = { height: roundEven(height / factor) * factor, width: roundEven(width / factor) * factor }
  const pixels = nearest.height * nearest.width
  if (pixels > maxPixels) {
    const beta = Math.sqrt((height * width) / maxPixels)
    const scaled = (side: number) => Math.floor(side / beta / factor) * factor
    return { height: scaled(height), width: scaled(width) }
  }
  if (pixels < minPixels) {
    const beta = Math.sqrt(minPixels / (height * width))
    const scaled = (side: number) => Math.ceil((side * beta) / factor) * factor
    return { height: scaled(height), width: scaled(width) }
  }
  return nearest
}

/** How the vision tower cuts a picture into windows. */
export interface Windows {
  /** Groups of merged patches in window order, by their raster number. */
  readonly order: readonly number[]
  /** Patches of each window; no empty ones. */
  readonly lengths: readonly number[]
}

/** Source: `get_window_index` of transformers' Qwen2.5-VL. */
export function windowsOf(grid: Grid, { window, patch, merge }: VisionConfig): Windows {
  const side = window / patch / merge
  const [rows, columns] = [grid.rows / merge, grid.columns / merge]
  const order: number[] = []
  const lengths: number[] = []
  for (let top = 0; top < rows; top += side)
    for (let left = 0; left < columns; left += side) {
      const before = order.length
      for (let row = top; row < Math.min(rows, top + side); row++)
        for (let column = left; column < Math.min(columns, left + side); column++)
          order.push(row * columns + column)
      lengths.push((order.length - before) * merge * merge)
    }
  return { order, lengths }
}

/** Row and column of each patch, in the order of the patches: merge groups in raster order, raster order inside. */
export function patchPlaces({ rows, columns }: Grid, merge: number): readonly (readonly [number, number])[] {
  const places: [number, number][] = []
  for (let top = 0; top < rows; top += merge)
    for (let left = 0; left < columns; left += merge)
      for (let i = 0; i < merge * merge; i++) places.push([top + Math.floor(i / merge), left + (i % merge)])
  return places
}

/** Rotary angles of each patch, [patches, head width / 2]: half of them by row, half by column. */
export function visionAngles(grid: Grid, { width, heads, merge }: VisionConfig): Float64Array {
  const quarter = width / heads / 4
  const angles = patchPlaces(grid, merge).flatMap((place) =>
    place.flatMap((at) => Array.from({ length: quarter }, (_, i) => at / 10_000 ** (i / quarter))),
  )
  return Float64Array.from(angles)
}

/** Position of each token by time, row and column. */
export type TextPositions = readonly [readonly number[], readonly number[], readonly number[]]

/**
 * Positions of text and picture tokens. Text counts on all axes alike; a picture's tokens share one time and count
 * rows and columns, and text goes on after the largest of them. Tokens that are masked out get 1, and the others are
 * counted as if they were not there. Source: `get_rope_index` of transformers' Qwen2.5-VL.
 */
export function textPositions(
  ids: readonly number[],
  grids: readonly Grid[],
  { imageToken, vision }: Qwen25VLConfig,
  visible: (index: number) => boolean = () => true,
): TextPositions {
  const positions: [number[], number[], number[]] = [[], [], []]
  const put = (time: number, row: number, column: number) => {
    positions[0].push(time)
    positions[1].push(row)
    positions[2].push(column)
  }
  let next = 0
  let picture = 0
  for (let i = 0; i < ids.length; ) {
    if (!visible(i)) {
      put(1, 1, 1)
      i++
    } else if (ids[i] === imageToken && picture < grids.length) {
      const [rows, columns] = [grids[picture]!.rows / vision.merge, grids[picture]!.columns / vision.merge]
      for (let token = 0; token < rows * columns; token++)
        put(next, next + Math.floor(token / columns), next + (token % columns))
      i += rows * columns
      next += Math.max(rows, columns)
      picture++
    } else {
      put(next, next, next)
      next++
      i++
    }
  }
  return positions
}

/** Cosines and sines [tokens, head width / 2]: each frequency turns by the axis that its section names. */
export function textRotary(
  positions: TextPositions,
  { width, heads, theta, sections }: Pick<QwenTextConfig, 'width' | 'heads' | 'theta' | 'sections'>,
): { readonly cosines: TensorValue; readonly sines: TensorValue } {
  const half = width / heads / 2
  const axes = sections.flatMap((count, axis) => Array.from({ length: count }, () => axis as 0 | 1 | 2))
  const angles = new Float64Array(positions[0].length * half)
  for (let token = 0; token < positions[0].length; token++)
    for (let i = 0; i < half; i++)
      angles[token * half + i] = positions[axes[i]!][token]! / theta ** (i / half)
  return rotaryOf(angles, half)
}

/** Tables [tokens, half] of angles. */
export function rotaryOf(
  angles: Float64Array,
  half: number,
): { readonly cosines: TensorValue; readonly sines: TensorValue } {
  const shape = [angles.length / half, half]
  return {
    cosines: tensorValue('f32', shape, angles.map(Math.cos)),
    sines: tensorValue('f32', shape, angles.map(Math.sin)),
  }
}
