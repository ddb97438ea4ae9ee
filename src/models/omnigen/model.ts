import {
  add,
  and,
  attention,
  broadcastTo,
  concat,
  type Dim,
  equal,
  gather,
  iota,
  layerNorm,
  lessEqual,
  matmul,
  mul,
  type Parameters,
  reshape,
  rotary,
  silu,
  sizeOf,
  slice,
  split,
  type Tensor,
  transpose,
  unsqueeze,
} from '../../graph/index.ts'
import type { OmnigenConfig } from './config.ts'

/** Text with input pictures in it: B rows of T tokens, the shorter ones padded on the left. */
export interface OmnigenConditionInputs {
  readonly ids: Tensor // i64 [B, T]
  readonly pictures: Tensor // [N, channels · patch²], patches of all input pictures; N may be 1 where there are none
  readonly pictureRows: Tensor // i64 [N], of each patch the row of the table of positions
  readonly places: Tensor // i64 [B·T], of each token the row of its embedding: ids first, then pictures
  /** i64 [B, T], the last token that each token sees: itself, and in a picture that picture's last. */
  readonly reach: Tensor
  /** bool [B, 1, 1, T], false for padding; not needed where there is none. */
  readonly seen?: Tensor | undefined
  readonly cosines: Tensor // [B·T, head width / 2]
  readonly sines: Tensor
}

/** What is drawn, after the condition: the time's token, then N patches of the noisy latent. */
export interface OmnigenTargetInputs {
  readonly patches: Tensor // [B, N, channels · patch²]
  readonly patchRows: Tensor // i64 [N], rows of the table of positions
  readonly time: Tensor // [1, 256], sinusoid of the time, of `omnigenTime`
  readonly cosines: Tensor // [B·(1 + N), head width / 2]
  readonly sines: Tensor
  /** bool [B, 1, 1, T], false for the condition's padding; not needed where there is none. */
  readonly seen?: Tensor | undefined
}

/** Of each layer what the condition leaves for the target, [B, key heads, T, head width]. */
export interface OmnigenCache {
  readonly keys: readonly Tensor[]
  readonly values: readonly Tensor[]
}

/**
 * Keys and values of the condition. Its tokens see neither time nor target, so they are the same at every step, and
 * `omnigenStep` with them equals {@link omnigen}. Segments: `condition.in`, `condition.layer.N`.
 */
export function omnigenCondition(
  w: Parameters,
  inputs: OmnigenConditionInputs,
  config: OmnigenConfig,
): OmnigenCache {
  let hidden = w.graph.segment('condition.in', () => embeddedCondition(w, inputs, config))
  const mask = conditionMask(inputs)
  const keys: Tensor[] = []
  const values: Tensor[] = []
  for (let i = 0; i < config.layers; i++)
    hidden = w.graph.segment(`condition.layer.${i}`, () => {
      const layer = w.pp('llm.layers').pp(i)
      const heads = projected(layer, { ...inputs, hidden }, config)
      keys.push(heads.k)
      values.push(heads.v)
      // Of the last layer nothing else is read.
      if (i === config.layers - 1) return hidden
      return finished(layer, hidden, attention({ ...heads, mask }), config)
    })
  return { keys, values }
}

/**
 * The velocity of the target's patches, [B, N, patch² · channels], from noise (time 0) to picture (time 1), after a
 * condition that was read before. Segments: `step.in`, `step.layer.N`, `step.out`.
 */
export function omnigenStep(
  w: Parameters,
  { cache, ...inputs }: OmnigenTargetInputs & { readonly cache: OmnigenCache },
  config: OmnigenConfig,
): Tensor {
  let hidden = w.graph.segment('step.in', () => embeddedTarget(w, inputs, config))
  for (let i = 0; i < config.layers; i++)
    hidden = w.graph.segment(`step.layer.${i}`, () => {
      const layer = w.pp('llm.layers').pp(i)
      const { q, ...own } = projected(layer, { ...inputs, hidden }, config)
      const past = { k: cache.keys[i]!, v: cache.values[i]! }
      return finished(layer, hidden, targetAttention({ q, own, past, seen: inputs.seen }), config)
    })
  return w.graph.segment('step.out', () => velocity(w, slice(hidden, 1, 1), inputs.time, config))
}

/**
 * The same without a cache: condition and target in one sequence. It takes more time and less memory. Segments: `in`,
 * `layer.N`, `out`. Source: OmniGen.forward of VectorSpaceLab/OmniGen d475201.
 */
