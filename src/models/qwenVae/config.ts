import type { ParameterSource } from '../../graph/index.ts'
import { ModelError } from '../error.ts'

/** Sizes of Qwen-Image's autoencoder, one of videos that halves the picture once a level but the last. */
export interface QwenVaeConfig {
  /** Channels of the first level. */
  readonly channels: number
  /** Channels of each level as multiples of {@link channels}. */
  readonly channelMultipliers: readonly number[]
  /** Of each level of the encoder; the decoder has one more. */
  readonly residualBlocks: number
  readonly latentChannels: number
  /** What the transformer sees of a latent is (z − mean) / deviation, by channel. */
  readonly means: readonly number[]
  readonly deviations: readonly number[]
}

/** vae/config.json of https://huggingface.co/Qwen/Qwen-Image-Edit */
export const qwenVae: QwenVaeConfig = {
  channels: 96,
  channelMultipliers: [1, 2, 4, 4],
  residualBlocks: 2,
  latentChannels: 16,
  means: [
    -0.7571, -0.7089, -0.9113, 0.1075, -0.1745, 0.9653, -0.1517, 1.5508, 0.4134, -0.0715, 0.5517, -0.3632,
    -0.1922, -0.9497, 0.2503, -0.2921,
  ],
  deviations: [
    2.8184, 1.4541, 2.3275, 2.6558, 1.2196, 1.7708, 2.6052, 2.0743, 3.2687, 2.1526, 2.8652, 1.5579, 1.6382,
    1.1253, 2.8251, 1.916,
  ],
}

/** Parameters that tensor shapes do not determine, from vae/config.json. */
export interface QwenVaeHints {
  readonly means?: readonly number[] | undefined
  readonly deviations?: readonly number[] | undefined
}

/**
 * The sizes of an autoencoder in the layout of diffusers, from the shapes of its tensors.
 * @throws ModelError when a tensor that determines a size is missing, or when the hints do not fit
 */
export function inferQwenVaeConfig(
  source: Pick<ParameterSource, 'name' | 'describe'>,
  hints: QwenVaeHints = {},
): QwenVaeConfig {
  const outOf = (path: string): number => {
    const found = source.describe(path)?.shape[0]
    if (found === undefined)
      throw new ModelError('config', `${source.name}: no tensor ${path}: expected Qwen-Image's autoencoder`)
    return found
  }
  const channels = outOf('encoder.conv_in.weight')
  const channelMultipliers: number[] = []
  let residualBlocks = 0
  // Residual blocks and halvings are numbered together.
  for (let i = 0, isNew = true; ; i++) {
    const path = `encoder.down_blocks.${i}`
    if (source.describe(`${path}.resample.1.weight`)) isNew = true
    else if (source.describe(`${path}.conv1.weight`)) {
      if (isNew) channelMultipliers.push(outOf(`${path}.conv1.weight`) / channels)
      if (channelMultipliers.length === 1) residualBlocks++
      isNew = false
    } else break
  }
  const latentChannels = outOf('encoder.conv_out.weight') / 2
  const { means = qwenVae.means, deviations = qwenVae.deviations } = hints
  for (const [name, list] of Object.entries({ latents_mean: means, latents_std: deviations }))
    if (list.length !== latentChannels)
      throw new ModelError(
        'config',
        `${source.name}: ${name}: expected ${latentChannels} numbers as in the tensors, got ${list.length}; correct config.json`,
      )
  return { channels, channelMultipliers, residualBlocks, latentChannels, means, deviations }
}
