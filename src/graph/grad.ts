import { attentionParts } from './attention.ts'
import { addDim, type Dim, mulDim, printShape, sameShape, sizeOf, subDim } from './dim.ts'
import { isFloat } from './dtype.ts'
import { fail } from './error.ts'
import { dependents, type End, isInteger, noGradient } from './gradReasons.ts'
import type { ConvParams, Op, OperandsOf, OpParams } from './op.ts'
import * as t from './ops.ts'
import { reachable } from './program.ts'
import { recomputation } from './recompute.ts'
import { rotaryPairs } from './rotary.ts'
import type { Tensor } from './tensor.ts'

/** What a rule sees of one node y = op(inputs): g is the loss's gradient with respect to y. */
interface Context<O extends Op> {
  readonly g: Tensor
  readonly y: Tensor
  readonly inputs: OperandsOf<Tensor>[O]
  readonly params: OpParams[O]
  /** Whether the gradient with respect to an operand is used; one that is not may be any. */
  needs(operand: number): boolean
}

/** A gradient, or why none flows to an operand: a sentence about the op. What is flat counts as a gradient of 0. */
type Part = Tensor | string

/**
 * Gradients with respect to the operands, in their order, before un-broadcasting. A string in the rule's place says
 * why none flows to any of them.
 */
type Rule<O extends Op> = string | ((context: Context<O>) => readonly Part[])

type XY = readonly [Tensor, Tensor]

const leaf = 'is a leaf'
const steps = 'is piecewise constant, so its gradient is 0'
const isIndex = 'selects by whole numbers'
const fixedLevels = 'has fixed levels: train a LoRA, or the unquantised weight'

