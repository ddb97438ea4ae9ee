import type { ParameterSource } from '../../../graph/index.ts'
import {
  decodeQwen,
  encodeQwen,
  type QwenImageConfig,
  type QwenVaeConfig,
  qwenImage,
} from '../../../models/index.ts'
import { checkComplete } from '../../checkpoint/complete.ts'
import { zeroTimeMark } from './layout.ts'

/** Whether a source holds every weight of the transformer, and nothing else. @throws WeightsError that names them all */
export function checkTransformer(source: ParameterSource, config: QwenImageConfig): void {
  const half = config.width / config.heads / 2
  checkComplete(
    source,
    (w) => {
      const input = (name: string, ...shape: number[]) => w.graph.input(name, 'f32', shape)
      // The last block's text belongs to the files, though no edit reads it.
      return {
        ...qwenImage(
          w,
          {
            image: input('image', 1, 2, config.inChannels),
            text: input('text', 1, 2, config.textWidth),
            time: input('time', 1, 256),
            cosines: input('cosines', 4, half),
            sines: input('sines', 4, half),
          },
          config,
        ),
      }
    },
    [{ path: new RegExp(`^${zeroTimeMark}$`), because: "ComfyUI's mark of 2511 and no weight" }],
  )
}

/** The same of the autoencoder. @throws WeightsError */
export function checkAutoencoder(source: ParameterSource, config: QwenVaeConfig): void {
  checkComplete(
    source,
    (w) => {
      const picture = w.graph.input('picture', 'f32', [1, 3, 64, 64])
      const latent = w.graph.input('latent', 'f32', [1, config.latentChannels, 2, 2])
      return { ...encodeQwen(w, picture, config), picture: decodeQwen(w, latent, config) }
    },
    [{ path: /\.time_conv\.(weight|bias)$/, because: 'it lies between the frames of videos' }],
  )
}
