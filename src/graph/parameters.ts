import { printShape, sameShape } from './dim.ts'
import type { DType } from './dtype.ts'
import { fail } from './error.ts'
import {
  add,
  cast,
  conv2d,
  dequantize,
  gather,
  groupNorm,
  layerNorm,
  matmul,
  mul,
  type QuantizedParts,
  quantizedMatmul,
  reshape,
  rmsNorm,
} from './ops.ts'
import type { ParameterInfo, ParameterSource, Quantization } from './source.ts'
import type { Graph, Tensor } from './tensor.ts'

/** A low-rank branch of a linear layer: y + scale · (x·downᵀ)·upᵀ. */
export interface LowRank {
  readonly rank: number
  readonly scale: number
}

/** Which linear layers get a branch, by the path of the layer (without `.weight`) and its shape [out, in]. */
export type LowRankRule = (layer: string, shape: readonly [number, number]) => LowRank | undefined

/** The paths of a branch's parameters: down [rank, in] and up [out, rank]. @param layer without `.weight` */
export function lowRankPaths(layer: string): { readonly down: string; readonly up: string } {
  const place = layer === '' ? '' : `${layer}.`
  return { down: `${place}lora_down.weight`, up: `${place}lora_up.weight` }
}

/** The layer and the part that a path of {@link lowRankPaths} means; undefined for any other path. */
export function lowRankPart(
  path: string,
): { readonly layer: string; readonly part: 'down' | 'up' } | undefined {
  const [, layer, part] = /^(?:(.+)\.)?lora_(down|up)\.weight$/s.exec(path) ?? []
  return part === undefined ? undefined : { layer: layer ?? '', part: part as 'down' | 'up' }
}

/** What stands in the place of a linear layer's output [..., out]: itself, or an input of the graph. */
export type OutputRule = (layer: string, output: Tensor) => Tensor

interface ParametersOptions {
  readonly source?: Pick<ParameterSource, 'describe' | 'name'> | undefined
  readonly dtype?: DType | undefined
  readonly prefix?: string | undefined
  /** Layers that are trained by a low-rank branch, at {@link lowRankPaths}. The source need not have them. */
  readonly lowRank?: LowRankRule | undefined
  /** Default: every layer's output is its own. */
  readonly outputs?: OutputRule | undefined
}

/**
 * A model's view of its weights, by path: `w.pp('fc1').get('weight', [256, 784])`. The same model function
 * serves checkpoints of any dtype, quantised ones and training, because the source alone decides.
 */
export class Parameters {
  readonly graph: Graph
  readonly prefix: string
  readonly #source: Pick<ParameterSource, 'describe' | 'name'> | undefined
  readonly #dtype: DType
  readonly #lowRank: LowRankRule | undefined
  readonly #outputs: OutputRule

  /** Without a source every parameter is a leaf of `dtype`, with the shape that the model asks for. */
  constructor(graph: Graph, options: ParametersOptions = {}) {
    this.graph = graph
    this.prefix = options.prefix ?? ''
    this.#source = options.source
    this.#dtype = options.dtype ?? 'f32'
    this.#lowRank = options.lowRank
    this.#outputs = options.outputs ?? ((_layer, output) => output)
  }

  /** The parameters below a name ("push prefix"). */
  pp(name: string | number): Parameters {
    return new Parameters(this.graph, {
      source: this.#source,
      dtype: this.#dtype,
      prefix: this.path(String(name)),
      lowRank: this.#lowRank,
      outputs: this.#outputs,
    })
  }

  path(name: string): string {
    return this.prefix === '' ? name : `${this.prefix}.${name}`
  }

  /** True when the source has the tensor, or when there is no source to ask. */
  has(name: string): boolean {
    return this.#source === undefined || this.#source.describe(this.path(name)) !== undefined
  }