/** Every derivative. The walk below sums over broadcast dimensions, so that no rule has to. */
const rules: { readonly [O in Op]: Rule<O> } = {
  input: leaf,
  parameter: leaf,
  constant: leaf,
  size: leaf,
  iota: leaf,
  neg: ({ g }) => [t.neg(g)],
  abs: ({ g, inputs: [x] }) => [t.mul(g, t.sign(x))],
  sign: steps,
  exp: ({ g, y }) => [t.mul(g, y)],
  log: ({ g, inputs: [x] }) => [t.div(g, x)],
  // d√x = 1/(2√x)
  sqrt: ({ g, y }) => [t.div(t.mul(g, 0.5), y)],
  // d(1/x) = −1/x²
  reciprocal: ({ g, y }) => [t.neg(t.mul(g, t.square(y)))],
  sin: ({ g, inputs: [x] }) => [t.mul(g, t.cos(x))],
  cos: ({ g, inputs: [x] }) => [t.neg(t.mul(g, t.sin(x)))],
  // d tanh = 1 − tanh²
  tanh: ({ g, y }) => [t.mul(g, t.sub(1, t.square(y)))],
  // d erf = 2/√π·e^(−x²)
  erf: ({ g, inputs: [x] }) => [t.mul(t.mul(g, 2 / Math.sqrt(Math.PI)), t.exp(t.neg(t.square(x))))],
  floor: steps,
  round: steps,
  // dσ = σ(1 − σ)
  sigmoid: ({ g, y }) => [t.mul(g, t.mul(y, t.sub(1, y)))],
  // d(xσ) = σ + y(1 − σ)
  silu: ({ g, y, inputs: [x] }) => {
    const s = t.sigmoid(x)
    return [t.mul(g, t.add(s, t.mul(y, t.sub(1, s))))]
  },
  gelu: ({ g, y, inputs: [x], params }) => [
    params.approximate === 'none' ? geluGradient(g, x) : t.mul(g, tanhGeluSlope(x, y)),
  ],
  not: isInteger,
  cast: ({ g, inputs: [x] }) => [isFloat(x.dtype) && isFloat(g.dtype) ? t.cast(g, x.dtype) : isInteger],
  stopGradient: 'blocks the gradient',
  add: ({ g }) => [g, g],
  sub: ({ g }) => [g, t.neg(g)],
  mul: ({ g, inputs: [a, b] }) => [t.mul(g, b), t.mul(g, a)],
  // d(a/b) = da/b − (y/b) db
  div: ({ g, y, inputs: [, b] }) => {
    const perUnit = t.div(g, b)
    return [perUnit, t.neg(t.mul(perUnit, y))]
  },
  // d(aᵇ) = b·a^(b−1) da + y·ln a db; the second holds for a > 0 and is 0 elsewhere
  pow: ({ g, y, inputs: [a, b] }) => {
    const positive = t.greater(a, 0)
    const logarithm = t.where(positive, t.log(t.where(positive, a, 1)), 0)
    return [t.mul(g, t.mul(b, t.pow(a, t.sub(b, 1)))), t.mul(g, t.mul(y, logarithm))]
  },
  // The smaller operand takes the gradient; equal operands share it.
  minimum: ({ g, inputs: [a, b] }) => chosen(g, t.less(a, b), t.less(b, a)),
  maximum: ({ g, inputs: [a, b] }) => chosen(g, t.less(b, a), t.less(a, b)),
  equal: isInteger,
  less: isInteger,
  lessEqual: isInteger,
  and: isInteger,
  or: isInteger,
  where: ({ g, inputs: [condition] }) => [
    'chooses by a condition',
    t.where(condition, g, 0),
    t.where(condition, 0, g),
  ],
  matmul: ({ g, inputs, params }) => matmulGradient(g, inputs, params),
  conv2d: ({ g, inputs, params }) => convGradient(g, inputs, params),
  convTranspose2d: ({ g, inputs, params }) => {
    const [x, w] = inputs
    const { outputPadding, ...geometry } = params
    // As a linear map it is conv2d's transpose: x and g change places.
    return [x.graph.node('conv2d', geometry, [g, w]), convWeightGradient({ x: g, g: x, w, params: geometry })]
  },
  // y = x·Wᵀ: dx = g·W, dW = gᵀ·x. W waits for g: a runtime would else widen the weights of all layers beforehand.
  quantizedMatmul: ({ g, inputs: [x, q, scales], params, needs }) => {
    const parts = { ...params, q: q, scales: scales }
    const rows = (y: Tensor) => t.cast(t.reshape(y, [-1, y.shape.at(-1)!]), 'f32')
    return [
      needs(0) ? t.matmul(g, t.cast(t.dequantize({ ...parts, q: t.after(q, g) }), g.dtype)) : fixedLevels,
      fixedLevels,
      needs(2) ? scaleGradient(t.matmul(rows(g), rows(x), { transposeA: true }), parts) : fixedLevels,
    ]
  },
  dequantize: ({ g, inputs: [q, scales], params }) => [
    fixedLevels,
    scaleGradient(g, { ...params, q: q, scales: scales }),
  ],
  attention: ({ g, y, inputs, params }) => attentionGradient({ g, y, inputs, params }),
  // dx = y(g − Σ g·y)
  softmax: ({ g, y, params: { axis } }) => [softmaxGradient(g, y, axis)],
  layerNorm: ({ g, inputs, params: { epsilon } }) => {
    const [x, scale, bias] = inputs
    const centred = t.sub(x, t.reduceMean(x, { axes: [-1], keepDims: true }))
    return normGradient({ g, scale, bias, x: centred, axes: [-1], epsilon, centre: true })
  },
  rmsNorm: ({ g, inputs: [x, scale], params: { epsilon } }) =>
    normGradient({ g, scale, x: x, axes: [-1], epsilon, centre: false }),
  groupNorm: ({ g, inputs, params: { groups, epsilon } }) => {
    const [x, scale, bias] = inputs
    const [n, c, h, w] = x.shape as [Dim, number, Dim, Dim]
    const grouped = [n, groups, c / groups, h, w]
    const perChannel = (p?: Tensor) => p && t.reshape(p, [groups, c / groups, 1, 1])
    const whole = t.reshape(x, grouped)
    const centred = t.sub(whole, t.reduceMean(whole, { axes: [2, 3, 4], keepDims: true }))
    const [dx, ...affine] = normGradient({
      g: t.reshape(g, grouped),
      scale: perChannel(scale),
      bias: perChannel(bias),
      x: centred,
      axes: [2, 3, 4],
      epsilon,
      centre: true,
    })
    const flat = affine.map((d) => t.reshape(t.reduceSum(d, { axes: [0, 3, 4] }), [c]))
    return [t.reshape(dx!, x.shape), ...flat]
  },
  // A rotation's transpose turns back: dx = rotary(g, cos, −sin).
  rotary: ({ g, inputs: [x, cosines, sines], params: { style } }) => {
    const [x0, x1] = rotaryPairs(x, style)
    const [g0, g1] = rotaryPairs(g, style)
    return [
      t.rotary(g, cosines, t.neg(sines), style),
      t.add(t.mul(g0, x0), t.mul(g1, x1)),
      t.sub(t.mul(g1, x0), t.mul(g0, x1)),
    ]
  },
  reduceSum: ({ g, inputs: [x], params }) => [t.broadcastTo(keepAxes(g, x, params.axes), x.shape)],
  reduceMean: ({ g, inputs: [x], params }) => {
    const each = t.div(keepAxes(g, x, params.axes), t.countAlong(x, params.axes))
    return [t.broadcastTo(each, x.shape)]
  },
  // Shared between equal maxima.
  reduceMax: ({ g, y, inputs: [x], params: { axes } }) => {
    const isMax = t.cast(t.equal(x, keepAxes(y, x, axes)), g.dtype)
    const share = t.div(keepAxes(g, x, axes), t.reduceSum(isMax, { axes, keepDims: true }))
    return [t.mul(isMax, share)]
  },
  argMax: isInteger,
  reshape: ({ g, inputs: [x] }) => [t.reshape(g, x.shape)],
  transpose: ({ g, params: { permutation } }) => [
    t.transpose(
      g,
      permutation.map((_, axis) => permutation.indexOf(axis)),
    ),
  ],
  // The walk sums over what was stretched.
  broadcastTo: ({ g }) => [g],
  concat: ({ g, inputs, params: { axis } }) =>
    t.split(
      g,
      inputs.map((x) => x.shape[axis]!),
      axis,
    ),
  slice: ({ g, inputs: [x], params: { starts, ends } }) => [sliceGradient(g, x, starts, ends)],
  pad: ({ g, inputs: [x], params: { before } }) => [
    x.shape.reduce((rest, size, axis) => {
      const start = before[axis]!
      return sameShape([rest.shape[axis]!], [size]) ? rest : t.slice(rest, axis, start, addDim(start, size))
    }, g),
  ],
  // Each pixel gathers its block.
  upsampleNearest2d: ({ g, inputs: [x], params: { scale } }) => {
    const [n, c, h, w] = x.shape as [Dim, Dim, Dim, Dim]
    return [t.reduceSum(t.reshape(g, [n, c, h, scale, w, scale]), { axes: [3, 5] })]
  },
  gather: ({ g, inputs: [x, indices], params: { axis } }) => [
    t.scatterAdd({ indices: indices, updates: g }, { axis, size: x.shape[axis]! }),
    isIndex,
  ],
  scatterAdd: ({ g, inputs: [indices], params: { axis } }) => [isIndex, t.gather(g, indices, axis)],
  after: ({ g }) => [g, 'only orders execution'],
}

