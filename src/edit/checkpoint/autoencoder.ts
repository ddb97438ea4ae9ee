import type { ParameterSource } from '../../graph/index.ts'
import { type AutoencoderConfig, decode, encode } from '../../models/index.ts'
import { checkComplete } from './complete.ts'

/** Whether a source holds every weight of an autoencoder of pictures, and nothing else. @throws WeightsError that names them all */
export function checkAutoencoder(source: ParameterSource, config: AutoencoderConfig): void {
  checkComplete(source, (w) => {
    const picture = w.graph.input('picture', 'f32', [1, 3, 64, 64])
    const latent = w.graph.input('latent', 'f32', [1, config.latentChannels, 2, 2])
    return { ...encode(w, picture, config), picture: decode(w, latent, config) }
  })
}
