import { type TensorValue, tensorValue } from '../../graph/index.ts'
import { ModelError } from '../error.ts'
import type { OmnigenConfig, OmnigenRotary } from './config.ts'

/**
 * Cosines and sines [tokens, head width / 2] of positions. `length` is the number of tokens of the longest sequence that
 * is read together: beyond the original context all its tokens take the long divisors, the first ones too.
 * Source: Phi3SuScaledRotaryEmbedding of transformers 4.45.
 */
export function omnigenRotary(
  positions: readonly number[],
  length: number,
  { theta, short, long, original, most }: OmnigenRotary,
): { readonly cosines: TensorValue; readonly sines: TensorValue } {
  const divisors = length > original ? long : short
  const half = divisors.length
  const factor = most <= original ? 1 : Math.sqrt(1 + Math.log(most / original) / Math.log(original))
  const angles = new Float64Array(positions.length * half)
  for (const [row, position] of positions.entries())
    for (let i = 0; i < half; i++) angles[row * half + i] = position / (divisors[i]! * theta ** (i / half))
  const table = (of: (angle: number) => number): TensorValue =>
    tensorValue(
      'f32',
      [positions.length, half],
      angles.map((angle) => factor * of(angle)),
    )
  return { cosines: table(Math.cos), sines: table(Math.sin) }
}

/** Patches of a latent, downward and across. */
export interface PatchGrid {
  readonly rows: number
  readonly columns: number
}

/**
 * The rows of the stored table of positions for a picture's patches in raster order, i64 [rows · columns]: those around
 * the centre of the table's square. @throws ModelError when the picture is larger than the table
 */
export function omnigenPlaces({ rows, columns }: PatchGrid, { grid }: Pick<OmnigenConfig, 'grid'>): number[] {
  if (rows > grid || columns > grid)
    throw new ModelError(
      'config',
      `picture of ${columns}×${rows} patches: expected at most ${grid} on a side; choose a smaller size`,
    )
  const [top, left] = [Math.floor((grid - rows) / 2), Math.floor((grid - columns) / 2)]
  return Array.from(
    { length: rows * columns },
    (_, i) => (top + Math.floor(i / columns)) * grid + left + (i % columns),
  )
}

/**
 * The sinusoid [1, 256] of a time from 0 to 1, which is not multiplied by 1000: cosines, then sines, of
 * t·10000^(−i/128).
 */
export function omnigenTime(t: number): TensorValue {
  const angles = Array.from({ length: 128 }, (_, i) => t * 10_000 ** (-i / 128))
  return tensorValue('f32', [1, 256], [...angles.map(Math.cos), ...angles.map(Math.sin)])
}

/** Latents [1, channels, h, w] as patches [N, channels · patch²], by channel, row, column. */
export function toPatches({ shape, data }: TensorValue, patch: number): TensorValue {
  const [, channels, height, width] = shape as [number, number, number, number]
  const out = new Float32Array(data.length)
  let at = 0
  for (let y = 0; y < height; y += patch)
    for (let x = 0; x < width; x += patch)
      for (let c = 0; c < channels; c++)
        for (let i = 0; i < patch ** 2; i++)
          out[at++] = Number(data[(c * height + y + Math.floor(i / patch)) * width + x + (i % patch)])
  return { dtype: 'f32', shape: [at / (channels * patch ** 2), channels * patch ** 2], data: out }
}

/** Predicted patches [N, patch² · channels], by row, column, channel, as latents [1, channels, h, w]. */
export function fromPatches(
  data: Float32Array,
  { rows, columns }: PatchGrid,
  { channels, patch }: Pick<OmnigenConfig, 'channels' | 'patch'>,
): TensorValue {
  const [height, width] = [rows * patch, columns * patch]
  const out = new Float32Array(channels * height * width)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (let c = 0; c < channels; c++) {
        const token = Math.floor(y / patch) * columns + Math.floor(x / patch)
        const inside = (y % patch) * patch + (x % patch)
        out[(c * height + y) * width + x] = data[(token * patch ** 2 + inside) * channels + c]!
      }
  return { dtype: 'f32', shape: [1, channels, height, width], data: out }
}
