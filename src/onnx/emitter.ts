import {
  bytesOf,
  type Dim,
  type DType,
  foldDim,
  type Op,
  type OpParams,
  type Shape,
  type Tensor,
  type TensorValue,
  tensorValue,
} from '../graph/index.ts'
import { RuntimeError } from './error.ts'
import type { Attribute, ModelNode, ModelTensor } from './proto.ts'
import type { Target } from './target.ts'

/** A value of the model being written: its name, and the dtype that it has there. */
export interface Value {
  readonly name: string
  readonly dtype: DType
}

/** Writes the nodes of one op; `operands` are the values of its inputs, in their carriers. */
export type Rule<O extends Op> = (context: RuleContext<O>, operands: readonly Value[]) => Value

export interface RuleContext<O extends Op> {
  readonly node: Tensor<O>
  readonly params: OpParams[O]
  /** The tensors of the operands, without a bias that follows them. */
  readonly operands: readonly Tensor[]
  /** The dtype that the result has in the model. */
  readonly dtype: DType
  readonly emitter: Emitter
  readonly accuracyLevel: AccuracyLevel
}

/** What `MatMulNBits` does to its activations: 4 quantises them to 8 bits by rows and blocks (fastest), 1 keeps f32. */
export type AccuracyLevel = 1 | 4

/** Where the size behind a name in a shape can be read when the model runs. */
export interface SymbolPlace {
  readonly value: string
  readonly axis: number
}

type Attributes = Readonly<Record<string, Attribute>>

/** Collects a model's nodes and constants; the same constant, shape or size is written once. */
export class Emitter {
  readonly initializers: ModelTensor[] = []
  /** Names of nodes that a GPU provider accepts but cannot run: they run on the CPU. */
  readonly hostNodes: string[] = []
  readonly target: Target
  readonly #nodes: ModelNode[] = []
  /** Values that nodes make. */
  readonly #made = new Set<string>()
  readonly #renamed = new Map<string, string>()
  readonly #symbols: ReadonlyMap<string, SymbolPlace>
  readonly #known = new Map<string, string>()
  #label = ''
  #count = 0

  constructor(target: Target, symbols: ReadonlyMap<string, SymbolPlace>) {
    this.target = target
    this.#symbols = symbols
  }

  /** Names what is written next after the node of the graph that it comes from, for profiles and messages. */
  startNode(node: Tensor): void {
    const segment = node.segment === undefined ? '' : `${node.segment}/`
    this.#label = `${segment}${node.op}.${node.id}`
  }

  /** Writes a node of ONNX and gives its result. */
  emit(op: string, inputs: readonly Value[], dtype: DType, attributes: Attributes = {}): Value {
    return this.#write({ op, domain: '', inputs, dtype, attributes })
  }

  /** Writes a node of ONNX Runtime's own domain, `com.microsoft`; an operand may be left out by undefined. */
  emitMicrosoft(
    op: string,
    inputs: readonly (Value | undefined)[],
    dtype: DType,
    attributes: Attributes = {},
  ): Value {
    return this.#write({ op, domain: 'com.microsoft', inputs, dtype, attributes })
  }

