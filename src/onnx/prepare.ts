import {
  after,
  attention,
  attentionMask,
  broadcastTo,
  cast,
  type Dim,
  dtypes,
  Graph,
  gather,
  isOp,
  matmul,
  mul,
  type Program,
  plainAttention,
  plainRotary,
  reachable,
  reshape,
  sameDim,
  scalar,
  simplify,
  sizeOf,
  type Tensor,
  unsqueeze,
  where,
} from '../graph/index.ts'
import { reachableUpTo, type Stage } from './stage.ts'

/** How a graph is fitted to its runtime. */
export interface PrepareOptions {
  /** Which attention kernel; `auto` goes by the number of scores. */
  readonly attention: 'auto' | 'plain' | 'fused'
  /** Weights stored in narrower floats become f32 once at load (twice the memory or more), or at each use. */
  readonly widenWeights: 'load' | 'use'
}

/**
 * Scores from which the fused kernel is taken: below, the plain products are faster; above, they are about even
 * and the fused kernel keeps no scores, which are 64 MiB here. Measured by `npm run perf -- attention`.
 */
const fusedFrom = 2 ** 24

/** Weights smaller than this are always widened at load: a use costs more than the memory. */
const smallWeight = 2 ** 16

/**
 * A stage in terms that lowering has kernels for, simplified, in a graph of its own: attention fused or plain, rotations
 * that no kernel fits as products, embeddings widened after the look-up instead of before.
 */
export function prepare(
  { inputs, outputs, entries, sizes }: Pick<Stage, 'inputs' | 'outputs' | 'entries' | 'sizes'>,
  options: PrepareOptions,
): Program {
  const graph = new Graph()
  // An input that cancels out stays one.
  const given = new Map<string, Tensor<'input'>>()
  const done = new Map<number, Tensor>()
  const give = (name: string, { id, dtype, shape }: Pick<Tensor, 'id' | 'dtype' | 'shape'>) => {
    const input = graph.input(name, dtype, shape) as Tensor<'input'>
    given.set(name, input)
    done.set(id, input)
  }
  for (const [name, node] of [...inputs, ...entries]) give(name, node)
  for (const [name, symbol] of sizes) given.set(name, graph.input(name, 'u8', [symbol]) as Tensor<'input'>)
  for (const node of reachableUpTo([...outputs.values()], ({ id }) => done.has(id))) {
    const operands = node.inputs.map(({ id }) => done.get(id)!)
    done.set(
      node.id,
      inSegment(graph, node.segment, () => fitted(graph.node(node.op, node.params, operands), options)),
    )
  }
  const simple = simplify(Object.fromEntries([...outputs].map(([name, { id }]) => [name, done.get(id)!])))
  const nodes = reachable(Object.values(simple))
  return {
    nodes,
    inputs: given,
    parameters: new Map(nodes.filter((n) => isOp(n, 'parameter')).map((n) => [n.params.path, n])),
    outputs: new Map(Object.entries(simple)),
  }
}

function inSegment(graph: Graph, segment: string | undefined, build: () => Tensor): Tensor {
  return segment === undefined ? build() : graph.segment(segment, build)
}

function fitted(node: Tensor, options: PrepareOptions): Tensor {
  if (isOp(node, 'attention')) return isFused(node, options) ? fusedAttention(node) : plainAttention(node)
  if (isOp(node, 'rotary')) return hasRotaryKernel(node) ? node : plainRotary(node)
  if (isOp(node, 'gather')) return wideningGather(node)
  if (isOp(node, 'matmul') && options.widenWeights === 'use') return wideningMatmul(node)
  return node
}

function isFused(node: Tensor<'attention'>, options: PrepareOptions): boolean {
  const [q, , v] = node.inputs as [Tensor, Tensor, Tensor]
  const widths = [q.shape[1], q.shape[3], v.shape[1], v.shape[3]]
  // The kernel computes in f32 (f16 on GPUs) and needs fixed heads and widths.
  if (node.dtype === 'f64' || widths.some((size) => typeof size !== 'number')) return false
  if (options.attention !== 'auto') return options.attention === 'fused'
  const scores = sizeOf([...node.shape.slice(0, 3), node.inputs[1]!.shape[2]!])
  return typeof scores !== 'number' || scores >= fusedFrom
}

