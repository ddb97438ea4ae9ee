import {
  add,
  attention,
  concat,
  gather,
  gelu,
  layerNorm,
  matmul,
  mul,
  type Parameters,
  reshape,
  silu,
  split,
  type Tensor,
  transpose,
  unsqueeze,
} from '../../graph/index.ts'
import { weighLastText, withCount } from '../flux/repeatedText.ts'
import type { Sd3Config } from './config.ts'

/** What one evaluation of Stable Diffusion 3 reads, with B pictures. */
export interface Sd3Inputs {
  /** [B, L, 4 · latentChannels]: the tokens of the picture, each the 2 × 2 latents of every channel. */
  readonly image: Tensor
  readonly places: Tensor // i64 [L], the token's row of the table of positions, of {@link sd3Places}
  readonly text: Tensor // [B, T, contextWidth]
  readonly pooled: Tensor // [B, vectorWidth]
  readonly time: Tensor // [B, 256], sinusoid of the time
  /** [1]: for how many equal text tokens the last one stands. Default: for itself. */
  readonly repeats?: Tensor | undefined
  /** [B or 1, L, width]: added to the picture's tokens as they enter the blocks. */
  readonly marks?: Tensor | undefined
}

/**
 * The velocity that Stable Diffusion 3 or 3.5 predicts for the picture's tokens, [B, L, 4 · latentChannels]. The joint
 * order is the reverse of FLUX's: picture, then text. Segments: `embed`, `block.N`, `final`.
 * Source: SD3Transformer2DModel of https://github.com/huggingface/diffusers/tree/58eb52c
 */
export function sd3(w: Parameters, inputs: Sd3Inputs, config: Sd3Config): Tensor {
  const segment = <T>(name: string, build: () => T): T => w.graph.segment(name, build)
  const { repeats } = inputs
  let { image, text, vector } = segment('embed', () => embedTokens(w, inputs, config))
  for (let i = 0; i < config.blocks; i++)
    ({ image, text } = segment(`block.${i}`, () => {
      const place = { isDual: i < config.dualBlocks, isLast: i === config.blocks - 1 }
      return block(w.pp('transformer_blocks').pp(i), { image, text }, { vector, repeats, ...place }, config)
    }))
  return segment('final', () => {
    const [scale, shift] = modulation(w.pp('norm_out.linear'), vector, 2) as [Tensor, Tensor]
    return packed(w.pp('proj_out').linear(modulated(image, shift, scale), 4 * config.latentChannels), config)
  })
}

/** The tokens' rows in the stored table: those of its middle. `rows` and `columns` are at most the table's side. */
export function sd3Places(
  { rows, columns }: { readonly rows: number; readonly columns: number },
  { tableSide }: Pick<Sd3Config, 'tableSide'>,
): readonly number[] {
  const [top, left] = [(tableSide - rows) >> 1, (tableSide - columns) >> 1]
  return Array.from(
    { length: rows * columns },
    (_, i) => (top + Math.floor(i / columns)) * tableSide + left + (i % columns),
  )
}

interface Tokens {
  readonly image: Tensor // [B, L, width]
  readonly text: Tensor // [B, T, width]
}

/** Inputs of every block in addition to the tokens. */
interface Context {
  readonly vector: Tensor // [B, width], time and pooled text
  readonly repeats: Tensor | undefined
  /** Whether the block attends over the picture a second time. */
  readonly isDual: boolean
  /** The last block leaves the text as it is, because nothing reads it. */
  readonly isLast: boolean
}

function embedTokens(
  w: Parameters,
  { image, places, text, pooled, time, marks }: Sd3Inputs,
  { latentChannels, width, tableSide }: Sd3Config,
): Tokens & { readonly vector: Tensor } {
  // A convolution of 2 × 2 with stride 2 is a linear layer over tokens.
  const patch = w.pp('pos_embed.proj')
  const kernel = reshape(patch.get('weight', [width, latentChannels, 2, 2]), [width, 4 * latentChannels])
  const projected = add(matmul(image, kernel, { transposeB: true }), patch.get('bias', [width]))
  const table = reshape(w.pp('pos_embed').get('pos_embed', [1, tableSide ** 2, width]), [
    tableSide ** 2,
    width,
  ])
  const placed = add(projected, gather(table, places))
  const embedded = (name: string, x: Tensor): Tensor => {
    const mlp = w.pp('time_text_embed').pp(name)
    return mlp.pp('linear_2').linear(silu(mlp.pp('linear_1').linear(x, width)), width)
  }
  return {
    image: marks ? add(placed, marks) : placed,
    text: w.pp('context_embedder').linear(text, width),
    vector: add(embedded('timestep_embedder', time), embedded('text_embedder', pooled)),
  }
}