export function omnigen(
  w: Parameters,
  { condition, target }: { readonly condition: OmnigenConditionInputs; readonly target: OmnigenTargetInputs },
  config: OmnigenConfig,
): Tensor {
  const [batch, length] = condition.ids.shape as [Dim, Dim]
  const half = config.width / config.heads / 2
  const table = (name: 'cosines' | 'sines'): Tensor => {
    const parts = [condition, target].map((each) => reshape(each[name], [batch, -1, half]))
    return reshape(concat(parts, 1), [-1, half])
  }
  const tables = { cosines: table('cosines'), sines: table('sines') }
  let hidden = w.graph.segment('in', () =>
    concat([embeddedCondition(w, condition, config), embeddedTarget(w, target, config)], 1),
  )
  const mask = conditionMask(condition)
  for (let i = 0; i < config.layers; i++)
    hidden = w.graph.segment(`layer.${i}`, () => {
      const layer = w.pp('llm.layers').pp(i)
      const { q, k, v } = projected(layer, { ...tables, hidden }, config)
      const [before, after] = [(x: Tensor) => slice(x, 2, 0, length), (x: Tensor) => slice(x, 2, length)]
      const past = { k: before(k), v: before(v) }
      const own = { k: after(k), v: after(v) }
      const read = attention({ q: before(q), ...past, mask })
      const drawn = targetAttention({ q: after(q), own, past, seen: target.seen })
      return finished(layer, hidden, concat([read, drawn], 2), config)
    })
  return w.graph.segment('out', () => {
    const [, drawn] = split(hidden, [length, reshape(target.cosines, [batch, -1, half]).shape[1]!], 1)
    return velocity(w, slice(drawn!, 1, 1), target.time, config)
  })
}

/** [B, T, width]. */
function embeddedCondition(
  w: Parameters,
  { ids, pictures, pictureRows, places }: OmnigenConditionInputs,
  config: OmnigenConfig,
): Tensor {
  const { width, vocabulary } = config
  const [batch, length] = ids.shape as [Dim, Dim]
  const flat = reshape(ids, [sizeOf([batch, length])])
  const words = w.pp('llm.embed_tokens').embedding(flat, [vocabulary, width])
  const patches = add(
    patchEmbedding(w.pp('input_x_embedder'), pictures, config),
    positions(w, pictureRows, config),
  )
  return reshape(gather(concat([words, patches], 0), places), [batch, length, width])
}

/** The time's token, then the target's patches: [B, 1 + N, width]. */
function embeddedTarget(
  w: Parameters,
  { patches, patchRows, time }: OmnigenTargetInputs,
  config: OmnigenConfig,
): Tensor {
  const batch = patches.shape[0]!
  const token = unsqueeze(timeEmbedding(w.pp('time_token'), time, config), 1)
  const embedded = patchEmbedding(w.pp('x_embedder'), patches, config)
  return concat(
    [broadcastTo(token, [batch, 1, config.width]), add(embedded, positions(w, patchRows, config))],
    1,
  )
}

/** A convolution that moves by its own size is a product with each patch. */
export function patchEmbedding(
  w: Parameters,
  patches: Tensor,
  { width, channels, patch }: Pick<OmnigenConfig, 'width' | 'channels' | 'patch'>,
): Tensor {
  const weight = reshape(w.get('proj.weight', [width, channels, patch, patch]), [
    width,
    channels * patch ** 2,
  ])
  return add(matmul(patches, weight, { transposeB: true }), w.get('proj.bias', [width]))
}

function positions(w: Parameters, rows: Tensor, { grid, width }: OmnigenConfig): Tensor {
  return gather(reshape(w.get('pos_embed', [1, grid ** 2, width]), [grid ** 2, width]), rows)
}

/** [1, width]. @param w below `time_token` or `t_embedder` */
export function timeEmbedding(w: Parameters, time: Tensor, { width }: Pick<OmnigenConfig, 'width'>): Tensor {
  return w.pp('mlp.2').linear(silu(w.pp('mlp.0').linear(time, width)), width)
}

/** Keys are seen from their own place on and within their picture, and never where they are padding: [B, 1, T, T]. */
function conditionMask({ ids, reach, seen }: OmnigenConditionInputs): Tensor {
  const length = ids.shape[1]!
  const places = reshape(iota(ids.graph, length, 'i64'), [1, 1, 1, length])
  const visible = lessEqual(places, reshape(reach, [ids.shape[0]!, 1, length, 1]))
  return seen ? and(visible, seen) : visible
}