/** W = level·scale in blocks of a row: ds = Σ dW·level over the block. dW [out, inner] is f32. */
function scaleGradient(dw: Tensor, parts: t.QuantizedParts): Tensor {
  const { q, scales, block, inner } = parts
  const [out, blocks] = scales.shape as readonly [Dim, number]
  const ones = t.broadcastTo(t.scalar(q.graph, 1, 'f32'), scales.shape)
  const along = t.mul(dw, t.dequantize({ ...parts, scales: ones }))
  const whole = t.pad(along, { before: [0, 0], after: [0, blocks * block - inner] })
  return t.reduceSum(t.reshape(whole, [out, blocks, block]), { axes: [2] })
}

function chosen(g: Tensor, first: Tensor, second: Tensor): readonly Tensor[] {
  const half = t.mul(g, 0.5)
  return [t.where(first, g, t.where(second, 0, half)), t.where(second, g, t.where(first, 0, half))]
}

/**
 * d(x·Φ(x)) = Φ(x) + x·φ(x) = ½(1 + erf u + u·e^(ln(2/√π) − u²)), u = x/√2. The half goes to g, which comes out
 * of a product that can scale it for nothing.
 */
function geluGradient(g: Tensor, x: Tensor): Tensor {
  const u = t.mul(x, Math.SQRT1_2)
  const density = t.exp(t.sub(Math.log(2 / Math.sqrt(Math.PI)), t.square(u)))
  return t.mul(t.mul(g, 0.5), t.add(t.add(t.erf(u), t.mul(u, density)), 1))
}

/**
 * With s = σ(2u), u = √(2/π)·(x + 0.044715x³): y = x·s (because (1 + tanh u)/2 = σ(2u)), so
 * dy = s + y·(1 − s)·2u′, 2u′ = 2√(2/π)·(1 + 0.134145x²).
 */
function tanhGeluSlope(x: Tensor, y: Tensor): Tensor {
  const c = 2 * Math.sqrt(2 / Math.PI)
  const squared = t.square(x)
  const s = t.sigmoid(t.mul(x, t.add(t.mul(squared, c * 0.044715), c)))
  const slope = t.add(t.mul(squared, c * 3 * 0.044715), c)
  return t.add(s, t.mul(t.mul(y, t.sub(1, s)), slope))
}

