import type { TensorValue } from '../../graph/index.ts'
import type { VisionConfig } from './config.ts'
import { type Grid, patchPlaces, smartResize } from './positions.ts'

/** Means and deviations of red, green and blue that the tower was trained with (CLIP's). */
const means = [0.48145466, 0.4578275, 0.40821073]
const deviations = [0.26862954, 0.26130258, 0.27577711]

/**
 * The two sizes that the original gives a picture one after the other: the vision utility's, then the processor's
 * with 256 to 324 tiles. Both resizes are bicubic. Source: modules/conditioner.py of the original.
 */
export function pictureSizes(picture: { readonly height: number; readonly width: number }): readonly {
  readonly height: number
  readonly width: number
}[] {
  const factor = 28
  const tile = factor * factor
  const first = smartResize(picture, { factor, minPixels: 4 * tile, maxPixels: 16_384 * tile })
  return [first, smartResize(first, { factor, minPixels: 256 * tile, maxPixels: 324 * tile })]
}

/**
 * A picture (8-bit RGB, sides multiples of patch × merge) as normalised patches [patches, channels·frames·patch²], in
 * the roundings of transformers' Qwen2VLImageProcessor: x/255 in f64 to f32, then mean and deviation in f32.
 */
export function patchify(
  picture: { readonly width: number; readonly height: number; readonly data: Uint8Array },
  { patch, merge, frames }: VisionConfig,
): { readonly pixels: TensorValue; readonly grid: Grid } {
  const { width, height, data } = picture
  const grid = { rows: height / patch, columns: width / patch }
  const tables = means.map((mean, c) =>
    Float32Array.from({ length: 256 }, (_, level) => {
      const centred = Math.fround(Math.fround(level * (1 / 255)) - Math.fround(mean))
      return Math.fround(centred / Math.fround(deviations[c]!))
    }),
  )
  const row = 3 * frames * patch * patch
  const values = new Float32Array(grid.rows * grid.columns * row)
  let at = 0
  for (const [top, left] of patchPlaces(grid, merge))
    for (const [c, table] of tables.entries())
      for (let frame = 0; frame < frames; frame++)
        for (let y = 0; y < patch; y++)
          for (let x = 0; x < patch; x++)
            values[at++] = table[data[3 * ((top * patch + y) * width + left * patch + x) + c]!]!
  return { pixels: { dtype: 'f32', shape: [values.length / row, row], data: values }, grid }
}
