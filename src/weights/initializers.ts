import { createHash } from 'node:crypto'
import type { DType, ParameterSource, Shape } from '../graph/index.ts'
import { TorchGenerator } from '../random/index.ts'
import { listed, shown, shownShape, WeightsError } from './error.ts'
import { type FloatDType, fromFloat32, isFloatDType } from './floats.ts'
import { countElements } from './header.ts'

/** The first values of one parameter: f32, row-major, as many as the shape has elements. */
export type Initializer = (shape: readonly number[], random: TorchGenerator) => Float32Array

/** Which initializer a parameter gets; undefined leaves it to {@link defaultInitializer}. */
export type InitializerRule = (path: string, shape: readonly number[]) => Initializer | undefined

export interface InitializeOptions {
  /** A whole number from 0 to 2⁵³ − 1. */
  readonly seed: number
  readonly rule?: InitializerRule
}

/** Every element is `value`. */
export function constant(value: number): Initializer {
  return (shape) => new Float32Array(sizeOf(shape)).fill(value)
}

export const zeros: Initializer = constant(0)
export const ones: Initializer = constant(1)

/** Independent normal values around 0 with a standard deviation. */
export function normal(std: number): Initializer {
  return (shape, random) => random.randn(sizeOf(shape)).map((value) => value * std)
}

/** Normal values around 0, drawn again where they are further than `limit` standard deviations from it. */
export function truncatedNormal(std: number, limit = 2): Initializer {
  if (!(limit > 0))
    throw new WeightsError('argument', `truncatedNormal: expected a limit above 0, got ${limit}`)
  return (shape, random) => {
    const values = new Float32Array(sizeOf(shape))
    for (let filled = 0; filled < values.length; )
      for (const value of random.randn(Math.max(16, values.length - filled)))
        if (Math.abs(value) <= limit && filled < values.length) values[filled++] = value * std
    return values
  }
}

/** Independent values, uniform between −bound and bound. */
export function uniform(bound: number): Initializer {
  return (shape, random) => random.rand(sizeOf(shape)).map((value) => (2 * value - 1) * bound)
}

/** Glorot and Bengio (2010): uniform with bound gain · √(6 / (fan in + fan out)), for weights of rank 2 or more. */
export function xavierUniform(gain = 1): Initializer {
  return (shape, random) => {
    const { fanIn, fanOut } = fans('xavierUniform', shape)
    return uniform(gain * Math.sqrt(6 / (fanIn + fanOut)))(shape, random)
  }
}

/**
 * He et al. (2015): uniform with bound √(6 / ((1 + slope²) · fan in)), for weights of rank 2 or more. The slope
 * √5 is that of `nn.Linear` and `nn.Conv2d` in PyTorch and makes the bound 1 / √(fan in).
 */
export function kaimingUniform(slope: number = Math.sqrt(5)): Initializer {
  return (shape, random) => {
    const { fanIn } = fans('kaimingUniform', shape)
    return uniform(Math.sqrt(6 / ((1 + slope ** 2) * fanIn)))(shape, random)
  }
}

/**
 * What PyTorch's layers start with, by name and rank: matrices and kernels `….weight` by {@link kaimingUniform},
 * the scales of normalisations (`….weight`, `….scale` of rank 1) with ones; but biases with zeros. Undefined for
 * any other name.
 */
export function defaultInitializer(path: string, shape: readonly number[]): Initializer | undefined {
  const name = path.slice(path.lastIndexOf('.') + 1)
  if (name === 'weight' && shape.length >= 2) return kaimingUniform()
  if (name === 'bias') return zeros
  return (name === 'weight' || name === 'scale') && shape.length === 1 ? ones : undefined
}

/**
 * A new model's parameters: `initialize(program(outputs).parameters, { seed: 7 })`. Each parameter's numbers
 * depend on the seed and its path alone, and are computed when it is read, in f32, then rounded to its dtype.
 * @throws WeightsError that names all parameters for which there is no initializer
 */
export function initialize(
  parameters: ReadonlyMap<string, { readonly dtype: DType; readonly shape: Shape }>,
  { seed, rule }: InitializeOptions,
): ParameterSource {
  if (!Number.isSafeInteger(seed) || seed < 0)
    throw new WeightsError('argument', `initialize: expected a whole seed from 0 to 2^53 - 1, got ${seed}`)
  const name = `initializers with seed ${seed}`
  const planned = new Map<string, Planned>()
  const refused: string[] = []
  for (const [path, { dtype, shape }] of parameters) {
    const initializer = isKnown(shape) ? (rule?.(path, shape) ?? defaultInitializer(path, shape)) : undefined
    if (initializer === undefined || !isKnown(shape) || !isFloatDType(dtype))
      refused.push(`${shown(path)} ${dtype} ${shownShape(shape)}`)
    else planned.set(path, { dtype, shape, initializer })
  }
  if (refused.length > 0)
    throw new WeightsError(
      'parameters',
      `${name}: expected float parameters with a rule or a default, got ${listed(refused)}; return an initializer from \`rule\``,
    )
  return {
    name,
    paths: () => planned.keys(),
    describe: (path) => {
      const plan = planned.get(path)
      return plan && { dtype: plan.dtype, shape: plan.shape }
    },
    locate: () => undefined,
    read: async (path) => {
      const plan = planned.get(path)
      if (plan === undefined)
        throw new WeightsError('missing', `${name}: no parameter ${shown(path)}, check its name`)
      const values = plan.initializer(plan.shape, generatorFor(seed, path))
      if (values.length !== sizeOf(plan.shape))
        throw new WeightsError(
          'shape',
          `${name}: parameter ${shown(path)}: expected ${sizeOf(plan.shape)} values for ${shownShape(plan.shape)}, got ${values.length} from its initializer`,
        )
      return fromFloat32(values, plan.dtype)
    },
  }
}

interface Planned {
  readonly dtype: FloatDType
  readonly shape: readonly number[]
  readonly initializer: Initializer
}

/** The generator takes 32 bits of the hash: of a thousand parameters, two share them once in ten thousand seeds. */
function generatorFor(seed: number, path: string): TorchGenerator {
  const hash = createHash('sha256').update(`${seed} ${path}`).digest()
  return new TorchGenerator(hash.readUInt32LE(0))
}

function isKnown(shape: Shape): shape is readonly number[] {
  return shape.every((size) => typeof size === 'number')
}

function sizeOf(shape: readonly number[]): number {
  const size = countElements(shape)
  if (size === undefined)
    throw new WeightsError('shape', `initializer: expected safe integers as sizes, got ${shownShape(shape)}`)
  return size
}

/** Inputs and outputs of one unit of a weight [out, in, …kernel]. */
function fans(where: string, shape: readonly number[]): { fanIn: number; fanOut: number } {
  const [out, inner, ...kernel] = shape
  if (out === undefined || inner === undefined)
    throw new WeightsError(
      'shape',
      `${where}: expected a weight [out, in, …], got ${shownShape(shape)}, use another initializer`,
    )
  const field = sizeOf(kernel)
  return { fanIn: inner * field, fanOut: out * field }
}