/** y = a·b: da = g·bᵀ, db = aᵀ·g, each transposed back where the operand was. */
function matmulGradient(
  g: Tensor,
  [a, b]: XY,
  { transposeA, transposeB }: OpParams['matmul'],
): readonly [Tensor, Tensor] {
  const shared = sharedWeightGradient(g, [a, b], { transposeA, transposeB })
  return [
    transposeA
      ? t.matmul(b, g, { transposeA: transposeB, transposeB: true })
      : t.matmul(g, b, { transposeB: !transposeB }),
    shared ??
      (transposeB
        ? t.matmul(g, a, { transposeA: true, transposeB: transposeA })
        : t.matmul(a, g, { transposeA: !transposeA })),
  ]
}

/** One weight for a whole batch: the batch becomes rows, so that its gradient is one product and no sum. */
function sharedWeightGradient(
  g: Tensor,
  [a, b]: XY,
  { transposeA, transposeB }: OpParams['matmul'],
): Tensor | undefined {
  if (b.shape.length !== 2 || a.shape.length === 2 || transposeA) return undefined
  const rows = sizeOf(a.shape.slice(0, -1))
  const flat = (x: Tensor) => t.reshape(x, [rows, x.shape.at(-1)!])
  return transposeB
    ? t.matmul(flat(g), flat(a), { transposeA: true })
    : t.matmul(flat(a), flat(g), { transposeA: true })
}

function convGradient(
  g: Tensor,
  [x, w, bias]: readonly [Tensor, Tensor, Tensor?],
  params: ConvParams,
): readonly Tensor[] {
  const spans = [2, 3].map((axis) => x.shape[axis]!)
  const [top, left, bottom, right] = params.padding
  // What the stride left over at the far edge never met the kernel: it comes back as output padding.
  const outputPadding = spans.map((span, i) => {
    const padded = addDim(span, i === 0 ? top + bottom : left + right)
    const covered = subDim(padded, (kernelSize(w, i) - 1) * params.dilation[i]! + 1)
    const rest = subDim(covered, mulDim(subDim(g.shape[i + 2]!, 1), params.stride[i]!))
    if (typeof rest !== 'number')
      fail(
        'gradient',
        'conv2d',
        `needs a known height and width where the stride leaves a rest, got ${x.shape}`,
      )
    return rest
  }) as [number, number]
  const dx = x.graph.node('convTranspose2d', { ...params, outputPadding }, [g, w])
  const dw = convWeightGradient({ x, g, w, params })
  return bias ? [dx, dw, t.reduceSum(g, { axes: [0, 2, 3] })] : [dx, dw]
}

const kernelSize = (w: Tensor, axis: number): number => w.shape[axis + 2] as number

/**
 * dw[o, c, i, j] = Σ x[n, c, p·s + i·d − pad, …]·g[n, o, p, …]: a convolution of x with g as its kernel,
 * batch in the channels' place, stride and dilation exchanged.
 */
function convWeightGradient({
  x,
  g,
  w,
  params,
}: {
  x: Tensor
  g: Tensor
  w: Tensor
  params: ConvParams
}): Tensor {
  const { groups, stride, dilation, padding } = params
  const [n, channels, height, width] = x.shape as [Dim, number, Dim, Dim]
  const [outs, perGroup, kh, kw] = w.shape as [number, number, number, number]
  // [n, groups·c, h, w] → [c, groups·n, h, w], so that each group of n channels meets its own kernels.
  const swap = (image: Tensor, each: number): Tensor => {
    const [h, v] = image.shape.slice(2) as [Dim, Dim]
    const split = t.transpose(t.reshape(image, [n, groups, each, h, v]), [2, 1, 0, 3, 4])
    return t.reshape(split, [each, mulDim(n, groups), h, v])
  }
  const kernels = t.transpose(g, [1, 0, 2, 3])
  const exchanged = x.graph.node('conv2d', { stride: dilation, dilation: stride, padding, groups }, [
    swap(x, channels / groups),
    convKernel(kernels, [height, width]),
  ])
  const trimmed = t.slice(t.slice(exchanged, 2, 0, kh), 3, 0, kw)
  return t.reshape(t.transpose(trimmed, [1, 0, 2, 3]), [outs, perGroup, kh, kw])
}

