import {
  addDim,
  type Dim,
  floorDivDim,
  mulDim,
  printShape,
  type Shape,
  sameDim,
  sameShape,
  sizeOf,
  subDim,
} from './dim.ts'
import { type DType, dtypes } from './dtype.ts'
import { fail } from './error.ts'
import type { ConvParams, Op, OperandsOf, OpParams, QuantizedParams, ReduceParams } from './op.ts'
import type { Tensor } from './tensor.ts'

/** What a node is, known before anything runs. */
interface TensorType {
  readonly dtype: DType
  readonly shape: Shape
}

type InferRule<O extends Op> = (params: OpParams[O], inputs: OperandsOf<Tensor>[O]) => TensorType

const describe = (...tensors: readonly TensorType[]): string =>
  tensors.map((t) => `${t.dtype} ${printShape(t.shape)}`).join(' and ')

/** Every operand beyond the first must have the first one's dtype, of one of `kinds`. */
function oneDtype(
  op: Op,
  operands: readonly [TensorType, ...(TensorType | undefined)[]],
  kinds: readonly ('float' | 'int' | 'bool')[],
): DType {
  const inputs = operands.filter((t) => t !== undefined)
  const { dtype } = operands[0]
  if (inputs.some((t) => t.dtype !== dtype))
    fail('dtype', op, `expected one dtype, got ${describe(...inputs)}; cast one of them`)
  if (!kinds.includes(dtypes[dtype].kind) || isStorage(dtype))
    fail('dtype', op, `expected ${kinds.join(' or ')} operands, got ${describe(...inputs)}; cast them`)
  return dtype
}

function isStorage(dtype: DType): boolean {
  return dtype === 'f8e4m3' || dtype === 'f8e5m2'
}

/** Shapes aligned at the end; a dimension of 1 stretches. */
function broadcastShapes(op: Op, inputs: readonly TensorType[]): Shape {
  const rank = Math.max(...inputs.map((t) => t.shape.length))
  return Array.from({ length: rank }, (_, axis) => {
    let result: Dim = 1
    for (const { shape } of inputs) {
      const size = shape[axis - rank + shape.length] ?? 1
      if (result === 1) result = size
      else if (size !== 1 && !sameDim(size, result))
        fail('shape', op, `cannot broadcast ${describe(...inputs)}: ${size} is neither ${result} nor 1`)
    }
    return result
  })
}

/** Of an op that has any. */
type Operands = readonly [Tensor, ...Tensor[]]

const sameAsInput = (_: unknown, [x]: Operands): TensorType => ({ dtype: x.dtype, shape: x.shape })

const floatUnary =
  (op: Op) =>
  (_: unknown, inputs: Operands): TensorType => ({
    dtype: oneDtype(op, inputs, ['float']),
    shape: inputs[0].shape,
  })

const numberUnary =
  (op: Op) =>
  (_: unknown, inputs: Operands): TensorType => ({
    dtype: oneDtype(op, inputs, ['float', 'int']),
    shape: inputs[0].shape,
  })

const arithmetic =
  (op: Op, kinds: readonly ('float' | 'int' | 'bool')[] = ['float', 'int'], result?: DType) =>
  (_: unknown, inputs: Operands): TensorType => {
    const dtype = oneDtype(op, inputs, kinds)
    return { dtype: result ?? dtype, shape: broadcastShapes(op, inputs) }
  }

/** Last-axis normalisations: optional affine parameters have the shape of the normalised axis. */
const normalize =
  (op: Op) =>
  (_: unknown, inputs: OperandsOf<Tensor>['layerNorm']): TensorType => {
    const [x, ...affine] = inputs
    const dtype = oneDtype(op, inputs, ['float'])
    if (x.shape.length === 0) fail('shape', op, 'expected at least one dimension, got a scalar')
    for (const parameter of affine)
      if (parameter && !sameShape(parameter.shape, x.shape.slice(-1)))
        fail(
          'shape',
          op,
          `expected scale and bias of [${x.shape.at(-1)}], the last of ${describe(x)}, got ${describe(parameter)}`,
        )
    return { dtype, shape: x.shape }
  }

