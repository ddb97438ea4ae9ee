import {
  add,
  concat,
  type Dim,
  gather,
  iota,
  lessEqual,
  matmul,
  mul,
  type Parameters,
  reshape,
  rotary,
  scalar,
  silu,
  sizeOf,
  slice,
  softmax,
  type Tensor,
  transpose,
  unsqueeze,
  where,
} from '../../graph/index.ts'
import type { QwenTextConfig } from './config.ts'
import { embeddedTokens } from './text.ts'

/** What the language model reads in one go: B rows of L tokens each, after C places of the cache. */
export interface DecoderInputs {
  readonly ids: Tensor // i64 [B, L]
  readonly pictures: Tensor // [N, width], tokens of all pictures; N may be 1 where there are none
  readonly places: Tensor // i64 [B·L], of each token the row of its embedding: ids first, then pictures
  readonly cosines: Tensor // [B·L, head width / 2]
  readonly sines: Tensor
  readonly cached: Tensor // [B, 1, 1, C], 0 for a place that holds a token, {@link unseen} for another
  readonly last: Tensor // i64 [M], the tokens, counted over all rows, after which the next is wanted
  /** Of each layer [B, key heads, C, head width]: what earlier tokens left. */
  readonly keys: readonly Tensor[]
  readonly values: readonly Tensor[]
}

/** What the language model makes of new tokens. */
export interface DecoderOutputs {
  readonly logits: Tensor // [M, vocabulary]
  /** Of each layer [B, key heads, L, head width]: what these tokens leave for later ones. */
  readonly keys: readonly Tensor[]
  readonly values: readonly Tensor[]
}

/** Added to the score of a place that must not be seen: far below every score, and finite. */
export const unseen = -1e30

/**
 * The language model with a cache of keys and values: the same numbers as the model over all tokens at once, from the new
 * ones alone. The cache is neither joined nor copied: scores over it and over the new tokens lie side by side in one
 * softmax, so that a step reads each weight and each cached number once. Segments: `text.embed`, `text.layer.N`,
 * `text.head`.
 */
export function decoder(w: Parameters, inputs: DecoderInputs, config: QwenTextConfig): DecoderOutputs {
  const { ids, pictures, places, last } = inputs
  const [batch, tokens] = ids.shape as [Dim, Dim]
  const { vocabulary } = config
  const flat = w.graph.segment('text.embed', () => reshape(ids, [sizeOf([batch, tokens])]))
  let hidden = embeddedTokens(w, { ids: flat, pictures, places }, config)
  const keys: Tensor[] = []
  const values: Tensor[] = []
  for (let i = 0; i < config.layers; i++)
    w.graph.segment(`text.layer.${i}`, () => {
      const past = { keys: inputs.keys[i]!, values: inputs.values[i]! }
      const made = decoderLayer(w.pp('model.layers').pp(i), { ...inputs, hidden, past }, config)
      hidden = made.hidden
      keys.push(made.key)
      values.push(made.value)
      return hidden
    })
  const logits = w.graph.segment('text.head', () => {
    const wanted = w.pp('model.norm').rmsNorm(gather(hidden, last), config)
    return w.pp('lm_head').linear(wanted, vocabulary, { bias: false })
  })
  return { logits, keys, values }
}

interface DecoderLayerInputs extends Pick<DecoderInputs, 'ids' | 'cosines' | 'sines' | 'cached'> {
  readonly hidden: Tensor // [B·L, width]
  readonly past: { readonly keys: Tensor; readonly values: Tensor }
}

/** @param w below `model.layers.N` */
function decoderLayer(
  w: Parameters,
  inputs: DecoderLayerInputs,
  config: QwenTextConfig,
): { readonly hidden: Tensor; readonly key: Tensor; readonly value: Tensor } {
  const { width, mlpWidth, heads, keyHeads } = config
  const { hidden, ids } = inputs
  const [batch, tokens] = ids.shape as [Dim, Dim]
  const rows = sizeOf([batch, tokens])
  const head = width / heads
  const x = w.pp('input_layernorm').rmsNorm(hidden, config)
  const project = (name: string, count: number) =>
    w
      .pp('self_attn')
      .pp(name)
      .linear(x, count * head)
  // All rows turn in one go, as if they were one: the kernel of rotations takes one table.
  const turned = (name: string, count: number) => {
    const apart = transpose(reshape(project(name, count), [1, rows, count, head]), [0, 2, 1, 3])
    const y = rotary(apart, inputs.cosines, inputs.sines, 'half')
    return transpose(reshape(y, [count, batch, tokens, head]), [1, 0, 2, 3])
  }
  const query = turned('q_proj', heads)
  const key = turned('k_proj', keyHeads)
  const value = transpose(reshape(project('v_proj', keyHeads), [batch, tokens, keyHeads, head]), [0, 2, 1, 3])
  const seen = cachedAttention({ ...inputs, query, key, value })
  const flat = reshape(transpose(seen, [0, 2, 1, 3]), [rows, width])
  const attended = add(hidden, w.pp('self_attn.o_proj').linear(flat, width, { bias: false }))
  const y = w.pp('post_attention_layernorm').rmsNorm(attended, config)
  const plain = (name: string, z: Tensor, out: number) => w.pp('mlp').pp(name).linear(z, out, { bias: false })
  const gated = mul(silu(plain('gate_proj', y, mlpWidth)), plain('up_proj', y, mlpWidth))
  return { hidden: add(attended, plain('down_proj', gated, width)), key, value }
}

/**
 * softmax([q·Kᵀ, q·kᵀ]/√D) · [V, v] with the cached K and V and the new k and v. The query heads that share a key head are
 * rows of one product. @returns [B, heads, L, D]
 */
function cachedAttention({
  query,
  key,
  value,
  cached,
  past,
}: {
  readonly query: Tensor // [B, heads, L, D]
  readonly key: Tensor // [B, key heads, L, D]
  readonly value: Tensor
  readonly cached: Tensor // [B, 1, 1, C]
  readonly past: { readonly keys: Tensor; readonly values: Tensor }
}): Tensor {
  const [batch, heads, tokens, head] = query.shape as [Dim, number, Dim, number]
  const keyHeads = key.shape[1] as number
  const group = heads / keyHeads
  const rows = sizeOf([group, tokens])
  const places = past.keys.shape[2]!
  const q = reshape(mul(query, 1 / Math.sqrt(head)), [batch, keyHeads, rows, head])
  const before = add(matmul(q, past.keys, { transposeB: true }), cached)
  const apart = [batch, keyHeads, group, tokens, tokens]
  const own = reshape(matmul(q, key, { transposeB: true }), apart)
  const now = reshape(add(own, causalMask(query, tokens)), [batch, keyHeads, rows, tokens])
  const shares = softmax(concat([before, now], -1))
  const mixed = add(
    matmul(slice(shares, -1, 0, places), past.values),
    matmul(slice(shares, -1, places), value),
  )
  return reshape(mixed, query.shape)
}

/** [L, L], {@link unseen} where a key comes after the query. */
function causalMask({ graph, dtype }: Tensor, tokens: Dim): Tensor {
  const at = (axis: number) => unsqueeze(iota(graph, tokens, 'i64'), axis)
  return where(lessEqual(at(0), at(1)), scalar(graph, 0, dtype), unseen)
}