/** A gradient used as a kernel must have a known size. */
function convKernel(kernels: Tensor, size: readonly Dim[]): Tensor {
  if (kernels.shape.some((d) => typeof d !== 'number'))
    fail('gradient', 'conv2d', `the weight's gradient needs known sizes, got an image of ${size}`)
  return kernels
}

/**
 * p·vᵀ gradients with p = softmax(scale·q·kᵀ + mask), computed again from q and k. The softmax's own gradient is
 * p(dp − Σ dp·p), and Σ_j dp_ij·p_ij = Σ_d dy_id·y_id (as in FlashAttention): a sum over the head's width, and not over
 * all keys.
 */
function attentionGradient({
  g,
  y,
  inputs: [q, k, v, mask],
  params,
}: Omit<Context<'attention'>, 'needs'>): readonly Part[] {
  const parts = attentionParts({ q: q!, k: k!, mask }, params)
  const p = t.softmax(parts.scores)
  const grouped = t.reshape(g, [...parts.heads, ...g.shape.slice(-2)])
  const dy = parts.sees ? t.mul(grouped, parts.sees) : grouped
  const values = t.unsqueeze(v!, 2)
  const dp = t.matmul(dy, values, { transposeB: true })
  // Where a query sees nothing, y is 0 and so is dy.
  const along = t.reshape(t.mul(g, y), [...parts.heads, ...g.shape.slice(-2)])
  const ds = t.mul(p, t.sub(dp, t.reduceSum(along, { axes: [-1], keepDims: true })))
  const dq = t.mul(t.matmul(ds, parts.keys), params.scale)
  const dk = t.mul(t.matmul(ds, parts.queries, { transposeA: true }), params.scale)
  const dv = t.matmul(p, dy, { transposeA: true })
  const ungroup = (x: Tensor) => t.reduceSum(x, { axes: [2] })
  const flat = t.reshape(ds, [q!.shape[0]!, q!.shape[1]!, ...ds.shape.slice(-2)])
  return [
    t.reshape(dq, q!.shape),
    ungroup(dk),
    ungroup(dv),
    mask && isFloat(mask.dtype) ? flat : 'hides by a condition',
  ]
}

function softmaxGradient(g: Tensor, y: Tensor, axis: number): Tensor {
  const weighted = t.mul(g, y)
  return t.sub(weighted, t.mul(y, t.reduceSum(weighted, { axes: [axis], keepDims: true })))
}

/**
 * n = x·r with r = (mean x² + ε)^−½, x centred already where the norm centres; y = scale·n + bias.
 * dx = r·(d − mean d − n·mean(d·n)) with d = g·scale, the mean d only where centred.
 */
function normGradient(options: {
  g: Tensor
  x: Tensor
  scale: Tensor | undefined
  bias?: Tensor | undefined
  axes: readonly number[]
  epsilon: number
  centre: boolean
}): readonly Tensor[] {
  const { g, x, scale, bias, axes, epsilon, centre } = options
  const mean = (v: Tensor) => t.reduceMean(v, { axes, keepDims: true })
  const r = t.reciprocal(t.sqrt(t.add(mean(t.square(x)), epsilon)))
  const n = t.mul(x, r)
  const d = scale ? t.mul(g, scale) : g
  const along = t.mul(n, mean(t.mul(d, n)))
  const dx = t.mul(t.sub(centre ? t.sub(d, mean(d)) : d, along), r)
  return [dx, ...(scale ? [t.mul(g, n)] : []), ...(bias ? [g] : [])]
}

/** A reduced tensor with its axes back as 1. */
function keepAxes(reduced: Tensor, x: Tensor, axes: readonly number[]): Tensor {
  return t.reshape(
    reduced,
    x.shape.map((size, axis) => (axes.includes(axis) ? 1 : size)),
  )
}

/** Zeros around g; a symbolic width is made by concatenation. */
function sliceGradient(g: Tensor, x: Tensor, starts: readonly Dim[], ends: readonly Dim[]): Tensor {
  return x.shape.reduce<Tensor>((inner, size, axis) => {
    const zeros = (length: Dim): Tensor[] => {
      if (length === 0) return []
      const shape = inner.shape.map((whole, i) => (i === axis ? length : whole))
      return [t.broadcastTo(t.scalar(x.graph, 0, x.dtype), shape)]
    }
    return t.concat([...zeros(starts[axis]!), inner, ...zeros(subDim(size, ends[axis]!))], axis)
  }, g)
}