/** Added to the score of a key that a query must not see; far below every score, and finite. */
const hidden = -1e30
const hiddenHalf = -6e4

/** Operands as `MultiHeadAttention` takes them: a key head for each query head, one bias in place of masks. */
function fusedAttention(node: Tensor<'attention'>): Tensor {
  const [q, k, v, mask] = node.inputs as [Tensor, Tensor, Tensor, Tensor?]
  const { visible, bias, sees } = attentionMask({ q, k, ...(mask && { mask }) }, node.params)
  const heads = q.shape[1] as number
  const spread = (x: Tensor) => spreadHeads(x, heads)
  const floor = node.dtype === 'f16' ? hiddenHalf : hidden
  const added = visible ? where(visible, bias ?? scalar(node.graph, 0, node.dtype), floor) : bias
  const whole = added && broadcastTo(added, biasShape(added, [q.shape[2]!, k.shape[2]!]))
  const y = attention(
    { q, k: spread(k), v: spread(v), ...(whole && { mask: whole }) },
    { scale: node.params.scale },
  )
  return sees ? mul(y, sees) : y
}

/** The kernel stretches a bias over batch and heads, but not over queries and keys. */
function biasShape(bias: Tensor, rowsAndColumns: readonly [Dim, Dim]): Dim[] {
  const leading = Array.from({ length: 4 - bias.shape.length }, () => 1)
  return [...[...leading, ...bias.shape].slice(0, 2), ...rowsAndColumns]
}

/** [B, fewer, S, D] as [B, heads, S, D], each key head repeated for the query heads that it serves. */
function spreadHeads(x: Tensor, heads: number): Tensor {
  const [batch, keyHeads, columns, width] = x.shape as [Dim, number, Dim, Dim]
  if (keyHeads === heads) return x
  const group = heads / keyHeads
  const repeated = broadcastTo(unsqueeze(x, 2), [batch, keyHeads, group, columns, width])
  return reshape(repeated, [batch, heads, columns, width])
}

/** `RotaryEmbedding` turns x [B, H, L, D] by one table [L, D/2] for all heads and batches. */
function hasRotaryKernel(node: Tensor<'rotary'>): boolean {
  const [x, cosines] = node.inputs as [Tensor, Tensor]
  const shared = cosines.shape.slice(0, -2).every((size) => size === 1)
  return (
    node.dtype !== 'f64' && x.shape.length === 4 && shared && sameDim(cosines.shape.at(-2) ?? 0, x.shape[2]!)
  )
}

/** The stored weight of a node that only widens it. */
function narrowWeight(x: Tensor): Tensor<'parameter'> | undefined {
  const [stored] = x.inputs
  if (!isOp(x, 'cast') || !stored || !isOp(stored, 'parameter')) return undefined
  return dtypes[stored.dtype].bytes < dtypes[x.dtype].bytes ? stored : undefined
}

/** Only the rows that are looked up are widened. A table in fp8 is widened as a whole: no op but casts takes fp8. */
function wideningGather(node: Tensor<'gather'>): Tensor {
  const [table, indices] = node.inputs as [Tensor, Tensor]
  const stored = narrowWeight(table)
  const isRead = stored && !['f8e4m3', 'f8e5m2'].includes(stored.dtype)
  return isRead ? cast(gather(stored, indices, node.params.axis), node.dtype) : node
}

/** The weight is widened when the other operand is there, so that one wide weight is in memory at a time. */
function wideningMatmul(node: Tensor<'matmul'>): Tensor {
  const [a, b] = node.inputs as [Tensor, Tensor]
  const late = (weight: Tensor, token: Tensor): Tensor => {
    const stored = narrowWeight(weight)
    if (!stored || (sizeOf(stored.shape) as number) < smallWeight) return weight
    return cast(after(stored, token), weight.dtype)
  }
  return matmul(late(a, b), late(b, a), node.params)
}
