import type { ParameterSource } from '../../../graph/index.ts'
import {
  type AutoencoderConfig,
  type ClipTextConfig,
  clipText,
  type DitConfig,
  decode,
  encode,
  kontext,
  type T5Config,
  t5Encoder,
} from '../../../models/index.ts'
import { checkComplete } from '../../checkpoint/complete.ts'

/** Whether a source holds every weight of the transformer, and nothing else. @throws WeightsError that names them all */
export function checkTransformer(source: ParameterSource, config: DitConfig): void {
  const half = config.width / config.heads / 2
  checkComplete(source, (w) => {
    const input = (name: string, ...shape: number[]) => w.graph.input(name, 'f32', shape)
    const velocity = kontext(
      w,
      {
        image: input('image', 1, 2, config.inChannels),
        text: input('text', 1, 2, config.contextWidth),
        pooled: input('pooled', 1, config.vectorWidth),
        time: input('time', 1, 256),
        guidance: input('guidance', 1, 256),
        cosines: input('cosines', 4, half),
        sines: input('sines', 4, half),
      },
      config,
    )
    return { velocity }
  })
}

/** The same of CLIP's text encoder. @throws WeightsError */
export function checkClip(source: ParameterSource, config: ClipTextConfig): void {
  checkComplete(source, (w) => {
    const { last } = clipText(w, w.graph.input('ids', 'i64', [1, config.positions]), config)
    return { last }
  })
}

/** The same of T5's encoder. @throws WeightsError */
export function checkT5(source: ParameterSource, config: T5Config): void {
  checkComplete(source, (w) => {
    const tokens = w.graph.input('tokens', 'i64', [1, 2])
    return { last: t5Encoder(w, { tokens, buckets: w.graph.input('buckets', 'i64', [2, 2]) }, config) }
  })
}

/** The same of the autoencoder. @throws WeightsError */
export function checkAutoencoder(source: ParameterSource, config: AutoencoderConfig): void {
  checkComplete(source, (w) => {
    const picture = w.graph.input('picture', 'f32', [1, 3, 64, 64])
    const latent = w.graph.input('latent', 'f32', [1, config.latentChannels, 2, 2])
    return { ...encode(w, picture, config), picture: decode(w, latent, config) }
  })
}
