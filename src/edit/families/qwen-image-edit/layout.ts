import type { ParameterSource } from '../../../graph/index.ts'
import { lastTaps, wanAutoencoder } from '../../../weights/index.ts'
import { withoutPrefix } from '../../checkpoint/layout.ts'

/** A tensor that single files of 2511 have in ComfyUI: tokens of references are modulated as at time 0. */
export const zeroTimeMark = '__index_timestep_zero__'

/** The transformer under the names of diffusers. */
export function transformerLayout(source: ParameterSource): ParameterSource {
  return withoutPrefix(source)
}

/** The autoencoder under the names of diffusers, for single pictures. */
export function autoencoderLayout(source: ParameterSource): ParameterSource {
  return lastTaps(wanAutoencoder(source))
}