/** Sums over the dimensions that broadcasting added or stretched. */
function unbroadcast(g: Tensor, x: Tensor): Tensor {
  if (sameShape(g.shape, x.shape)) return g
  const added = g.shape.length - x.shape.length
  const axes = g.shape.flatMap((size, axis) =>
    axis < added || (x.shape[axis - added] === 1 && size !== 1) ? [axis] : [],
  )
  return t.reshape(t.reduceSum(g, { axes }), x.shape)
}

/** How {@link grad} walks. */
export interface GradOptions {
  /** The loss's own gradient, of its shape and dtype. Default: 1, for a scalar. */
  readonly seed?: Tensor | undefined
  /** Segments whose values are not kept for the backward pass but computed again in it. */
  readonly recompute?: ((segment: string) => boolean) | undefined
}

/** Tensors in a list, or by name. */
export type Tensors = readonly Tensor[] | Readonly<Record<string, Tensor>>

/**
 * The gradients of a scalar loss with respect to tensors, as nodes of the same graph: by name for tensors by name (an
 * object, or a map such as a program's parameters), in a list for a list. What is flat (`round`, comparisons, indices)
 * counts as a gradient of 0 in addition to other paths.
 * @throws GraphError when the loss is not a scalar, or when no gradient reaches one of `wrt`; it says what stops it
 */
export function grad(
  loss: Tensor,
  wrt: ReadonlyMap<string, Tensor>,
  options?: GradOptions,
): Record<string, Tensor>
export function grad<const T extends Tensors>(
  loss: Tensor,
  wrt: T,
  options?: GradOptions,
): { [K in keyof T]: Tensor }
export function grad(
  loss: Tensor,
  wrt: Tensors | ReadonlyMap<string, Tensor>,
  options: GradOptions = {},
): readonly Tensor[] | Record<string, Tensor> {
  const entries = isMap(wrt) ? [...wrt] : Object.entries<Tensor>(wrt as Readonly<Record<string, Tensor>>)
  const { seed } = options
  if (!seed && loss.shape.length > 0)
    fail(
      'gradient',
      'grad',
      `expected a scalar loss, got ${printShape(loss.shape)}; reduce it or give a seed`,
    )
  if (seed && (seed.dtype !== loss.dtype || !sameShape(seed.shape, loss.shape)))
    fail(
      'gradient',
      'grad',
      `expected a seed like the loss, ${loss.dtype} ${printShape(loss.shape)}, got ${seed.dtype} ${printShape(seed.shape)}`,
    )
  const nodes = reachable([loss])
  const wanted = new Set(entries.map(([, x]) => x.id))
  const depends = dependents(nodes, wanted)
  const gradients = new Map<number, Tensor>()
  const ends: End[] = []
  const again = recomputation(nodes, options.recompute)
  gradients.set(loss.id, seed ?? t.scalar(loss.graph, 1, loss.dtype))
  for (const node of nodes.toReversed()) {
    const g = gradients.get(node.id)
    if (!g || !depends.has(node.id)) continue
    const needs = (i: number) => depends.has(node.inputs[i]!.id)
    const parts = applyRule(node, g, needs, again)
    for (const [i, input] of node.inputs.entries()) {
      if (!needs(i)) continue
      const part = parts[i]!
      if (typeof part === 'string') {
        ends.push({ input, why: `${node.op} ${part}` })
        continue
      }
      const reduced = unbroadcast(part, input)
      const sum = gradients.get(input.id)
      gradients.set(input.id, sum ? t.add(sum, reduced) : reduced)
    }
  }
  const found = entries.map(([key, x]: readonly [string, Tensor]) => {
    const g = isFloat(x.dtype) ? gradients.get(x.id) : undefined
    return [key, g ?? fail('gradient', 'grad', noGradient(key, x, nodes, ends))] as const
  })
  return Array.isArray(wrt) ? found.map(([, g]) => g) : Object.fromEntries(found)
}

function isMap(wrt: Tensors | ReadonlyMap<string, Tensor>): wrt is ReadonlyMap<string, Tensor> {
  return wrt instanceof Map
}

function applyRule(
  node: Tensor,
  g: Tensor,
  needs: (operand: number) => boolean,
  again: (node: Tensor, g: Tensor) => { y: Tensor; inputs: readonly Tensor[] },
): readonly Part[] {
  const rule = rules[node.op] as Rule<Op>
  if (typeof rule === 'string') return node.inputs.map(() => rule)
  const { y, inputs } = again(node, g)
  return rule({ g, y, inputs: inputs as OperandsOf<Tensor>[Op], params: node.params, needs })
}
