import { decodeQwen, encodeQwen, type QwenVaeConfig } from '../../../models/index.ts'
import type { PictureCodec } from '../../autoencoder/codec.ts'

/** Qwen-Image's autoencoder of videos on single pictures. Its weights are the last taps of their kernels. */
export function qwenCodec(config: QwenVaeConfig): PictureCodec {
  const { latentChannels, means, deviations } = config
  return {
    latentChannels,
    pixelsPerLatent: 2 ** (config.channelMultipliers.length - 1),
    encode: (w, picture) => encodeQwen(w, picture, config),
    scaled(latent) {
      const plane = latent.data.length / latentChannels
      const data = Float32Array.from(latent.data as Float32Array, (value, i) => {
        const channel = Math.floor(i / plane)
        return Math.fround(value - Math.fround(means[channel]!)) / Math.fround(deviations[channel]!)
      })
      return { ...latent, data }
    },
    decode: (w, latent) => decodeQwen(w, latent, config),
  }
}
