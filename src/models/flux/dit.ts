import {
  add,
  attention,
  concat,
  gelu,
  layerNorm,
  mul,
  type Parameters,
  reshape,
  rmsNorm,
  rotary,
  silu,
  split,
  type Tensor,
  transpose,
  unsqueeze,
} from '../../graph/index.ts'
import type { DitConfig } from './config.ts'
import { weighLastText, withCount } from './repeatedText.ts'

/** The linear layers that read the guidance vector or the connector's: one row an evaluation, and no token. */
export function isFluxModulation(layer: string): boolean {
  return /(_mod|modulation)\.lin$|(^|\.)adaLN_modulation\.1$/.test(layer)
}

/** Inputs of every block in addition to the tokens. */
export interface BlockContext {
  readonly vector: Tensor // [B, width], time and pooled guidance
  readonly cosines: Tensor // [text + image tokens, head width / 2]
  readonly sines: Tensor
  /** For how many equal text tokens the last one stands; without it for itself. */
  readonly lastText?: { readonly repeats: Tensor /* [1] */; readonly imageTokens: number }
}

/** Tokens as they enter the blocks. Order of the paper's code: modules/model_edit.py. */
export function embedTokens(
  w: Parameters,
  inputs: {
    readonly image: Tensor // [B, L, inChannels], the noisy picture's tokens, then the reference's
    readonly text: Tensor // [B, T, contextWidth]
    readonly pooled: Tensor // [B, vectorWidth]
    readonly time: Tensor // [B, 256]
    /** [B, 256]: of models that were distilled from guided ones, the sinusoid of the guidance scale. */
    readonly guidance?: Tensor | undefined
  },
  { width }: DitConfig,
): { readonly image: Tensor; readonly text: Tensor; readonly vector: Tensor } {
  const embedded = (block: Parameters, x: Tensor) =>
    block.pp('out_layer').linear(silu(block.pp('in_layer').linear(x, width)), width)
  const time = embedded(w.pp('time_in'), inputs.time)
  const { guidance } = inputs
  return {
    image: w.pp('img_in').linear(inputs.image, width),
    text: w.pp('txt_in').linear(inputs.text, width),
    vector: add(
      guidance ? add(time, embedded(w.pp('guidance_in'), guidance)) : time,
      embedded(w.pp('vector_in'), inputs.pooled),
    ),
  }
}

/** Text and image streams with separate weights, joined in attention. @param w below `double_blocks.N` */
export function doubleBlock(
  w: Parameters,
  tokens: { readonly text: Tensor; readonly image: Tensor },
  context: BlockContext,
  config: DitConfig,
): { readonly text: Tensor; readonly image: Tensor } {
  const { width, mlpWidth } = config
  const prepare = (name: 'txt' | 'img', x: Tensor) => {
    const [shift, scale, gate, mlpShift, mlpScale, mlpGate] = modulation(
      w.pp(`${name}_mod`).pp('lin'),
      context.vector,
      6,
    ) as [Tensor, Tensor, Tensor, Tensor, Tensor, Tensor]
    const projected = w
      .pp(`${name}_attn`)
      .pp('qkv')
      .linear(modulated(x, shift, scale), 3 * width)
    const heads = headsOf(w.pp(`${name}_attn`).pp('norm'), projected, config)
    const finish = (seen: Tensor) => {
      const attended = add(x, mul(gate, w.pp(`${name}_attn`).pp('proj').linear(seen, width)))
      const mlp = w.pp(`${name}_mlp`)
      const hidden = mlp.pp(0).linear(modulated(attended, mlpShift, mlpScale), mlpWidth)
      return add(attended, mul(mlpGate, mlp.pp(2).linear(gelu(hidden, { approximate: 'tanh' }), width)))
    }
    return { heads, finish }
  }
  const text = prepare('txt', tokens.text)
  const image = prepare('img', tokens.image)
  const joined = (name: keyof Heads) => concat([text.heads[name], image.heads[name]], 2)
  const seen = jointAttention({ q: joined('q'), k: joined('k'), v: joined('v') }, context, config)
  const [seenText, seenImage] = split(seen, [tokens.text.shape[1]!, tokens.image.shape[1]!], 1) as [
    Tensor,
    Tensor,
  ]
  return { text: text.finish(seenText), image: image.finish(seenImage) }
}

/** Attention and MLP side by side over the joint sequence. @param w below `single_blocks.N` */
export function singleBlock(
  w: Parameters,
  joint: Tensor, // [B, T + L, width]
  context: BlockContext,
  config: DitConfig,
): Tensor {
  const { width, mlpWidth } = config
  const [shift, scale, gate] = modulation(w.pp('modulation').pp('lin'), context.vector, 3) as [
    Tensor,
    Tensor,
    Tensor,
  ]
  const wide = w.pp('linear1').linear(modulated(joint, shift, scale), 3 * width + mlpWidth)
  const [projected, hidden] = split(wide, [3 * width, mlpWidth]) as [Tensor, Tensor]
  const seen = jointAttention(headsOf(w.pp('norm'), projected, config), context, config)
  const y = w.pp('linear2').linear(concat([seen, gelu(hidden, { approximate: 'tanh' })], -1), width)
  return add(joint, mul(gate, y))
}

/** The last layer: `outputs` numbers for each image token. @param w below `final_layer` */
export function finalLayer(
  w: Parameters,
  { image, vector }: { readonly image: Tensor; readonly vector: Tensor },
  outputs: number,
): Tensor {
  const [shift, scale] = modulation(w.pp('adaLN_modulation.1'), vector, 2) as [Tensor, Tensor]
  return w.pp('linear').linear(modulated(image, shift, scale), outputs)
}

/** `parts` vectors [B, 1, width] from the guidance vector, in the order of the checkpoint. */
function modulation(w: Parameters, vector: Tensor, parts: number): readonly Tensor[] {
  const width = vector.shape[1] as number
  return split(unsqueeze(w.linear(silu(vector), parts * width), 1), parts)
}

function modulated(x: Tensor, shift: Tensor, scale: Tensor): Tensor {
  return add(mul(layerNorm(x, { epsilon: 1e-6 }), add(scale, 1)), shift)
}

/** Queries, keys and values [B, heads, tokens, head width]; queries and keys normed. */
interface Heads {
  readonly q: Tensor
  readonly k: Tensor
  readonly v: Tensor
}

function headsOf(norm: Parameters, projected: Tensor, { width, heads }: DitConfig): Heads {
  const [batch, tokens] = projected.shape as [number, number]
  const [q, k, v] = split(projected, 3).map((x) =>
    transpose(reshape(x, [batch, tokens, heads, width / heads]), [0, 2, 1, 3]),
  ) as [Tensor, Tensor, Tensor]
  const normed = (name: string, x: Tensor) =>
    rmsNorm(x, { epsilon: 1e-6, scale: norm.pp(name).get('scale', [width / heads]) })
  return { q: normed('query_norm', q), k: normed('key_norm', k), v }
}

/** Attention of all tokens over all, [B, tokens, width]. */
function jointAttention(
  { q, k, v }: Heads,
  { cosines, sines, lastText }: BlockContext,
  { width }: DitConfig,
): Tensor {
  const turned = (x: Tensor) => rotary(x, cosines, sines, 'interleaved')
  const values = lastText ? withCount(v, lastText.imageTokens) : v
  const seen = attention({ q: turned(q), k: turned(k), v: values })
  const weighed = lastText ? weighLastText(seen, v, lastText) : seen
  const [batch, , tokens] = q.shape as [number, number, number]
  return reshape(transpose(weighed, [0, 2, 1, 3]), [batch, tokens, width])
}