  /** Gives a value the name of an output: the node that makes it gets it, or a copy where that cannot be. */
  output(name: string, value: Value): void {
    if (this.#made.has(value.name) && !this.#renamed.has(value.name)) this.#renamed.set(value.name, name)
    else {
      const { name: copy } = this.#write({
        op: 'Identity',
        domain: '',
        inputs: [value],
        dtype: value.dtype,
        attributes: {},
      })
      this.#renamed.set(copy, name)
    }
  }

  /**
   * The nodes under the final names of their values, those that nothing reads at the end and backward. ONNX
   * Runtime goes through them from the last to the first and runs what each one needs: in this order the gradient
   * of every layer's weights is done before the backward pass goes on, and what it was computed from is freed.
   */
  finished(): ModelNode[] {
    const final = (name: string): string => this.#renamed.get(name) ?? name
    const read = new Set(this.#nodes.flatMap(({ inputs }) => inputs))
    const isRead = ({ outputs }: ModelNode): boolean => outputs.some((name) => read.has(name))
    const ends = this.#nodes.filter((node) => !isRead(node)).reverse()
    return [...this.#nodes.filter(isRead), ...ends].map((node) => ({
      ...node,
      inputs: node.inputs.map(final),
      outputs: node.outputs.map(final),
    }))
  }

  /** True for a value that became an output. */
  isOutput(value: string): boolean {
    return this.#renamed.has(value)
  }

  /** Keeps the node that makes a value on the CPU. */
  onHost(value: Value): Value {
    this.hostNodes.push(value.name)
    return value
  }

  /** A constant of the model. */
  constant(value: TensorValue): Value {
    const bytes = bytesOf(value)
    const write = (): string => {
      const name = this.#name('constant')
      const { dtype, shape } = value
      this.initializers.push({ name, dtype, shape, data: { bytes } })
      return name
    }
    const key = `${value.dtype} [${value.shape}] ${Buffer.from(bytes).toString('latin1')}`
    const name = bytes.byteLength <= 512 ? this.#once(key, write) : write()
    return { name, dtype: value.dtype }
  }

  scalar(dtype: DType, number: number): Value {
    return this.constant(tensorValue(dtype, [], [number]))
  }

  /** A list of whole numbers, i64 [count]. */
  ints(numbers: readonly number[]): Value {
    return this.constant(tensorValue('i64', [numbers.length], numbers))
  }

  /** A size as i64 [1]. */
  size(size: Dim): Value {
    if (typeof size === 'number') return this.ints([size])
    const name = this.#once(`size ${size.text}`, () => {
      const binary = (op: string) => (a: Value, b: Value) => this.emit(op, [a, b], 'i64')
      return foldDim<Value>(size, {
        constant: (value) => this.ints([value]),
        symbol: (symbol) => this.#symbol(symbol),
        add: binary('Add'),
        mul: binary('Mul'),
        floorDiv: (a, by) => this.emit('Div', [a, this.ints([by])], 'i64'),
      }).name
    })
    return { name, dtype: 'i64' }
  }

  /** A shape as i64 [rank]. */
  shape(shape: Shape): Value {
    if (shape.every((size) => typeof size === 'number')) return this.ints(shape)
    const name = this.#once(`shape [${shape}]`, () => {
      const parts = shape.map((size) => this.size(size))
      return parts.length === 1 ? parts[0]!.name : this.emit('Concat', parts, 'i64', { axis: 0 }).name
    })
    return { name, dtype: 'i64' }
  }

  /** The same elements in another shape. */
  reshape(x: Value, shape: Shape): Value {
    const open = shape.filter((size) => typeof size !== 'number').length
    const simple = open <= 1 && !shape.includes(0)
    if (!simple) return this.emit('Reshape', [x, this.shape(shape)], x.dtype, { allowzero: 1 })
    // At most one size is open, and none is 0: ONNX Runtime works it out without any arithmetic on shapes.
    const sizes = shape.map((size) => (typeof size === 'number' ? size : -1))
    return this.emit('Reshape', [x, this.ints(sizes)], x.dtype)
  }

  transpose(x: Value, permutation: readonly number[]): Value {
    return this.emit('Transpose', [x], x.dtype, { perm: permutation })
  }

  /** Casts elements to a dtype; does nothing if they already have it. */
  cast(x: Value, to: DType): Value {
    if (x.dtype === to) return x
    const name = this.#once(`cast ${x.name} ${to}`, () => {
      // Without saturation what is too large for an 8-bit float becomes NaN or infinity, as in every other cast.
      const attributes: Attributes = to.startsWith('f8')
        ? { to: { type: to }, saturate: 0 }
        : { to: { type: to } }
      const value = this.emit('Cast', [x], to, attributes)
      const touchesHalf = to === 'f16' || x.dtype === 'f16'
      return (touchesHalf && this.target.half === 'nothing' ? this.onHost(value) : value).name
    })
    return { name, dtype: to }
  }

  #symbol(symbol: string): Value {
    const place = this.#symbols.get(symbol)
    if (!place) throw new RuntimeError('internal', `internal: no input gives the size '${symbol}'`)
    const name = this.#once(`symbol ${symbol}`, () => {
      const { value, axis } = place
      return this.emit('Shape', [{ name: value, dtype: 'i64' }], 'i64', { start: axis, end: axis + 1 }).name
    })
    return { name, dtype: 'i64' }
  }

  #once(key: string, write: () => string): string {
    const known = this.#known.get(key)
    if (known !== undefined) return known
    const name = write()
    this.#known.set(key, name)
    return name
  }

  #write(node: {
    op: string
    domain: string
    inputs: readonly (Value | undefined)[]
    dtype: DType
    attributes: Attributes
  }): Value {
    const { op, domain, inputs, dtype, attributes } = node
    const name = this.#name(`${this.#label}/${op}`)
    const names = inputs.map((input) => input?.name ?? '')
    while (names.at(-1) === '') names.pop()
    this.#nodes.push({ name, op, domain, inputs: names, outputs: [name], attributes })
    this.#made.add(name)
    return { name, dtype }
  }

  #name(label: string): string {
    return `${label}.${this.#count++}`
  }
}