function reduced(op: Op, { axes, keepDims }: ReduceParams, x: Tensor): Shape {
  for (const axis of axes) checkAxis(op, axis, x)
  if (keepDims) return x.shape.map((size, axis) => (axes.includes(axis) ? 1 : size))
  return x.shape.filter((_, axis) => !axes.includes(axis))
}

const reduce =
  (op: Op) =>
  (params: ReduceParams, [x]: readonly [Tensor]): TensorType => ({
    dtype: oneDtype(op, [x], ['float', 'int']),
    shape: reduced(op, params, x),
  })

/** A reduction that is nothing over no elements. */
const reduceSome =
  (op: Op) =>
  (params: ReduceParams, [x]: readonly [Tensor]): TensorType => {
    const type = reduce(op)(params, [x])
    checkNotEmpty(op, params.axes, x)
    return type
  }

function checkNotEmpty(op: Op, axes: readonly number[], x: Tensor): void {
  const empty = axes.find((axis) => x.shape[axis] === 0)
  if (empty !== undefined) fail('shape', op, `expected elements along axis ${empty}, got ${describe(x)}`)
}

function checkAxis(op: Op, axis: number, x: Tensor): void {
  if (!Number.isInteger(axis) || axis < 0 || axis >= x.shape.length)
    fail('argument', op, `axis ${axis} is not one of ${describe(x)}`)
}

function checkIndices(op: Op, indices: Tensor): void {
  if (indices.dtype !== 'i32' && indices.dtype !== 'i64')
    fail('dtype', op, `expected i32 or i64 indices, got ${describe(indices)}`)
}

/** Whole numbers of a least size. */
function checkCounts(op: Op, what: string, counts: readonly number[], least: number): void {
  if (counts.some((count) => !Number.isSafeInteger(count) || count < least))
    fail('argument', op, `${what}: expected whole numbers of at least ${least}, got ${counts.join(', ')}`)
}

function checkDtype(op: Op, dtype: DType): void {
  if (!(dtype in dtypes))
    fail('dtype', op, `expected one of ${Object.keys(dtypes).join(', ')}, got '${dtype}'`)
}

/** Dtypes that can be computed with: not bool, nor those of storage. */
function checkNumeric(op: Op, dtype: DType): void {
  checkDtype(op, dtype)
  if (dtype === 'bool' || isStorage(dtype))
    fail('dtype', op, `expected a dtype of numbers to compute with, got ${dtype}; cast afterwards`)
}

function image(op: Op, x: Tensor): readonly [Dim, Dim, Dim, Dim] {
  if (x.shape.length !== 4) fail('shape', op, `expected [batch, channels, height, width], got ${describe(x)}`)
  return x.shape as readonly [Dim, Dim, Dim, Dim]
}

function kernel(op: Op, w: Tensor): readonly [number, number, number, number] {
  if (w.shape.length !== 4 || w.shape.some((size) => typeof size !== 'number'))
    fail('shape', op, `expected a weight of four known dimensions, got ${describe(w)}`)
  return w.shape as readonly [number, number, number, number]
}

function checkGeometry(op: Op, { stride, padding, dilation, groups }: ConvParams): void {
  checkCounts(op, 'stride', stride, 1)
  checkCounts(op, 'dilation', dilation, 1)
  checkCounts(op, 'padding', padding, 0)
  checkCounts(op, 'groups', [groups], 1)
}

function convolved(op: Op, params: ConvParams, x: Tensor, w: Tensor): Shape {
  checkGeometry(op, params)
  const [batch, channels, height, width] = image(op, x)
  const [out, perGroup, kh, kw] = kernel(op, w)
  if (channels !== perGroup * params.groups || out % params.groups !== 0)
    fail(
      'shape',
      op,
      `${describe(x, w)} do not fit ${params.groups} groups: expected ${perGroup * params.groups} channels`,
    )
  const [top, left, bottom, right] = params.padding
  const size = (extent: Dim, before: number, after: number, k: number, axis: 0 | 1): Dim => {
    const span = subDim(addDim(extent, before + after), (k - 1) * params.dilation[axis] + 1)
    if (typeof span === 'number' && span < 0)
      fail('shape', op, `the kernel of ${describe(w)} is larger than the padded ${describe(x)}`)
    return addDim(floorDivDim(span, params.stride[axis]), 1)
  }
  return [batch, out, size(height, top, bottom, kh, 0), size(width, left, right, kw, 1)]
}

