import type { ParameterSource, TensorValue } from '../graph/index.ts'
import { fromPlanes, type Picture, toPlanes } from '../image/index.ts'
import { type AutoencoderConfig, decoderSegments, encoderSegments, pixelsPerLatent } from '../models/index.ts'
import type { Runtime } from '../onnx/index.ts'
import { TorchGenerator } from '../weights/index.ts'
import { openRunner } from './runner.ts'
import { blendTiles, tilesOf } from './tiles.ts'

export interface AutoencoderOptions {
  readonly runtime: Runtime
  readonly source: ParameterSource
  readonly config: AutoencoderConfig
  /** Side in latent pixels from which a picture is decoded in tiles; memory grows with its square. */
  readonly tile: number
}

/**
 * The latent [1, channels, h/8, w/8] of a picture: the mean of its distribution, or with `sampleSeed` a sample of it.
 * Source: AutoEncoder.encode of the original, which samples from an unseeded generator.
 */
export async function encodePicture(
  picture: Picture,
  options: AutoencoderOptions,
  sampleSeed?: number,
): Promise<TensorValue> {
  const { runtime, source, config } = options
  const x = toPlanes(picture)
  const inputs = { x: { dtype: x.dtype, shape: x.shape } }
  const model = { source, segments: encoderSegments(config), inputs, outputs: ['moments'] }
  const runner = openRunner(runtime, model, { plan: 'whole', load: {} })
  try {
    const [result] = await runner.run([{ x }])
    const { shape, data } = result!.moments!
    return latentOf(shape, data as Float32Array, config, sampleSeed)
  } finally {
    await runner.release()
  }
}

function latentOf(
  shape: readonly number[],
  moments: Float32Array,
  { latentChannels, scale, shift }: AutoencoderConfig,
  sampleSeed: number | undefined,
): TensorValue {
  const count = moments.length / 2
  const z = moments.slice(0, count)
  if (sampleSeed !== undefined) {
    const noise = new TorchGenerator(sampleSeed).randn(count)
    for (let i = 0; i < count; i++) z[i]! += Math.exp(0.5 * moments[count + i]!) * noise[i]!
  }
  for (let i = 0; i < count; i++) z[i] = Math.fround(scale) * Math.fround(z[i]! - Math.fround(shift))
  return { dtype: 'f32', shape: [1, latentChannels, shape[2]!, shape[3]!], data: z }
}

/** The picture of a latent [1, channels, h, w]; a large one is decoded in overlapping tiles, blended where they meet. */
export async function decodeLatent(latent: TensorValue, options: AutoencoderOptions): Promise<Picture> {
  const { config, tile } = options
  const [, , height, width] = latent.shape as [number, number, number, number]
  if (Math.max(height, width) <= tile) return fromPlanes(await decodeWhole(latent, options))
  const tiles = tilesOf({ height, width }, { tile, overlap: Math.max(2, Math.floor(tile / 4)) })
  const pixels = pixelsPerLatent(config)
  return fromPlanes(
    await blendTiles({ height, width }, tiles, pixels, (place) => decodeWhole(crop(latent, place), options)),
  )
}

async function decodeWhole(
  latent: TensorValue,
  { runtime, source, config }: AutoencoderOptions,
): Promise<TensorValue> {
  const inputs = { latent: { dtype: latent.dtype, shape: latent.shape } }
  const model = { source, segments: decoderSegments(config), inputs, outputs: ['picture'] }
  const runner = openRunner(runtime, model, { plan: 'whole', load: {} })
  try {
    const [result] = await runner.run([{ latent }])
    return result!.picture!
  } finally {
    await runner.release()
  }
}

function crop(
  { shape, data }: TensorValue,
  place: { readonly top: number; readonly left: number; readonly height: number; readonly width: number },
): TensorValue {
  const [, channels, rows, columns] = shape as [number, number, number, number]
  const { top, left, height, width } = place
  const out = new Float32Array(channels * height * width)
  for (let c = 0; c < channels; c++)
    for (let y = 0; y < height; y++) {
      const from = (c * rows + top + y) * columns + left
      out.set((data as Float32Array).subarray(from, from + width), (c * height + y) * width)
    }
  return { dtype: 'f32', shape: [1, channels, height, width], data: out }
}
