import {
  add,
  attention,
  div,
  mul,
  type Parameters,
  pad,
  reshape,
  silu,
  split,
  sub,
  type Tensor,
  transpose,
  upsampleNearest2d,
} from '../../graph/index.ts'
import type { AutoencoderConfig } from './config.ts'

/**
 * The distribution of latents that a picture [B, 3, h, w] in −1 … 1 stands for: each [B, latentChannels, h/8, w/8].
 * Segments: `encoder.in`, `encoder.down.N`, `encoder.mid`, `encoder.out`, with quant convolutions `encoder.quant`.
 */
export function encode(
  w: Parameters,
  picture: Tensor,
  {
    channels,
    channelMultipliers,
    residualBlocks,
    latentChannels,
    patch,
    quantConvs,
    groups,
  }: AutoencoderConfig,
): { readonly mean: Tensor; readonly logVariance: Tensor } {
  const encoder = w.pp('encoder')
  const segment = <T>(name: string, build: () => T): T => w.graph.segment(`encoder.${name}`, build)
  let x = segment('in', () =>
    encoder.pp('conv_in').conv2d(patchesOf(picture, patch), channels, { kernel: 3 }),
  )
  for (const [level, multiplier] of channelMultipliers.entries())
    x = segment(`down.${level}`, () => {
      const down = encoder.pp('down').pp(level)
      let y = x
      for (let i = 0; i < residualBlocks; i++)
        y = residualBlock(down.pp('block').pp(i), y, { out: channels * multiplier, groups })
      return level < channelMultipliers.length - 1 ? downsample(down.pp('downsample.conv'), y) : y
    })
  x = segment('mid', () => middle(encoder.pp('mid'), x, groups))
  const out = 2 * latentChannels
  const moments = segment('out', () => {
    const normed = normedSwish(encoder.pp('norm_out'), x, groups)
    return encoder.pp('conv_out').conv2d(normed, out, { kernel: 3 })
  })
  const [mean, logVariance] = segment(quantConvs ? 'quant' : 'out', () =>
    split(quantConvs ? w.pp('quant_conv').conv2d(moments, out, { kernel: 1 }) : moments, 2, 1),
  ) as [Tensor, Tensor]
  return { mean, logVariance }
}

/** What the transformer sees of a latent z. */
export function scaleLatent(z: Tensor, { scale, shift }: AutoencoderConfig): Tensor {
  return mul(sub(z, shift), scale)
}

/**
 * The picture [B, 3, 8·h, 8·w], about −1 … 1 and not clamped, of a latent [B, latentChannels, h, w] as the transformer
 * sees it. Segments: `decoder.in`, `decoder.mid`, `decoder.up.N` downward, `decoder.out`.
 */
export function decode(
  w: Parameters,
  latent: Tensor,
  {
    channels,
    channelMultipliers,
    residualBlocks,
    latentChannels,
    scale,
    shift,
    patch,
    quantConvs,
    groups,
  }: AutoencoderConfig,
): Tensor {
  const decoder = w.pp('decoder')
  const segment = <T>(name: string, build: () => T): T => w.graph.segment(`decoder.${name}`, build)
  let x = segment('in', () => {
    const given = add(div(latent, scale), shift)
    const z = quantConvs ? w.pp('post_quant_conv').conv2d(given, latentChannels, { kernel: 1 }) : given
    const out = channels * channelMultipliers.at(-1)!
    return decoder.pp('conv_in').conv2d(z, out, { kernel: 3 })
  })
  x = segment('mid', () => middle(decoder.pp('mid'), x, groups))
  for (const [level, multiplier] of [...channelMultipliers.entries()].reverse())
    x = segment(`up.${level}`, () => {
      const up = decoder.pp('up').pp(level)
      let y = x
      for (let i = 0; i <= residualBlocks; i++)
        y = residualBlock(up.pp('block').pp(i), y, { out: channels * multiplier, groups })
      return level > 0 ? upsample(up.pp('upsample.conv'), y) : y
    })
  return segment('out', () => {
    const normed = normedSwish(decoder.pp('norm_out'), x, groups)
    const out = 3 * patch * patch
    return pixelsOf(decoder.pp('conv_out').conv2d(normed, out, { kernel: 3 }), patch)
  })
}

