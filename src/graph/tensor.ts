import type { Shape, ShapeLike } from './dim.ts'
import { printShape, shapeOf } from './dim.ts'
import { type DType, dtypes } from './dtype.ts'
import { fail } from './error.ts'
import { infer } from './infer.ts'
import { type Op, type OperandsOf, type OpParams, ops } from './op.ts'
import { printNode } from './print.ts'
import { allocate, elementCount, hasDtype, type TensorValue } from './value.ts'

/** One node of a graph: the result of an op. Immutable; equal nodes of a graph are one object. */
export interface Tensor<O extends Op = Op> {
  readonly graph: Graph
  /** Rises with creation, so that operands always have smaller ids than their results. */
  readonly id: number
  readonly op: O
  readonly inputs: readonly Tensor[]
  readonly params: OpParams[O]
  readonly dtype: DType
  readonly shape: Shape
  /** The segment being built when the node was first made; see {@link Graph.segment}. */
  readonly segment: string | undefined
  /** `%3: f32[tokens, 64] = matmul(x, fc.weight) transposeB`; operands that have no name are numbered by their ids. */
  toString(): string
}

/** Narrows a node to its op. */
export function isOp<O extends Op>(tensor: Tensor, op: O): tensor is Tensor<O> {
  return tensor.op === op
}

class Node<O extends Op> implements Tensor<O> {
  readonly graph: Graph
  readonly id: number
  readonly op: O
  readonly inputs: readonly Tensor[]
  readonly params: OpParams[O]
  readonly dtype: DType
  readonly shape: Shape
  readonly segment: string | undefined

  constructor(parts: Omit<Tensor<O>, 'toString'>) {
    this.graph = parts.graph
    this.id = parts.id
    this.op = parts.op
    this.inputs = parts.inputs
    this.params = parts.params
    this.dtype = parts.dtype
    this.shape = parts.shape
    this.segment = parts.segment
    Object.freeze(this)
  }

  toString(): string {
    return printNode(this as Tensor)
  }
}

/** Where nodes live: building the same expression twice gives the same node. */
export class Graph {
  readonly #interned = new Map<string, Tensor>()
  readonly #leaves = new Map<string, Tensor>()
  readonly #arrayIds = new WeakMap<object, number>()
  #arrays = 0
  #segment: string | undefined

  /**
   * A tensor given at each run.
   * @throws GraphError when the name was taken with another type or shape, or by a parameter
   */
  input(name: string, dtype: DType, shape: ShapeLike): Tensor {
    return this.#leaf(name, 'input', { name, dtype, shape: shapeOf(shape) })
  }

  /**
   * A tensor that a parameter source gives under `path`.
   * @throws GraphError when the path was taken with another type or shape, or by an input
   */
  parameter(path: string, dtype: DType, shape: ShapeLike): Tensor {
    return this.#leaf(path, 'parameter', { path, dtype, shape: shapeOf(shape) })
  }

  /**
   * A fixed tensor. The data is not copied: do not change it afterwards.
   * @throws GraphError when the data does not fit dtype and shape
   */
  constant(value: TensorValue): Tensor<'constant'> {
    checkValue(value)
    return this.node('constant', { value }, [])
  }

  /**
   * Names the nodes made inside `build` as one segment of a model, so that plans can run it on its own and
   * gradients can recompute it. Segments do not nest: the inner name holds inside.
   */
  segment<T>(name: string, build: () => T): T {
    const outer = this.#segment
    this.#segment = name
    try {
      return build()
    } finally {
      this.#segment = outer
    }
  }

  /** The node of an op over operands; the functions of ops.ts are the readable way to make one. */
  node<O extends Op>(op: O, params: OpParams[O], inputs: readonly Tensor[]): Tensor<O> {
    const [least, most] = ops[op].arity
    if (inputs.length < least || inputs.length > most)
      fail('argument', op, `expected ${least} to ${most} operands, got ${inputs.length}`)
    for (const input of inputs)
      if (input.graph !== this) fail('argument', op, 'the operands belong to different graphs')
    const given =
      op === 'constant' ? this.#valueKey((params as OpParams['constant']).value) : paramsKey(params)
    const key = `${op}(${inputs.map((input) => input.id)})${given}`
    const known = this.#interned.get(key)
    if (known) return known as Tensor<O>
    // The arity was checked above.
    const { dtype, shape } = infer[op](params, inputs as unknown as OperandsOf<Tensor>[O])
    const id = this.#interned.size
    const node = new Node({ graph: this, id, op, inputs, params, dtype, shape, segment: this.#segment })
    this.#interned.set(key, node as Tensor)
    return node
  }

  /** Nodes made so far. */
  get size(): number {
    return this.#interned.size
  }

  toString(): string {
    return `Graph of ${this.size} nodes`
  }

  #leaf<O extends 'input' | 'parameter'>(name: string, op: O, params: OpParams[O]): Tensor {
    const node: Tensor = this.node(op, params, []) as Tensor
    const known = this.#leaves.get(name)
    if (known && known !== node)
      fail(
        'parameter',
        `${op} '${name}'`,
        `${known.op} '${name}' is ${known.dtype} ${printShape(known.shape)} already, got ${node.dtype} ${printShape(node.shape)}; use another name`,
      )
    this.#leaves.set(name, node)
    return node
  }

  /** Short constants are equal by content, long ones by identity, so that no weight is ever hashed. */
  #valueKey({ dtype, shape, data }: TensorValue): string {
    if (data.length <= 64) {
      const numbers = Array.from<number | bigint, string>(data, (x) => (Object.is(x, -0) ? '-0' : String(x)))
      return `${dtype}[${shape}]${numbers}`
    }
    const id = this.#arrayIds.get(data) ?? this.#arrays++
    this.#arrayIds.set(data, id)
    return `${dtype}[${shape}]array ${id}`
  }
}

// Node's `console.log` asks an object for its text by this name; elsewhere nothing asks.
for (const shown of [Node, Graph])
  Object.defineProperty(shown.prototype, Symbol.for('nodejs.util.inspect.custom'), {
    value(this: Node<Op> | Graph): string {
      return this.toString()
    },
  })

/** Equal for equal parameters: JSON, which writes a symbolic dimension as its text, but for its numbers. */
function paramsKey(params: object): string {
  return JSON.stringify(params, (_, value: unknown) => {
    if (typeof value === 'number' && !Number.isFinite(value)) return String(value)
    return Object.is(value, -0) ? '-0' : value
  })
}

function checkValue(value: TensorValue): void {
  const { dtype, shape, data }: TensorValue = value
  if (!(dtype in dtypes))
    fail('dtype', 'constant', `expected one of ${Object.keys(dtypes).join(', ')}, got '${dtype}'`)
  if (!hasDtype(value, dtype) || data.length !== elementCount(shape))
    fail(
      'shape',
      'constant',
      `expected ${elementCount(shape)} elements in a ${allocate(dtype, 0).constructor.name} for ${dtype} [${shape}], got ${data.length} in a ${data.constructor.name}`,
    )
}
