import { type Dim, divideDim } from './dim.ts'
import { fail } from './error.ts'
import type { OpParams } from './op.ts'
import * as t from './ops.ts'
import type { Tensor } from './tensor.ts'

type MaskedInputs = Pick<t.AttentionInputs, 'q' | 'k' | 'mask'>
type AttentionParams = OpParams['attention']

/** What hides keys from queries; each part broadcasts to [B, H, L, S]. */
interface AttentionMask {
  /** True where a query sees a key; absent where every query sees every key. */
  readonly visible: Tensor | undefined
  /** Added to the scores. */
  readonly bias: Tensor | undefined
  /** 1 for each query that sees some key, else 0; absent where each one does. The last dimension is 1. */
  readonly sees: Tensor | undefined
}

/** Separates a mask, and the order that `causal` asks for, into what hides and what is added. */
export function attentionMask({ q, k, mask }: MaskedInputs, { causal }: AttentionParams): AttentionMask {
  const [rows, columns] = [q.shape[2]!, k.shape[2]!]
  const past = causal ? causalMask(q, rows, columns) : undefined
  const given = mask?.dtype === 'bool' ? mask : undefined
  const visible = past && given ? t.and(past, given) : (past ?? given)
  // With as many keys as queries, or more, `causal` leaves each query the first key.
  const enough =
    rows === columns || (typeof rows === 'number' && typeof columns === 'number' && rows <= columns)
  const sees =
    visible && (given || !enough)
      ? t.reduceMax(t.cast(visible, q.dtype), { axes: [-1], keepDims: true })
      : undefined
  return { visible, bias: given ? undefined : mask, sees }
}

/** True where a key is not after the query, the last query seeing every key: [L, S]. */
function causalMask({ graph }: Tensor, rows: Dim, columns: Dim): Tensor {
  const places = (length: Dim, axis: number) => t.unsqueeze(t.iota(graph, length, 'i64'), axis)
  const behind = t.sub(t.sizeAsTensor(graph, columns, 'i64'), t.sizeAsTensor(graph, rows, 'i64'))
  return t.lessEqual(places(columns, 0), t.add(places(rows, 1), behind))
}

/** Attention before its softmax, the query heads grouped by the key head that serves them. */
interface AttentionParts {
  readonly scores: Tensor // [B, keyHeads, group, L, S]: scale·q·kᵀ + mask
  readonly queries: Tensor // [B, keyHeads, group, L, D]
  readonly keys: Tensor // [B, keyHeads, 1, S, D]
  /** As in {@link AttentionMask}; broadcasts to [B, keyHeads, group, L, 1]. */
  readonly sees: Tensor | undefined
  readonly heads: readonly Dim[] // B, keyHeads, group
}

/** The scores that the gradient and {@link plainAttention} share, so that they are computed once. */
export function attentionParts(inputs: MaskedInputs, params: AttentionParams): AttentionParts {
  const { q, k } = inputs
  const [batch, queryHeads, rows, width] = q.shape as [Dim, Dim, Dim, Dim]
  const keyHeads = k.shape[1]!
  const group =
    divideDim(queryHeads, keyHeads) ?? fail('internal', 'attention', 'the heads do not divide evenly')
  const { visible, bias, sees } = attentionMask(inputs, params)
  const grouped = (x: Tensor) => perKeyHead(x, keyHeads, group)
  const queries = t.reshape(q, [batch, keyHeads, group, rows, width])
  const keys = t.unsqueeze(k, 2)
  let scores = t.mul(t.matmul(queries, keys, { transposeB: true }), params.scale)
  if (bias) scores = t.add(scores, grouped(bias))
  // Added, not chosen: the mask is mostly small and stretches, and sums are cheaper than choices.
  if (visible) {
    const hidden = t.where(visible, t.scalar(q.graph, 0, q.dtype), q.dtype === 'f16' ? -3e4 : -1e38)
    scores = t.add(scores, grouped(hidden))
  }
  return { scores, queries, keys, sees: sees && grouped(sees), heads: [batch, keyHeads, group] }
}

/** Attention written with products and a softmax: what it means where no fused kernel is better. */
export function plainAttention(node: Tensor<'attention'>): Tensor {
  const [q, k, v, mask] = node.inputs as [Tensor, Tensor, Tensor, Tensor?]
  const { scores, sees } = attentionParts({ q, k, mask }, node.params)
  const mixed = t.matmul(t.softmax(scores), t.unsqueeze(v, 2))
  return t.reshape(sees ? t.mul(mixed, sees) : mixed, node.shape)
}

/** A tensor that broadcasts to [B, H, …] as one that does to [B, keyHeads, group, …]. */
function perKeyHead(x: Tensor, keyHeads: Dim, group: Dim): Tensor {
  const leading = Array.from({ length: 4 - x.shape.length }, () => 1)
  const [batch, heads, ...rest] = [...leading, ...x.shape] as [Dim, Dim, Dim, Dim]
  return t.reshape(x, heads === 1 ? [batch, 1, 1, ...rest] : [batch, keyHeads, group, ...rest])
}
