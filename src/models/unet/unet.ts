import {
  add,
  attention,
  concat,
  gelu,
  mul,
  type Parameters,
  reshape,
  silu,
  slice,
  split,
  type Tensor,
  transpose,
  upsampleNearest2d,
} from '../../graph/index.ts'
import type { UnetConfig } from './config.ts'

/** What one evaluation reads, with B pictures. */
export interface UnetInputs {
  /** [B, inChannels, h, w]: the noisy latents, and of editors the picture's after them. */
  readonly sample: Tensor
  readonly time: Tensor // [B, channels[0]], sinusoid of the time, of {@link unetTime}
  readonly context: Tensor // [B, T, contextWidth], the text's states
}

/**
 * The noise that a Stable Diffusion 1.5 UNet sees in latents, [B, outChannels, h, w]. Names are those of diffusers.
 * Segments: `time`, `in`, `down.N`, `mid`, `up.N`, `out`. Source: UNet2DConditionModel of diffusers 58eb52c.
 */
export function unet(w: Parameters, { sample, time, context }: UnetInputs, config: UnetConfig): Tensor {
  const { channels, residualBlocks, attends, outChannels } = config
  const segment = <T>(name: string, build: () => T): T => w.graph.segment(name, build)
  const embedded = segment('time', () => {
    const block = w.pp('time_embedding')
    const width = 4 * channels[0]!
    return silu(block.pp('linear_2').linear(silu(block.pp('linear_1').linear(time, width)), width))
  })
  const level = (block: Parameters, x: Tensor, i: number, out: number, attended: boolean): Tensor => {
    const y = residual(block.pp('resnets').pp(i), x, { time: embedded, out, groups: config.groups })
    return attended ? transformer(block.pp('attentions').pp(i), y, context, config) : y
  }
  let x = segment('in', () => w.pp('conv_in').conv2d(sample, channels[0]!, { kernel: 3 }))
  const skipped = [x]
  for (const [i, out] of channels.entries())
    x = segment(`down.${i}`, () => {
      const block = w.pp('down_blocks').pp(i)
      let y = x
      for (let j = 0; j < residualBlocks; j++) {
        y = level(block, y, j, out, attends[i]!)
        skipped.push(y)
      }
      if (i === channels.length - 1) return y
      y = block.pp('downsamplers.0.conv').conv2d(y, out, { kernel: 3, stride: 2 })
      skipped.push(y)
      return y
    })
  x = segment('mid', () => {
    const block = w.pp('mid_block')
    const first = level(block, x, 0, channels.at(-1)!, true)
    return level(block, first, 1, channels.at(-1)!, false)
  })
  for (const [i, out] of channels.toReversed().entries())
    x = segment(`up.${i}`, () => {
      const block = w.pp('up_blocks').pp(i)
      let y = x
      for (let j = 0; j <= residualBlocks; j++)
        y = level(block, concat([y, skipped.pop()!], 1), j, out, attends.toReversed()[i]!)
      return i === channels.length - 1 ? y : upsample(block.pp('upsamplers.0.conv'), y, skipped.at(-1)!)
    })
  return segment('out', () => {
    const normed = silu(w.pp('conv_norm_out').groupNorm(x, { groups: config.groups, epsilon: 1e-5 }))
    return w.pp('conv_out').conv2d(normed, outChannels, { kernel: 3 })
  })
}

const channelsOf = (x: Tensor): number => x.shape[1] as number

/** @param w below `resnets.N` */
function residual(
  w: Parameters,
  x: Tensor,
  { time, out, groups }: { readonly time: Tensor; readonly out: number; readonly groups: number },
): Tensor {
  const normed = (name: string, y: Tensor): Tensor => silu(w.pp(name).groupNorm(y, { groups, epsilon: 1e-5 }))
  const hidden = w.pp('conv1').conv2d(normed('norm1', x), out, { kernel: 3 })
  const shift = reshape(w.pp('time_emb_proj').linear(time, out), [time.shape[0]!, out, 1, 1])
  const y = w.pp('conv2').conv2d(normed('norm2', add(hidden, shift)), out, { kernel: 3 })
  return add(channelsOf(x) === out ? x : w.pp('conv_shortcut').conv2d(x, out, { kernel: 1 }), y)
}

/** Attention of pixels over themselves, then over the text. @param w below `attentions.N` */
function transformer(w: Parameters, x: Tensor, context: Tensor, { heads, groups }: UnetConfig): Tensor {
  const [batch, width, height, columns] = x.shape as [number, number, number, number]
  const projected = w
    .pp('proj_in')
    .conv2d(w.pp('norm').groupNorm(x, { groups, epsilon: 1e-6 }), width, { kernel: 1 })
  let y = transpose(reshape(projected, [batch, width, height * columns]), [0, 2, 1])
  const block = w.pp('transformer_blocks.0')
  const normed = (name: string): Tensor => {
    return block.pp(name).layerNorm(y, { epsilon: 1e-5 })
  }
  const own = normed('norm1')
  y = add(y, attended(block.pp('attn1'), own, own, heads))
  y = add(y, attended(block.pp('attn2'), normed('norm2'), context, heads))
  const wide = block.pp('ff.net.0.proj').linear(normed('norm3'), 8 * width)
  const [value, gate] = split(wide, 2, -1) as [Tensor, Tensor]
  y = add(y, block.pp('ff.net.2').linear(mul(value, gelu(gate)), width))
  const back = reshape(transpose(y, [0, 2, 1]), [batch, width, height, columns])
  return add(x, w.pp('proj_out').conv2d(back, width, { kernel: 1 }))
}

/** @param x [B, L, width] @param seen [B, S, any width] */
function attended(w: Parameters, x: Tensor, seen: Tensor, heads: number): Tensor {
  const [batch, tokens, width] = x.shape as [number, number, number]
  const project = (name: string, from: Tensor): Tensor => {
    const flat = w.pp(name).linear(from, width, { bias: false })
    return transpose(reshape(flat, [batch, from.shape[1]!, heads, width / heads]), [0, 2, 1, 3])
  }
  const mixed = attention({ q: project('to_q', x), k: project('to_k', seen), v: project('to_v', seen) })
  return w.pp('to_out.0').linear(reshape(transpose(mixed, [0, 2, 1, 3]), [batch, tokens, width]), width)
}

/** Twice the size, or one pixel less where the skipped picture has an odd side. */
function upsample(w: Parameters, x: Tensor, skipped: Tensor): Tensor {
  const [, , height, width] = skipped.shape as [number, number, number, number]
  const large = upsampleNearest2d(x, 2)
  const cut = [height, width].reduce(
    (y, side, i) => (y.shape[2 + i] === side ? y : slice(y, 2 + i, 0, side)),
    large,
  )
  return w.conv2d(cut, channelsOf(x), { kernel: 3 })
}
