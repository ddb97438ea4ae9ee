import {
  add,
  attention,
  concat,
  type Dim,
  gelu,
  layerNorm,
  mul,
  type Parameters,
  reshape,
  rotary,
  silu,
  slice,
  split,
  type Tensor,
  tensorValue,
  transpose,
  unsqueeze,
} from '../../graph/index.ts'
import type { QwenImageConfig } from './config.ts'

/** The linear layers that read the vector of the time: one row an evaluation, and no token. */
export function isQwenImageModulation(layer: string): boolean {
  return /\.(img|txt)_mod\.1$|^norm_out\.linear$/.test(layer)
}

/** What one evaluation of the transformer reads, with B pictures. */
export interface QwenImageInputs {
  readonly image: Tensor // [B, L, inChannels], the target's tokens, then those of each reference
  readonly text: Tensor // [B, T, textWidth], hidden states of the language model
  /** bool [B, T], true for real tokens; only needed where prompts of several lengths make one batch. */
  readonly textMask?: Tensor | undefined
  readonly time: Tensor // [B, 256], sinusoid of the time
  /** With `zeroCondT`: how many of the image tokens are the target's, and the sinusoid of time 0 for the others. */
  readonly references?: { readonly targetTokens: number; readonly time: Tensor /* [B, 256] */ } | undefined
  readonly cosines: Tensor // [T + L, head width / 2]
  readonly sines: Tensor
}

/** What the transformer makes. */
export interface QwenImageOutputs {
  /** For the image tokens, [B, L, outChannels]. */
  readonly velocity: Tensor
  /** The text after the last block, [B, T, width], which the velocity does not depend on. */
  readonly text: Tensor
}

/**
 * The velocity that the transformer predicts for the image tokens. Names are those of diffusers. Segments: `embed`,
 * `block.N`, `final`. Source: QwenImageTransformer2DModel of diffusers 58eb52c.
 */
export function qwenImage(w: Parameters, inputs: QwenImageInputs, config: QwenImageConfig): QwenImageOutputs {
  const segment = <T>(name: string, build: () => T): T => w.graph.segment(name, build)
  const { width } = config
  const batch = inputs.image.shape[0]!
  let { image, text, vector } = segment('embed', () => {
    const { time, references } = inputs
    const block = w.pp('time_text_embed.timestep_embedder')
    const times = references ? concat([time, references.time], 0) : time
    return {
      vector: block.pp('linear_2').linear(silu(block.pp('linear_1').linear(times, width)), width),
      image: w.pp('img_in').linear(inputs.image, width),
      text: w.pp('txt_in').linear(w.pp('txt_norm').rmsNorm(inputs.text, { epsilon: 1e-6 }), width),
    }
  })
  const context: BlockContext = {
    vector,
    cosines: inputs.cosines,
    sines: inputs.sines,
    targetTokens: inputs.references?.targetTokens,
    mask: inputs.textMask && segment('embed', () => jointMask(inputs.textMask!, image)),
  }
  for (let i = 0; i < config.blocks; i++)
    ({ image, text } = segment(`block.${i}`, () =>
      block(w.pp('transformer_blocks').pp(i), { image, text }, context, config),
    ))
  const velocity = segment('final', () => {
    const modulation = w.pp('norm_out.linear').linear(silu(slice(vector, 0, 0, batch)), 2 * width)
    // Scale before shift, unlike in the blocks.
    const [scale, shift] = split(unsqueeze(modulation, 1), 2) as [Tensor, Tensor]
    return w.pp('proj_out').linear(modulated(image, [shift, scale]), config.outChannels)
  })
  return { velocity, text }
}

/** Inputs of every block in addition to the tokens. */
interface BlockContext {
  readonly vector: Tensor // [B, width], of the time; with `targetTokens` [2B, width], those of time 0 after it
  readonly targetTokens: number | undefined
  readonly cosines: Tensor
  readonly sines: Tensor
  readonly mask: Tensor | undefined // bool [B, 1, 1, T + L]
}

interface Tokens {
  readonly text: Tensor // [B, T, width]
  readonly image: Tensor // [B, L, width]
}

