import type { ParameterSource } from '../../graph/index.ts'
import { ModelError } from '../error.ts'

/** Sizes of the autoencoder, a convolutional one that halves the picture once a level but the last. */
export interface AutoencoderConfig {
  /** Channels of the first level. */
  readonly channels: number
  /** Channels of each level as multiples of {@link channels}. */
  readonly channelMultipliers: readonly number[]
  readonly residualBlocks: number
  readonly latentChannels: number
  /** Pixels on a side of the patches that are channels before the first convolution and after the last; 1 as in FLUX. */
  readonly patch: number
  /** Whether a convolution of 1 × 1 lies behind the encoder and one before the decoder, as in Stable Diffusion. */
  readonly quantConvs: boolean
  /** Of the group norms. */
  readonly groups: number
  /** latent = scale · (z − shift) */
  readonly scale: number
  readonly shift: number
}

/** FLUX's, https://github.com/stepfun-ai/Step1X-Edit/blob/570eba6/inference.py#L76-L87 */
export const fluxAutoencoder: AutoencoderConfig = {
  channels: 128,
  channelMultipliers: [1, 2, 4, 4],
  residualBlocks: 2,
  latentChannels: 16,
  patch: 1,
  quantConvs: false,
  groups: 32,
  scale: 0.3611,
  shift: 0.1159,
}

/**
 * Stable Diffusion 1.x's. SDXL's, which OmniGen takes, differs in the scale: 0.13025.
 * https://github.com/CompVis/stable-diffusion/blob/21f890f/configs/stable-diffusion/v1-inference.yaml#L17-L66
 */
export const stableDiffusionAutoencoder: AutoencoderConfig = {
  ...fluxAutoencoder,
  latentChannels: 4,
  quantConvs: true,
  scale: 0.18215,
  shift: 0,
}

/** Parameters that tensor shapes do not determine, from `pentimento.json`. */
export interface AutoencoderHints {
  readonly channelMultipliers?: readonly number[] | undefined
  readonly groups?: number | undefined
  readonly scale?: number | undefined
  readonly shift?: number | undefined
}

/**
 * The sizes of an autoencoder in the official layout, from the shapes of its tensors. Scale and shift are not in them:
 * without hints they are Stable Diffusion's where there are quant convolutions, else FLUX's.
 * @throws ModelError when a tensor that determines a size is missing, or when the hints do not fit
 */
export function inferAutoencoderConfig(
  source: Pick<ParameterSource, 'name' | 'paths' | 'describe'>,
  hints: AutoencoderHints = {},
): AutoencoderConfig {
  const sizeOf = (path: string, axis: 0 | 1): number => {
    const size = source.describe(path)?.shape[axis]
    if (size === undefined)
      throw new ModelError(
        'config',
        `${source.name}: no tensor ${path}: expected an autoencoder of Stable Diffusion's and FLUX's layout`,
      )
    return size
  }
  const outOf = (path: string) => sizeOf(path, 0)
  const channels = outOf('encoder.conv_in.weight')
  const found: number[] = []
  while (source.describe(`encoder.down.${found.length}.block.0.conv1.weight`))
    found.push(outOf(`encoder.down.${found.length}.block.0.conv1.weight`) / channels)
  const wanted = hints.channelMultipliers
  if (wanted && wanted.join() !== found.join())
    throw new ModelError(
      'config',
      `${source.name}: vae.channelMultipliers: expected [${found}] as in the tensors, got [${wanted}]; correct pentimento.json`,
    )
  const patch = Math.sqrt(sizeOf('encoder.conv_in.weight', 1) / 3)
  const quantConvs = source.describe('quant_conv.weight') !== undefined
  const usual = quantConvs ? stableDiffusionAutoencoder : fluxAutoencoder
  const groups = hints.groups ?? usual.groups
  if (!Number.isInteger(patch) || channels % groups !== 0)
    throw new ModelError(
      'config',
      `${source.name}: expected an autoencoder whose first convolution reads square patches of RGB and whose ${channels} channels make ${groups} groups; vae.groups in pentimento.json disagrees`,
    )
  let residualBlocks = 0
  while (source.describe(`encoder.down.0.block.${residualBlocks}.conv1.weight`)) residualBlocks++
  return {
    channels,
    channelMultipliers: found,
    residualBlocks,
    latentChannels: outOf('encoder.conv_out.weight') / 2,
    patch,
    quantConvs,
    groups,
    scale: hints.scale ?? usual.scale,
    shift: hints.shift ?? usual.shift,
  }
}

/** Picture pixels that one latent pixel covers, in each direction. */
export function pixelsPerLatent({
  channelMultipliers,
  patch,
}: Pick<AutoencoderConfig, 'channelMultipliers' | 'patch'>): number {
  return patch * 2 ** (channelMultipliers.length - 1)
}
