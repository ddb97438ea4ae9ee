import { type ParameterSource, type TensorValue, tensorValue } from '../../graph/index.ts'
import { ModelError } from '../error.ts'

/** Sizes of a Stable Diffusion 1.x UNet. */
export interface UnetConfig {
  /** Channels of the input latents; instruction editors have those of the picture in addition to the noisy ones. */
  readonly inChannels: number
  readonly outChannels: number
  /** Of each level; each is half the size of the one before. */
  readonly channels: readonly number[]
  readonly residualBlocks: number
  /** Whether a level has attention, over itself and over the text. */
  readonly attends: readonly boolean[]
  /** Of every attention; configurations of diffusers call this number `attention_head_dim`. */
  readonly heads: number
  readonly contextWidth: number
  /** Of the group norms. */
  readonly groups: number
}

/** InstructPix2Pix, MagicBrush and AnySD: Stable Diffusion 1.5 with the picture's latents as four more channels. */
export const instructPix2Pix: UnetConfig = {
  inChannels: 8,
  outChannels: 4,
  channels: [320, 640, 1280, 1280],
  residualBlocks: 2,
  attends: [true, true, true, false],
  heads: 8,
  contextWidth: 768,
  groups: 32,
}

/**
 * The sizes of a UNet in the layout of diffusers, from the shapes of its tensors; heads and groups are not in them.
 * @throws ModelError when a tensor that determines a size is missing
 */
export function inferUnetConfig(
  source: Pick<ParameterSource, 'name' | 'describe'>,
  {
    heads = instructPix2Pix.heads,
    groups = instructPix2Pix.groups,
  }: Partial<Pick<UnetConfig, 'heads' | 'groups'>> = {},
): UnetConfig {
  const shape = (path: string): readonly number[] => {
    const found = source.describe(path)?.shape
    if (found === undefined)
      throw new ModelError(
        'config',
        `${source.name}: no tensor ${path}: expected a UNet of Stable Diffusion 1.x`,
      )
    return found
  }
  const has = (path: string): boolean => source.describe(path) !== undefined
  const channels: number[] = []
  const attends: boolean[] = []
  while (has(`down_blocks.${channels.length}.resnets.0.conv1.weight`)) {
    attends.push(has(`down_blocks.${channels.length}.attentions.0.norm.weight`))
    channels.push(shape(`down_blocks.${channels.length}.resnets.0.conv1.weight`)[0]!)
  }
  let residualBlocks = 0
  while (has(`down_blocks.0.resnets.${residualBlocks}.conv1.weight`)) residualBlocks++
  return {
    inChannels: shape('conv_in.weight')[1]!,
    outChannels: shape('conv_out.weight')[0]!,
    channels,
    residualBlocks,
    attends,
    heads,
    contextWidth: shape('mid_block.attentions.0.transformer_blocks.0.attn2.to_k.weight')[1]!,
    groups,
  }
}

/**
 * The sinusoid [times, width] of times from 0 to 999: cosines, then sines, of t·10000^(−i/(width/2)). Made here, since
 * arguments of up to 1000 radians lose digits in f32.
 */
export function unetTime(times: readonly number[], width: number): TensorValue {
  const half = width / 2
  const values = times.flatMap((t) => {
    const angles = Array.from({ length: half }, (_, i) => t * 10_000 ** (-i / half))
    return [...angles.map(Math.cos), ...angles.map(Math.sin)]
  })
  return tensorValue('f32', [times.length, width], values)
}
