import type { ParameterSource } from '../../graph/index.ts'
import { ModelError } from '../error.ts'
import { countBlocks, defaultAxes } from '../flux/config.ts'

/** Sizes of Qwen-Image's transformer, which has blocks of two streams only. */
export interface QwenImageConfig {
  /** Channels of a packed latent token: latent channels × 2 × 2. */
  readonly inChannels: number
  /** Of a predicted token. */
  readonly outChannels: number
  /** Width of the language model's hidden states. */
  readonly textWidth: number
  readonly width: number
  readonly mlpWidth: number
  readonly heads: number
  readonly blocks: number
  /** Head channels turned by each axis of a token's position (picture, row, column). */
  readonly axesDim: readonly [number, number, number]
  /** Base of the rotary frequencies. */
  readonly theta: number
  /** Whether tokens of reference pictures are modulated as at time 0, as in Qwen-Image-Edit-2511. */
  readonly zeroCondT: boolean
}

/** Qwen-Image-Edit and -2509: transformer/config.json of https://huggingface.co/Qwen/Qwen-Image-Edit */
export const qwenImageEdit: QwenImageConfig = {
  inChannels: 64,
  outChannels: 64,
  textWidth: 3584,
  width: 3072,
  mlpWidth: 12288,
  heads: 24,
  blocks: 60,
  axesDim: [16, 56, 56],
  theta: 10_000,
  zeroCondT: false,
}

/** Parameters that tensor shapes do not determine, from transformer/config.json. */
export interface QwenImageHints {
  readonly axesDim?: readonly [number, number, number] | undefined
  readonly zeroCondT?: boolean | undefined
}

/**
 * The sizes of a transformer in the layout of diffusers, from the shapes of its tensors.
 * @throws ModelError when a tensor that determines a size is missing, or when the hints do not fit
 */
export function inferQwenImageConfig(
  source: Pick<ParameterSource, 'name' | 'paths' | 'describe'>,
  hints: QwenImageHints = {},
): QwenImageConfig {
  const shape = (path: string): readonly [number, number] => {
    const found = source.describe(path)?.shape
    if (found === undefined)
      throw new ModelError(
        'config',
        `${source.name}: no tensor ${path}: expected a transformer of Qwen-Image in the layout of diffusers`,
      )
    return [found[0] ?? 1, found[1] ?? 1]
  }
  const [width, inChannels] = shape('img_in.weight')
  const [headWidth] = shape('transformer_blocks.0.attn.norm_q.weight')
  const axesDim = hints.axesDim ?? defaultAxes(headWidth)
  if (axesDim.reduce((sum, axis) => sum + axis, 0) !== headWidth || axesDim.some((axis) => axis % 2 !== 0))
    throw new ModelError(
      'config',
      `${source.name}: axes_dims_rope: expected three even numbers that make the head width ${headWidth}, got [${axesDim}]; correct config.json`,
    )
  return {
    inChannels,
    outChannels: shape('proj_out.weight')[0],
    textWidth: shape('txt_in.weight')[1],
    width,
    mlpWidth: shape('transformer_blocks.0.img_mlp.net.0.proj.weight')[0],
    heads: width / headWidth,
    blocks: countBlocks(source, 'transformer_blocks'),
    axesDim,
    theta: 10_000,
    zeroCondT: hints.zeroCondT ?? false,
  }
}