const channelsOf = (x: Tensor): number => x.shape[1] as number

/** Patches of pixels as channels, [B, 3, p·h, p·w] to [B, 3·p², h, w]: channel, row, column. */
function patchesOf(x: Tensor, patch: number): Tensor {
  if (patch === 1) return x
  const [batch, channels, height, width] = x.shape as [number, number, number, number]
  const parts = reshape(x, [batch, channels, height / patch, patch, width / patch, patch])
  return reshape(transpose(parts, [0, 1, 3, 5, 2, 4]), [
    batch,
    channels * patch * patch,
    height / patch,
    width / patch,
  ])
}

/** The inverse of {@link patchesOf}. */
function pixelsOf(x: Tensor, patch: number): Tensor {
  if (patch === 1) return x
  const [batch, channels, height, width] = x.shape as [number, number, number, number]
  const parts = reshape(x, [batch, channels / (patch * patch), patch, patch, height, width])
  return reshape(transpose(parts, [0, 1, 4, 2, 5, 3]), [
    batch,
    channels / (patch * patch),
    height * patch,
    width * patch,
  ])
}

function normed(w: Parameters, x: Tensor, groups: number): Tensor {
  return w.groupNorm(x, { groups, epsilon: 1e-6 })
}

function normedSwish(w: Parameters, x: Tensor, groups: number): Tensor {
  return silu(normed(w, x, groups))
}

export function residualBlock(
  w: Parameters,
  x: Tensor,
  { out, groups }: { readonly out: number; readonly groups: number },
): Tensor {
  const hidden = w.pp('conv1').conv2d(normedSwish(w.pp('norm1'), x, groups), out, { kernel: 3 })
  const y = w.pp('conv2').conv2d(normedSwish(w.pp('norm2'), hidden, groups), out, { kernel: 3 })
  const shortcut = channelsOf(x) === out ? x : w.pp('nin_shortcut').conv2d(x, out, { kernel: 1 })
  return add(shortcut, y)
}

/** Self-attention of one head over all pixels. */
export function pixelAttention(w: Parameters, x: Tensor, groups: number): Tensor {
  const [batch, channels, height, width] = x.shape as [number, number, number, number]
  const h = normed(w.pp('norm'), x, groups)
  const pixels = (name: string) => {
    const flat = reshape(w.pp(name).conv2d(h, channels, { kernel: 1 }), [batch, 1, channels, -1])
    return transpose(flat, [0, 1, 3, 2])
  }
  const seen = attention({ q: pixels('q'), k: pixels('k'), v: pixels('v') }) // [B, 1, h·w, c]
  const back = reshape(transpose(seen, [0, 1, 3, 2]), [batch, channels, height, width])
  return add(x, w.pp('proj_out').conv2d(back, channels, { kernel: 1 }))
}

function middle(w: Parameters, x: Tensor, groups: number): Tensor {
  const sizes = { out: channelsOf(x), groups }
  const first = residualBlock(w.pp('block_1'), x, sizes)
  return residualBlock(w.pp('block_2'), pixelAttention(w.pp('attn_1'), first, groups), sizes)
}

/** Half the size, padded on the right and at the bottom only. */
export function downsample(w: Parameters, x: Tensor): Tensor {
  const padded = pad(x, { before: [0, 0, 0, 0], after: [0, 0, 1, 1] })
  return w.conv2d(padded, channelsOf(x), { kernel: 3, stride: 2, padding: 0 })
}

function upsample(w: Parameters, x: Tensor): Tensor {
  return w.conv2d(upsampleNearest2d(x, 2), channelsOf(x), { kernel: 3 })
}