/** Picture and text with separate weights, joined in attention. @param w below `transformer_blocks.N` */
function block(w: Parameters, { image, text }: Tokens, context: Context, config: Sd3Config): Tokens {
  const { vector, repeats, isDual, isLast } = context
  const attn = w.pp('attn')
  const own = modulation(w.pp('norm1.linear'), vector, isDual ? 9 : 6)
  const [shift, scale, gate, mlpShift, mlpScale, mlpGate] = own as [Tensor, Tensor, Tensor, ...Tensor[]]
  const [shift2, scale2, gate2] = own.slice(6)
  const others = modulation(w.pp('norm1_context.linear'), vector, isLast ? 2 : 6)
  // The last block's modulation of the text has scale before shift, as the last layer's.
  const [textShift, textScale] = (isLast ? others.toReversed() : others) as [Tensor, Tensor]

  const seenImage = modulated(image, shift, scale)
  const imageHeads = headsOf(attn, imageNames, seenImage, config)
  const textHeads = headsOf(attn, textNames, modulated(text, textShift, textScale), config)
  const joined = (name: keyof Heads): Tensor => concat([imageHeads[name], textHeads[name]], 2)
  const seen = attended({ q: joined('q'), k: joined('k'), v: joined('v') }, config, repeats)
  const [ofImage, ofText] = split(seen, [image.shape[1]!, text.shape[1]!], 1) as [Tensor, Tensor]

  let moved = add(image, mul(gate, attn.pp('to_out.0').linear(ofImage, config.width)))
  if (isDual) {
    const attn2 = w.pp('attn2')
    const alone = headsOf(attn2, imageNames, modulated(image, shift2!, scale2!), config)
    moved = add(moved, mul(gate2!, attn2.pp('to_out.0').linear(attended(alone, config), config.width)))
  }
  const finished = add(moved, mul(mlpGate!, mlp(w.pp('ff'), modulated(moved, mlpShift!, mlpScale!), config)))
  if (isLast) return { image: finished, text }

  const [, , textGate, textMlpShift, textMlpScale, textMlpGate] = others
  const told = add(text, mul(textGate!, attn.pp('to_add_out').linear(ofText, config.width)))
  const hidden = mlp(w.pp('ff_context'), modulated(told, textMlpShift!, textMlpScale!), config)
  return { image: finished, text: add(told, mul(textMlpGate!, hidden)) }
}

function mlp(w: Parameters, x: Tensor, { width, mlpWidth }: Sd3Config): Tensor {
  return w.pp('net.2').linear(gelu(w.pp('net.0.proj').linear(x, mlpWidth), { approximate: 'tanh' }), width)
}

/** `parts` vectors [B, 1, width], in the order of the checkpoint. */
function modulation(w: Parameters, vector: Tensor, parts: number): readonly Tensor[] {
  const width = vector.shape[1] as number
  return split(unsqueeze(w.linear(silu(vector), parts * width), 1), parts)
}

function modulated(x: Tensor, shift: Tensor, scale: Tensor): Tensor {
  return add(mul(layerNorm(x, { epsilon: 1e-6 }), add(scale, 1)), shift)
}

/** Queries, keys and values, [B, heads, tokens, head width]. */
interface Heads {
  readonly q: Tensor
  readonly k: Tensor
  readonly v: Tensor
}

const imageNames = { q: ['to_q', 'norm_q'], k: ['to_k', 'norm_k'], v: ['to_v', undefined] } as const
const textNames = {
  q: ['add_q_proj', 'norm_added_q'],
  k: ['add_k_proj', 'norm_added_k'],
  v: ['add_v_proj', undefined],
} as const

function headsOf(
  w: Parameters,
  names: typeof imageNames | typeof textNames,
  x: Tensor,
  { width, heads, normed }: Sd3Config,
): Heads {
  const [batch, tokens] = x.shape as [number, number]
  const part = ([layer, norm]: readonly [string, string | undefined]): Tensor => {
    const flat = reshape(w.pp(layer).linear(x, width), [batch, tokens, heads, width / heads])
    const apart = transpose(flat, [0, 2, 1, 3])
    if (norm === undefined || !normed) return apart
    return w.pp(norm).rmsNorm(apart, { epsilon: 1e-6 })
  }
  return { q: part(names.q), k: part(names.k), v: part(names.v) }
}

/** Attention of all tokens over all, [B, tokens, width]; the last token counts `repeats` times. */
function attended({ q, k, v }: Heads, { width }: Sd3Config, repeats?: Tensor): Tensor {
  const seen = attention({ q, k, v: repeats ? withCount(v, 0) : v })
  const weighed = repeats ? weighLastText(seen, v, { repeats, imageTokens: 0 }) : seen
  const [batch, , tokens] = q.shape as [number, number, number]
  return reshape(transpose(weighed, [0, 2, 1, 3]), [batch, tokens, width])
}

/** The last layer's numbers, which have the channel last, in the order of the tokens that went in. */
function packed(last: Tensor, { latentChannels }: Sd3Config): Tensor {
  const [batch, tokens, width] = last.shape as [number, number, number]
  const apart = reshape(last, [batch, tokens, 2, 2, latentChannels])
  return reshape(transpose(apart, [0, 1, 4, 2, 3]), [batch, tokens, width])
}