function quantizedRows(op: Op, { bits, block, inner }: QuantizedParams, q: Tensor, scales: Tensor): Dim {
  checkCounts(op, 'block and inner', [block, inner], 1)
  if (bits !== 4 && bits !== 8) fail('argument', op, `bits: expected 4 or 8, got ${bits}`)
  const blocks = Math.ceil(inner / block)
  const out = q.shape[0] ?? 0
  if (q.dtype !== 'u8' || !sameShape(q.shape, [out, blocks, (block * bits) / 8]))
    fail('shape', op, `expected u8 [out, ${blocks}, ${(block * bits) / 8}], got ${describe(q)}`)
  if (scales.dtype !== 'f32' || !sameShape(scales.shape, [out, blocks]))
    fail('shape', op, `expected f32 scales [${out}, ${blocks}], got ${describe(scales)}`)
  return out
}

/** Dtype and shape of every op's result; each rule refuses operands that do not fit. */
export const infer: { readonly [O in Op]: InferRule<O> } = {
  input: ({ dtype, shape }) => {
    checkDtype('input', dtype)
    return { dtype, shape }
  },
  parameter: ({ dtype, shape }) => {
    checkDtype('parameter', dtype)
    if (shape.some((size) => typeof size !== 'number'))
      fail('shape', 'parameter', `expected a shape of numbers, got ${printShape(shape)}`)
    return { dtype, shape }
  },
  constant: ({ value }) => ({ dtype: value.dtype, shape: value.shape }),
  size: ({ dtype }) => {
    checkNumeric('size', dtype)
    return { dtype, shape: [] }
  },
  iota: ({ length, dtype }) => {
    checkNumeric('iota', dtype)
    return { dtype, shape: [length] }
  },
  neg: numberUnary('neg'),
  abs: numberUnary('abs'),
  sign: numberUnary('sign'),
  exp: floatUnary('exp'),
  log: floatUnary('log'),
  sqrt: floatUnary('sqrt'),
  reciprocal: floatUnary('reciprocal'),
  sin: floatUnary('sin'),
  cos: floatUnary('cos'),
  tanh: floatUnary('tanh'),
  erf: floatUnary('erf'),
  floor: floatUnary('floor'),
  round: floatUnary('round'),
  sigmoid: floatUnary('sigmoid'),
  silu: floatUnary('silu'),
  gelu: floatUnary('gelu'),
  not: (_, inputs) => ({ dtype: oneDtype('not', inputs, ['bool']), shape: inputs[0].shape }),
  cast: ({ to }, [x]) => {
    checkDtype('cast', to)
    return { dtype: to, shape: x.shape }
  },
  stopGradient: sameAsInput,
  add: arithmetic('add'),
  sub: arithmetic('sub'),
  mul: arithmetic('mul'),
  div: arithmetic('div'),
  pow: arithmetic('pow', ['float']),
  minimum: arithmetic('minimum'),
  maximum: arithmetic('maximum'),
  equal: arithmetic('equal', ['float', 'int', 'bool'], 'bool'),
  less: arithmetic('less', ['float', 'int'], 'bool'),
  lessEqual: arithmetic('lessEqual', ['float', 'int'], 'bool'),
  and: arithmetic('and', ['bool']),
  or: arithmetic('or', ['bool']),
  where: (_, inputs) => {
    const [condition, ...choices] = inputs
    if (condition.dtype !== 'bool')
      fail('dtype', 'where', `expected a bool condition, got ${describe(condition)}`)
    return {
      dtype: oneDtype('where', choices, ['float', 'int', 'bool']),
      shape: broadcastShapes('where', inputs),
    }
  },
  matmul: ({ transposeA, transposeB }, inputs) => {
    const [a, b] = inputs
    const dtype = oneDtype('matmul', inputs, ['float'])
    if (a.shape.length < 2 || b.shape.length < 2)
      fail('shape', 'matmul', `expected at least two dimensions each, got ${describe(a, b)}`)
    const side = (t: Tensor, transposed: boolean): [Dim, Dim] => {
      const [rows, columns] = t.shape.slice(-2) as [Dim, Dim]
      return transposed ? [columns, rows] : [rows, columns]
    }
    const [rows, innerA] = side(a, transposeA)
    const [innerB, columns] = side(b, transposeB)
    if (!sameDim(innerA, innerB)) {
      const flags = [transposeA && 'transposeA', transposeB && 'transposeB'].filter(Boolean).join(', ')
      const how = flags === '' ? '' : ` with ${flags}`
      fail('shape', 'matmul', `${describe(a, b)} do not meet${how}: ${innerA} against ${innerB}`)
    }
    const batch = (t: Tensor): TensorType => ({ dtype, shape: t.shape.slice(0, -2) })
    return { dtype, shape: [...broadcastShapes('matmul', [batch(a), batch(b)]), rows, columns] }
  },
  conv2d: (params, inputs) => {
    const [x, w, bias] = inputs
    const dtype = oneDtype('conv2d', inputs, ['float'])
    const shape = convolved('conv2d', params, x, w)
    if (bias && !sameShape(bias.shape, [shape[1]!]))
      fail('shape', 'conv2d', `expected a bias of [${shape[1]}], got ${describe(bias)}`)
    return { dtype, shape }
  },
  convTranspose2d: (params, inputs) => {
    const [x, w] = inputs
    const dtype = oneDtype('convTranspose2d', inputs, ['float'])
    checkGeometry('convTranspose2d', params)
    checkCounts('convTranspose2d', 'output padding', params.outputPadding, 0)
    const [batch, channels, height, width] = image('convTranspose2d', x)
    const [inner, perGroup, kh, kw] = kernel('convTranspose2d', w)
    if (channels !== inner || inner % params.groups !== 0)
      fail(
        'shape',
        'convTranspose2d',
        `${describe(x, w)} do not fit ${params.groups} groups: expected ${inner} channels, a multiple of the groups`,
      )
    const [top, left, bottom, right] = params.padding
    const size = (extent: Dim, padding: number, k: number, axis: 0 | 1): Dim => {
      const span = (k - 1) * params.dilation[axis] + 1 + params.outputPadding[axis] - padding
      const length = addDim(mulDim(subDim(extent, 1), params.stride[axis]), span)
      if (typeof length === 'number' && length < 0)
        fail('shape', 'convTranspose2d', `the padding ${padding} leaves nothing of ${describe(x, w)}`)
      return length
    }
    return {
      dtype,
      shape: [
        batch,
        perGroup * params.groups,
        size(height, top + bottom, kh, 0),
        size(width, left + right, kw, 1),
      ],
    }
  },
  quantizedMatmul: (params, [x, q, scales]) => {
    const dtype = oneDtype('quantizedMatmul', [x], ['float'])
    const out = quantizedRows('quantizedMatmul', params, q, scales)
    if (x.shape.length < 2 || !sameDim(x.shape.at(-1)!, params.inner))
      fail('shape', 'quantizedMatmul', `expected x [..., rows, ${params.inner}], got ${describe(x)}`)
    return { dtype, shape: [...x.shape.slice(0, -1), out] }
  },
  dequantize: (params, [q, scales]) => ({
    dtype: 'f32',
    shape: [quantizedRows('dequantize', params, q, scales), params.inner],
  }),
  attention: (_, inputs) => {
    const [q, k, v, mask] = inputs
    const dtype = oneDtype('attention', [q, k, v], ['float'])
    if ([q, k, v].some((t) => t.shape.length !== 4))
      fail('shape', 'attention', `expected [batch, heads, tokens, width] each, got ${describe(q, k, v)}`)
    const [batch, heads, rows, width] = q.shape as [Dim, Dim, Dim, Dim]
    const [, keyHeads, columns, keyWidth] = k.shape as [Dim, Dim, Dim, Dim]
    const grouped =
      typeof heads === 'number' && typeof keyHeads === 'number'
        ? heads % keyHeads === 0
        : sameDim(heads, keyHeads)
    const fits = sameDim(batch, k.shape[0]!) && sameDim(width, keyWidth) && grouped
    if (!fits || !sameShape(k.shape.slice(0, 3), v.shape.slice(0, 3)))
      fail('shape', 'attention', `queries, keys and values do not fit: ${describe(q, k, v)}`)
    if (mask) {
      if (mask.dtype !== 'bool' && mask.dtype !== dtype)
        fail('dtype', 'attention', `expected a mask of bool or ${dtype}, got ${describe(mask)}`)
      const scores = { dtype, shape: [batch, heads, rows, columns] }
      if (!sameShape(broadcastShapes('attention', [scores, mask]), scores.shape))
        fail(
          'shape',
          'attention',
          `expected a mask that fits ${printShape(scores.shape)}, got ${describe(mask)}`,
        )
    }
    return { dtype, shape: [batch, heads, rows, v.shape[3]!] }
  },
  softmax: ({ axis }, inputs) => {
    checkAxis('softmax', axis, inputs[0])
    return { dtype: oneDtype('softmax', inputs, ['float']), shape: inputs[0].shape }
  },
  layerNorm: normalize('layerNorm'),
  rmsNorm: normalize('rmsNorm'),
  groupNorm: ({ groups }, inputs) => {
    const [x, ...affine] = inputs
    const dtype = oneDtype('groupNorm', inputs, ['float'])
    checkCounts('groupNorm', 'groups', [groups], 1)
    const channels = image('groupNorm', x)[1]
    if (typeof channels !== 'number' || channels % groups !== 0)
      fail('shape', 'groupNorm', `expected channels that ${groups} groups divide, got ${describe(x)}`)
    for (const parameter of affine)
      if (parameter && !sameShape(parameter.shape, [channels]))
        fail('shape', 'groupNorm', `expected scale and bias of [${channels}], got ${describe(parameter)}`)
    return { dtype, shape: x.shape }
  },
  rotary: (_, inputs) => {
    const [x, cos, sin] = inputs
    const dtype = oneDtype('rotary', inputs, ['float'])
    const width = x.shape.at(-1)
    if (x.shape.length < 2 || typeof width !== 'number' || width % 2 !== 0)
      fail('shape', 'rotary', `expected [..., tokens, even width], got ${describe(x)}`)
    const pairs = { dtype, shape: [...x.shape.slice(0, -1), width / 2] }
    if (!sameShape(cos.shape, sin.shape) || !sameShape(broadcastShapes('rotary', [pairs, cos]), pairs.shape))
      fail(
        'shape',
        'rotary',
        `expected cos and sin that fit ${printShape(pairs.shape)}, got ${describe(cos, sin)}`,
      )
    return { dtype, shape: x.shape }
  },
  reduceSum: reduce('reduceSum'),
  reduceMean: reduceSome('reduceMean'),
  reduceMax: reduceSome('reduceMax'),
  argMax: ({ axis, keepDims }, inputs) => {
    oneDtype('argMax', inputs, ['float', 'int'])
    const shape = reduced('argMax', { axes: [axis], keepDims }, inputs[0])
    checkNotEmpty('argMax', [axis], inputs[0])
    return { dtype: 'i64', shape }
  },
  reshape: ({ shape }, [x]) => {
    if (!sameDim(sizeOf(shape), sizeOf(x.shape)))
      fail(
        'shape',
        'reshape',
        `${describe(x)} has ${sizeOf(x.shape)} elements, not the ${sizeOf(shape)} of ${printShape(shape)}`,
      )
    return { dtype: x.dtype, shape }
  },
  transpose: ({ permutation }, [x]) => {
    const sorted = [...permutation].sort((a, b) => a - b)
    if (sorted.length !== x.shape.length || sorted.some((axis, i) => axis !== i))
      fail('argument', 'transpose', `[${permutation}] does not order the axes of ${describe(x)}`)
    return { dtype: x.dtype, shape: permutation.map((axis) => x.shape[axis]!) }
  },
  broadcastTo: ({ shape }, [x]) => {
    if (!sameShape(broadcastShapes('broadcastTo', [x, { dtype: x.dtype, shape }]), shape))
      fail('shape', 'broadcastTo', `${describe(x)} does not stretch to ${printShape(shape)}`)
    return { dtype: x.dtype, shape }
  },
  concat: ({ axis }, inputs) => {
    const [first, ...others] = inputs as [Tensor, ...Tensor[]]
    checkAxis('concat', axis, first)
    const rest = (t: Tensor) => t.shape.filter((_, i) => i !== axis)
    for (const other of others)
      if (other.shape.length !== first.shape.length || !sameShape(rest(first), rest(other)))
        fail('shape', 'concat', `${describe(first, other)} differ beside axis ${axis}`)
    const total = inputs.map((t) => t.shape[axis]!).reduce(addDim)
    return {
      dtype: oneDtype('concat', inputs, ['float', 'int', 'bool']),
      shape: first.shape.map((size, i) => (i === axis ? total : size)),
    }
  },
  slice: ({ starts, ends }, [x]) => {
    if (starts.length !== x.shape.length || ends.length !== x.shape.length)
      fail('argument', 'slice', `expected a start and an end for each axis of ${describe(x)}`)
    const shape = x.shape.map((size, axis) => {
      const [start, end] = [starts[axis]!, ends[axis]!]
      const length = subDim(end, start)
      const outside = [start, length, subDim(size, end)].some((d) => typeof d === 'number' && d < 0)
      if (outside) fail('shape', 'slice', `${start} to ${end} leaves axis ${axis} of ${describe(x)}`)
      return length
    })
    return { dtype: x.dtype, shape }
  },
  pad: ({ before, after }, [x]) => {
    if (before.length !== x.shape.length || after.length !== x.shape.length)
      fail('argument', 'pad', `expected a width before and after each axis of ${describe(x)}`)
    if ([...before, ...after].some((width) => !Number.isInteger(width) || width < 0))
      fail('argument', 'pad', `expected widths of at least 0, got ${before} and ${after}; use slice to cut`)
    return {
      dtype: oneDtype('pad', [x], ['float', 'int']),
      shape: x.shape.map((size, axis) => addDim(size, before[axis]! + after[axis]!)),
    }
  },
  upsampleNearest2d: ({ scale }, inputs) => {
    checkCounts('upsampleNearest2d', 'scale', [scale], 1)
    const [batch, channels, height, width] = image('upsampleNearest2d', inputs[0])
    return {
      dtype: oneDtype('upsampleNearest2d', inputs, ['float']),
      shape: [batch, channels, mulDim(height, scale), mulDim(width, scale)],
    }
  },
  gather: ({ axis }, [x, indices]) => {
    checkAxis('gather', axis, x)
    checkIndices('gather', indices)
    return {
      dtype: oneDtype('gather', [x], ['float', 'int', 'bool']),
      shape: [...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)],
    }
  },
  scatterAdd: ({ axis, size }, [indices, updates]) => {
    checkIndices('scatterAdd', indices)
    checkCounts('scatterAdd', 'axis', [axis], 0)
    const middle = updates.shape.slice(axis, axis + indices.shape.length)
    if (!sameShape(middle, indices.shape))
      fail(
        'shape',
        'scatterAdd',
        `expected updates with ${describe(indices)} at axis ${axis}, got ${describe(updates)}`,
      )
    const shape = [...updates.shape.slice(0, axis), size, ...updates.shape.slice(axis + indices.shape.length)]
    return { dtype: oneDtype('scatterAdd', [updates], ['float']), shape }
  },
  after: sameAsInput,
}
