import type { Parameters, Tensor, TensorValue } from '../../graph/index.ts'
import { type AutoencoderConfig, decode, encode, pixelsPerLatent } from '../../models/index.ts'

/** The interface of an autoencoder. */
export interface PictureCodec {
  readonly latentChannels: number
  /** Pixels on a side of a latent one. */
  readonly pixelsPerLatent: number
  /** The distribution of latents, each [B, latentChannels, h, w], of a picture [B, 3, …] in −1 … 1. */
  encode(w: Parameters, picture: Tensor): { readonly mean: Tensor; readonly logVariance: Tensor }
  /** A latent [1, latentChannels, h, w] as the transformer sees it. */
  scaled(latent: TensorValue): TensorValue
  /** The picture [B, 3, …] in −1 … 1 of a latent as the transformer sees it. */
  decode(w: Parameters, latent: Tensor): Tensor
}

/** The autoencoder of FLUX or Stable Diffusion in sizes. */
export function configuredCodec(config: AutoencoderConfig): PictureCodec {
  const { latentChannels, scale, shift } = config
  return {
    latentChannels,
    pixelsPerLatent: pixelsPerLatent(config),
    encode: (w, picture) => encode(w, picture, config),
    scaled: (latent) => ({
      ...latent,
      data: Float32Array.from(
        latent.data as Float32Array,
        (value) => Math.fround(scale) * Math.fround(value - Math.fround(shift)),
      ),
    }),
    decode: (w, latent) => decode(w, latent, config),
  }
}