interface Heads {
  readonly q: Tensor // [B, heads, L, head width]
  readonly k: Tensor // [B, key heads, L, head width]
  readonly v: Tensor
}

/** @param w below `llm.layers.N` */
function projected(
  w: Parameters,
  { hidden, cosines, sines }: { readonly hidden: Tensor; readonly cosines: Tensor; readonly sines: Tensor },
  config: OmnigenConfig,
): Heads {
  const { width, heads, keyHeads } = config
  const [batch, tokens] = hidden.shape as [Dim, Dim]
  const rows = sizeOf([batch, tokens])
  const head = width / heads
  const x = w.pp('input_layernorm').rmsNorm(hidden, config)
  const all = w.pp('self_attn.qkv_proj').linear(x, (heads + 2 * keyHeads) * head, { bias: false })
  const [q, k, v] = split(all, [heads * head, keyHeads * head, keyHeads * head]) as [Tensor, Tensor, Tensor]
  // All rows turn in one go, as if they were one: the kernel of rotations takes one table.
  const turned = (y: Tensor, count: number): Tensor => {
    const apart = transpose(reshape(y, [1, rows, count, head]), [0, 2, 1, 3])
    const around = reshape(rotary(apart, cosines, sines, 'half'), [count, batch, tokens, head])
    return transpose(around, [1, 0, 2, 3])
  }
  return {
    q: turned(q, heads),
    k: turned(k, keyHeads),
    v: transpose(reshape(v, [batch, tokens, keyHeads, head]), [0, 2, 1, 3]),
  }
}

/**
 * The time's token sees the condition and itself, the target's patches see everything: two attentions without a mask,
 * whose numbers would be as many as the scores. @returns [B, heads, 1 + N, head width]
 */
function targetAttention({
  q,
  own,
  past,
  seen,
}: {
  readonly q: Tensor // [B, heads, 1 + N, head width]
  readonly own: Omit<Heads, 'q'>
  readonly past: Omit<Heads, 'q'>
  readonly seen: Tensor | undefined
}): Tensor {
  const over = (queries: Tensor, keys: Omit<Heads, 'q'>): Tensor => {
    const [k, v] = [concat([past.k, keys.k], 2), concat([past.v, keys.v], 2)]
    return attention({ q: queries, k, v, mask: seen && followed(seen, keys.k) })
  }
  const first = (x: Tensor): Tensor => slice(x, 2, 0, 1)
  return concat([over(first(q), { k: first(own.k), v: first(own.v) }), over(slice(q, 2, 1), own)], 2)
}

/** The condition's mask, then true for the tokens after it. */
function followed(seen: Tensor, keys: Tensor): Tensor {
  const [batch, , tokens] = keys.shape as [Dim, Dim, Dim]
  const places = iota(seen.graph, tokens, 'i64')
  return concat([seen, broadcastTo(equal(places, places), [batch, 1, 1, tokens])], 3)
}

/** What follows attention in a layer. @param mixed [B, heads, L, head width] @param w below `llm.layers.N` */
function finished(w: Parameters, hidden: Tensor, mixed: Tensor, config: OmnigenConfig): Tensor {
  const { width, mlpWidth } = config
  const flat = reshape(transpose(mixed, [0, 2, 1, 3]), [...hidden.shape])
  const attended = add(hidden, w.pp('self_attn.o_proj').linear(flat, width, { bias: false }))
  const y = w.pp('post_attention_layernorm').rmsNorm(attended, config)
  const both = w.pp('mlp.gate_up_proj').linear(y, 2 * mlpWidth, { bias: false })
  const [gate, up] = split(both, 2) as [Tensor, Tensor]
  return add(attended, w.pp('mlp.down_proj').linear(mul(silu(gate), up), width, { bias: false }))
}

/** @param hidden [B, N, width], of the target's patches after the last layer */
function velocity(w: Parameters, hidden: Tensor, time: Tensor, config: OmnigenConfig): Tensor {
  const { width, channels, patch } = config
  const last = w.pp('final_layer')
  const embedded = silu(timeEmbedding(w.pp('t_embedder'), time, config))
  const [shift, scale] = split(last.pp('adaLN_modulation.1').linear(embedded, 2 * width), 2) as [
    Tensor,
    Tensor,
  ]
  const normal = layerNorm(w.pp('llm.norm').rmsNorm(hidden, config), { epsilon: 1e-6 })
  return last.pp('linear').linear(add(mul(normal, add(scale, 1)), shift), patch ** 2 * channels)
}
