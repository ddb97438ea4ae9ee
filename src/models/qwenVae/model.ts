import {
  add,
  attention,
  clamp,
  div,
  mul,
  type Parameters,
  reduceMean,
  reshape,
  silu,
  split,
  sqrt,
  square,
  sub,
  type Tensor,
  tensorValue,
  transpose,
  upsampleNearest2d,
} from '../../graph/index.ts'
import { downsample } from '../autoencoder/model.ts'
import type { QwenVaeConfig } from './config.ts'

/*
 * A causal autoencoder of videos on one frame: nothing lies before it, so that of each kernel over time only the last
 * tap counts, and the `time_conv` layers between frames do nothing. Weights are those taps, as convolutions in the plane
 * (`lastTaps` of weights). Source: AutoencoderKLQwenImage of diffusers 58eb52c.
 */

/**
 * The distribution of latents that a picture [B, 3, h, w] in −1 … 1 stands for: each [B, latentChannels, h/8, w/8].
 * Segments: `encoder.in`, `encoder.down.N`, `encoder.mid`, `encoder.out`, `encoder.quant`.
 */
export function encodeQwen(
  w: Parameters,
  picture: Tensor,
  { channels, channelMultipliers, residualBlocks, latentChannels }: QwenVaeConfig,
): { readonly mean: Tensor; readonly logVariance: Tensor } {
  const encoder = w.pp('encoder')
  const segment = <T>(name: string, build: () => T): T => w.graph.segment(`encoder.${name}`, build)
  let x = segment('in', () => encoder.pp('conv_in').conv2d(picture, channels, { kernel: 3 }))
  const perLevel = residualBlocks + 1
  for (const [level, multiplier] of channelMultipliers.entries())
    x = segment(`down.${level}`, () => {
      const blockOf = (i: number): Parameters => encoder.pp('down_blocks').pp(level * perLevel + i)
      let y = x
      for (let i = 0; i < residualBlocks; i++) y = residualBlock(blockOf(i), y, channels * multiplier)
      const isLast = level === channelMultipliers.length - 1
      return isLast ? y : downsample(blockOf(residualBlocks).pp('resample.1'), y)
    })
  x = segment('mid', () => middle(encoder.pp('mid_block'), x))
  const out = 2 * latentChannels
  const moments = segment('out', () => {
    const normed = silu(normedBy(encoder.pp('norm_out'), x))
    return encoder.pp('conv_out').conv2d(normed, out, { kernel: 3 })
  })
  const [mean, logVariance] = segment('quant', () =>
    split(w.pp('quant_conv').conv2d(moments, out, { kernel: 1 }), 2, 1),
  ) as [Tensor, Tensor]
  return { mean, logVariance }
}

/** What the transformer sees of a latent z [B, latentChannels, h, w]. */
export function normaliseLatent(z: Tensor, config: QwenVaeConfig): Tensor {
  const { means, deviations } = config
  return div(sub(z, byChannel(z, means)), byChannel(z, deviations))
}

/**
 * The picture [B, 3, 8·h, 8·w] in −1 … 1 of a latent [B, latentChannels, h, w] as the transformer sees it. Segments:
 * `decoder.in`, `decoder.mid`, `decoder.up.N` in the decoder's order, `decoder.out`.
 */
export function decodeQwen(
  w: Parameters,
  latent: Tensor,
  { channels, channelMultipliers, residualBlocks, latentChannels, means, deviations }: QwenVaeConfig,
): Tensor {
  const decoder = w.pp('decoder')
  const segment = <T>(name: string, build: () => T): T => w.graph.segment(`decoder.${name}`, build)
  const multipliers = channelMultipliers.toReversed()
  let x = segment('in', () => {
    const z = add(mul(latent, byChannel(latent, deviations)), byChannel(latent, means))
    const plain = w.pp('post_quant_conv').conv2d(z, latentChannels, { kernel: 1 })
    return decoder.pp('conv_in').conv2d(plain, channels * multipliers[0]!, { kernel: 3 })
  })
  x = segment('mid', () => middle(decoder.pp('mid_block'), x))
  for (const [level, multiplier] of multipliers.entries())
    x = segment(`up.${level}`, () => {
      const up = decoder.pp('up_blocks').pp(level)
      const out = channels * multiplier
      let y = x
      for (let i = 0; i <= residualBlocks; i++) y = residualBlock(up.pp('resnets').pp(i), y, out)
      if (level === multipliers.length - 1) return y
      // Half of the channels go on.
      const convolved = up.pp('upsamplers.0.resample.1')
      return convolved.conv2d(upsampleNearest2d(y, 2), out / 2, { kernel: 3 })
    })
  return segment('out', () => {
    const normed = silu(normedBy(decoder.pp('norm_out'), x))
    return clamp(decoder.pp('conv_out').conv2d(normed, 3, { kernel: 3 }), -1, 1)
  })
}

const channelsOf = (x: Tensor): number => x.shape[1] as number

function byChannel(x: Tensor, values: readonly number[]): Tensor {
  return x.graph.constant(tensorValue('f32', [1, values.length, 1, 1], values))
}

/** x/√(mean x²) over the channels, times gamma. @param dimensions of gamma: 3 for a picture, 4 for a video */
function normedBy(w: Parameters, x: Tensor, dimensions: 3 | 4 = 4): Tensor {
  const channels = channelsOf(x)
  const ones = Array<number>(dimensions - 1).fill(1)
  const gamma = reshape(w.get('gamma', [channels, ...ones]), [1, channels, 1, 1])
  // The original divides by a norm of at least 1e-12.
  const length = sqrt(add(reduceMean(square(x), { axes: [1], keepDims: true }), 1e-24))
  return mul(div(x, length), gamma)
}

function residualBlock(w: Parameters, x: Tensor, out: number): Tensor {
  const hidden = w.pp('conv1').conv2d(silu(normedBy(w.pp('norm1'), x)), out, { kernel: 3 })
  const y = w.pp('conv2').conv2d(silu(normedBy(w.pp('norm2'), hidden)), out, { kernel: 3 })
  return add(channelsOf(x) === out ? x : w.pp('conv_shortcut').conv2d(x, out, { kernel: 1 }), y)
}

/** Self-attention of one head over all pixels. */
function pixelAttention(w: Parameters, x: Tensor): Tensor {
  const [batch, channels, height, width] = x.shape as [number, number, number, number]
  const wide = w.pp('to_qkv').conv2d(normedBy(w.pp('norm'), x, 3), 3 * channels, { kernel: 1 })
  const pixels = transpose(reshape(wide, [batch, 1, 3 * channels, height * width]), [0, 1, 3, 2])
  const [q, k, v] = split(pixels, 3) as [Tensor, Tensor, Tensor]
  const seen = transpose(attention({ q, k, v }), [0, 1, 3, 2]) // [B, 1, c, h·w]
  const back = reshape(seen, [batch, channels, height, width])
  return add(x, w.pp('proj').conv2d(back, channels, { kernel: 1 }))
}

function middle(w: Parameters, x: Tensor): Tensor {
  const first = residualBlock(w.pp('resnets.0'), x, channelsOf(x))
  return residualBlock(w.pp('resnets.1'), pixelAttention(w.pp('attentions.0'), first), channelsOf(x))
}