  /** The tensor `name`, in the compute dtype. @throws GraphError naming the path, the wanted and the found shape. */
  get(name: string, shape: readonly number[]): Tensor {
    const path = this.path(name)
    const info = this.#info(path, shape)
    const base = info?.quantization
      ? dequantize(this.#quantized(path, info.quantization, shape))
      : this.#stored(path, info, shape)
    const scale = info?.scale && this.#scale(path, info.scale, shape)
    const scaled = scale ? mul(cast(base, this.#dtype), scale) : cast(base, this.#dtype)
    if (info?.lowRank === undefined) return scaled
    const { up, down } = this.#change(path, info.lowRank, shape)
    return add(scaled, reshape(matmul(up, down), shape))
  }

  /** x·Wᵀ + b with torch's layout: x [..., in], `weight` [out, in], `bias` [out]. */
  linear(x: Tensor, out: number, options: { bias?: boolean | undefined } = {}): Tensor {
    const inner = this.#known(x, -1)
    const product = this.#product(x, [out, inner])
    const whole = options.bias === false ? product : add(product, this.get('bias', [out]))
    const lowRank = this.#lowRank?.(this.prefix, [out, inner])
    const output = lowRank ? add(whole, this.#branch(x, [out, inner], lowRank)) : whole
    return this.#outputs(this.prefix, output)
  }

  /**
   * A square convolution of x [n, in, h, w] with `weight` [out, in, kernel, kernel], plus `bias` [out]: [n, out, …].
   * Default: stride 1, and the padding that keeps the size at stride 1.
   */
  conv2d(
    x: Tensor,
    out: number,
    options: {
      readonly kernel: number
      readonly stride?: number | undefined
      readonly padding?: number | undefined
      readonly bias?: boolean | undefined
    },
  ): Tensor {
    const { kernel, stride = 1, padding = (kernel - 1) / 2 } = options
    const weight = this.get('weight', [out, this.#known(x, 1), kernel, kernel])
    const bias = options.bias === false ? undefined : this.get('bias', [out])
    return conv2d(x, weight, bias, { stride, padding })
  }

  /** Rows of the table `weight` [rows, width], one for each id: ids […] give […, width]. */
  embedding(ids: Tensor, [rows, width]: readonly [rows: number, width: number]): Tensor {
    return gather(this.get('weight', [rows, width]), ids)
  }

  /** Layer normalisation of x's last dimension, with `weight` and `bias` of its size. */
  layerNorm(x: Tensor, { epsilon }: { readonly epsilon: number }): Tensor {
    const width = this.#known(x, -1)
    return layerNorm(x, { epsilon, scale: this.get('weight', [width]), bias: this.get('bias', [width]) })
  }

  /** Root mean square normalisation of x's last dimension, with `weight` of its size. */
  rmsNorm(x: Tensor, { epsilon }: { readonly epsilon: number }): Tensor {
    return rmsNorm(x, { epsilon, scale: this.get('weight', [this.#known(x, -1)]) })
  }

  /** Group normalisation of x [n, c, h, w], with `weight` and `bias` [c]. */
  groupNorm(x: Tensor, options: { readonly groups: number; readonly epsilon: number }): Tensor {
    const channels = this.#known(x, 1)
    return groupNorm(x, {
      ...options,
      scale: this.get('weight', [channels]),
      bias: this.get('bias', [channels]),
    })
  }

  /** A size of x that a weight has, too. @throws GraphError where it is open */
  #known(x: Tensor, axis: number): number {
    const size = x.shape.at(axis)
    if (typeof size === 'number') return size
    fail(
      'shape',
      this.path('weight'),
      `expected x with a known ${axis === -1 ? 'last dimension' : `dimension ${axis}`}, got ${printShape(x.shape)}`,
    )
  }

  /** x·Wᵀ, where W is stored as its source has it: scales and low-rank changes act on the product, not on the weight. */
  #product(x: Tensor, shape: readonly [number, number]): Tensor {
    const path = this.path('weight')
    const info = this.#info(path, shape)
    const base = info?.quantization
      ? quantizedMatmul(x, this.#quantized(path, info.quantization, shape))
      : matmul(x, cast(this.#stored(path, info, shape), this.#dtype), { transposeB: true })
    // One number, or one for each output.
    const scaled = info?.scale ? mul(base, this.#factors(path, info.scale, shape)) : base
    if (info?.lowRank === undefined) return scaled
    const { up, down } = this.#change(path, info.lowRank, shape)
    return add(scaled, matmul(matmul(x, down, { transposeB: true }), up, { transposeB: true }))
  }

  #stored(path: string, info: ParameterInfo | undefined, shape: readonly number[]): Tensor {
    if (info?.stored) return this.graph.parameter(`${path}.stored`, info.stored, shape)
    return this.graph.parameter(path, info?.dtype ?? this.#dtype, shape)
  }

  /** The scale of a weight: [], or [out]. */
  #factors(path: string, scale: 'tensor' | 'row', [out]: readonly number[]): Tensor {
    return cast(this.graph.parameter(`${path}.scale`, 'f32', scale === 'row' ? [out!] : []), this.#dtype)
  }

  /** The same with the weight's dimensions: [], or [out, 1, …]. */
  #scale(path: string, scale: 'tensor' | 'row', shape: readonly number[]): Tensor {
    const factors = this.#factors(path, scale, shape)
    return scale === 'row' ? reshape(factors, [shape[0]!, ...shape.slice(1).map(() => 1)]) : factors
  }

  #change(path: string, rank: number, [out, ...inner]: readonly number[]): { up: Tensor; down: Tensor } {
    const columns = inner.reduce((product, size) => product * size, 1)
    return {
      up: cast(this.graph.parameter(`${path}.up`, 'f32', [out!, rank]), this.#dtype),
      down: cast(this.graph.parameter(`${path}.down`, 'f32', [rank, columns]), this.#dtype),
    }
  }

  #branch(x: Tensor, [out, inner]: readonly [number, number], { rank, scale }: LowRank): Tensor {
    const paths = lowRankPaths(this.prefix)
    const part = (path: string, shape: readonly number[]) =>
      cast(this.graph.parameter(path, 'f32', shape), x.dtype)
    const narrow = matmul(x, part(paths.down, [rank, inner]), { transposeB: true })
    return matmul(mul(narrow, scale), part(paths.up, [out, rank]), { transposeB: true })
  }

  #info(path: string, shape: readonly number[]): ParameterInfo | undefined {
    if (this.#source === undefined) return undefined
    const info = this.#source.describe(path)
    if (info === undefined)
      fail(
        'parameter',
        path,
        `expected shape ${printShape(shape)}, got no such tensor in ${this.#source.name}`,
      )
    if (!sameShape(info.shape, shape))
      fail(
        'parameter',
        path,
        `expected shape ${printShape(shape)}, got ${printShape(info.shape)} in ${this.#source.name}`,
      )
    return info
  }

  #quantized(path: string, { bits, block }: Quantization, shape: readonly number[]): QuantizedParts {
    const [out, inner] = shape as [number, number]
    const blocks = Math.ceil(inner / block)
    return {
      q: this.graph.parameter(`${path}.q`, 'u8', [out, blocks, (block * bits) / 8]),
      scales: this.graph.parameter(`${path}.scales`, 'f32', [out, blocks]),
      bits,
      block,
      inner,
    }
  }
}