/** Text and image streams with separate weights, joined in attention. @param w below `transformer_blocks.N` */
function block(w: Parameters, tokens: Tokens, context: BlockContext, config: QwenImageConfig): Tokens {
  const { width, mlpWidth } = config
  const batch = tokens.image.shape[0] as number
  const active = silu(context.vector)
  const prepare = (kind: 'txt' | 'img', x: Tensor) => {
    const isText = kind === 'txt'
    const names = isText ? textNames : imageNames
    const vectors = isText ? slice(active, 0, 0, batch) : active
    const targetTokens = isText ? undefined : context.targetTokens
    const chunks = split(unsqueeze(w.pp(`${kind}_mod.1`).linear(vectors, 6 * width), 1), 6)
    const changed = (y: Tensor, from: number, change: Change): Tensor =>
      perTime(y, chunks.slice(from, from + 3), targetTokens, change)
    const heads = headsOf(w.pp('attn'), changed(x, 0, modulated), names, config)
    const finish = (seen: Tensor): Tensor => {
      const attended = add(x, changed(w.pp('attn').pp(names.out).linear(seen, width), 0, gated))
      const mlp = w.pp(`${kind}_mlp.net`)
      const hidden = mlp.pp('0.proj').linear(changed(attended, 3, modulated), mlpWidth)
      const y = mlp.pp(2).linear(gelu(hidden, { approximate: 'tanh' }), width)
      return add(attended, changed(y, 3, gated))
    }
    return { heads, finish }
  }
  const text = prepare('txt', tokens.text)
  const image = prepare('img', tokens.image)
  const joined = (name: keyof Heads): Tensor => concat([text.heads[name], image.heads[name]], 2)
  const turned = (x: Tensor): Tensor => rotary(x, context.cosines, context.sines, 'interleaved')
  const q = turned(joined('q'))
  const seen = attention({ q, k: turned(joined('k')), v: joined('v'), mask: context.mask })
  const merged = reshape(transpose(seen, [0, 2, 1, 3]), [batch, q.shape[2]!, width])
  const lengths = [tokens.text.shape[1]!, tokens.image.shape[1]!]
  const [seenText, seenImage] = split(merged, lengths, 1) as [Tensor, Tensor]
  return { text: text.finish(seenText), image: image.finish(seenImage) }
}

/** What a modulation [B, 1, width] of three does to tokens: shift, scale and gate. */
type Change = (x: Tensor, modulation: readonly Tensor[]) => Tensor

const modulated: Change = (x, [shift, scale]) =>
  add(mul(layerNorm(x, { epsilon: 1e-6 }), add(scale!, 1)), shift!)

const gated: Change = (x, [, , gate]) => mul(gate!, x)

/** Changes the target's tokens with the first half of each modulation, those of the references with the second. */
function perTime(
  x: Tensor,
  modulation: readonly Tensor[],
  targetTokens: number | undefined,
  change: Change,
): Tensor {
  if (targetTokens === undefined) return change(x, modulation)
  const [batch, tokens] = x.shape as [number, number]
  const parts = split(x, [targetTokens, tokens - targetTokens], 1).map((part, i) =>
    change(
      part,
      modulation.map((each) => slice(each, 0, i * batch, (i + 1) * batch)),
    ),
  )
  return concat(parts, 1)
}

/** Queries, keys and values [B, heads, tokens, head width]; queries and keys normed. */
interface Heads {
  readonly q: Tensor
  readonly k: Tensor
  readonly v: Tensor
}

const imageNames = { q: 'to_q', k: 'to_k', v: 'to_v', normQ: 'norm_q', normK: 'norm_k', out: 'to_out.0' }
const textNames = {
  q: 'add_q_proj',
  k: 'add_k_proj',
  v: 'add_v_proj',
  normQ: 'norm_added_q',
  normK: 'norm_added_k',
  out: 'to_add_out',
}

function headsOf(
  w: Parameters,
  x: Tensor,
  names: typeof imageNames,
  { width, heads }: QwenImageConfig,
): Heads {
  const [batch, tokens] = x.shape as [Dim, Dim]
  const project = (name: string): Tensor =>
    transpose(reshape(w.pp(name).linear(x, width), [batch, tokens, heads, width / heads]), [0, 2, 1, 3])
  const normed = (name: string, y: Tensor): Tensor => w.pp(name).rmsNorm(y, { epsilon: 1e-6 })
  return {
    q: normed(names.normQ, project(names.q)),
    k: normed(names.normK, project(names.k)),
    v: project(names.v),
  }
}

/** Which tokens of text and image are seen, [B, 1, 1, T + L]. */
function jointMask(textMask: Tensor, image: Tensor): Tensor {
  const [batch, tokens] = image.shape as [number, number]
  const all = tensorValue('bool', [batch, tokens], new Uint8Array(batch * tokens).fill(1))
  const joint = concat([textMask, image.graph.constant(all)], 1)
  return reshape(joint, [batch, 1, 1, joint.shape[1]!])
}
