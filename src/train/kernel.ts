/*
 * The optimizer's passes over memory in WebAssembly, four numbers at a time: written here by hand, because a compiler
 * and a binary in the repository would be more to carry than these hundred lines. JavaScript needs 8 ms for a million
 * parameters, this 2 ms, which is what reading and writing 28 bytes for each takes.
 */

import { TrainError } from './error.ts'

/** One block of memory and what is done in it. Places are byte offsets, multiples of 16; ends are exclusive. */
export interface Kernel {
  readonly buffer: ArrayBuffer
  /** One step of AdamW over the weights from `weight` to `end`, and the gradients and means at their places. */
  adamw(places: StepPlaces, factors: StepFactors): void
  /** Σ x² from `start` to `end`, summed in f64. */
  sumOfSquares(start: number, end: number): number
}

export interface StepPlaces {
  readonly weight: number
  readonly end: number
  readonly gradient: number
  readonly mean: number
  readonly square: number
}

/** w ← w·keep − rate·m / (√s·correction + epsilon), with g·scale in m and s. */
export interface StepFactors {
  readonly rate: number
  readonly keep: number
  readonly beta1: number
  readonly beta2: number
  readonly correction: number
  readonly epsilon: number
  readonly scale: number
}

const pageBytes = 65_536

/** The part of WebAssembly used here; the types of Node 20 declare only its name. */
interface WebAssemblyApi {
  readonly Memory: new (options: { readonly initial: number }) => { readonly buffer: ArrayBuffer }
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => object
  readonly Instance: new (
    module: object,
    imports: Readonly<Record<string, object>>,
  ) => { readonly exports: Readonly<Record<string, unknown>> }
}

/** Memory for some numbers, all zero. @throws TrainError where the system does not have that much, or beyond 4 GiB */
export function openKernel(floats: number): Kernel {
  const { Memory, Module, Instance } = (globalThis as unknown as { WebAssembly: WebAssemblyApi }).WebAssembly
  const memory = allocate(Memory, floats)
  const { exports } = new Instance(new Module(moduleBytes()), { js: { memory } })
  const adamw = exports.adamw as (...numbers: number[]) => void
  const sumOfSquares = exports.sumOfSquares as (start: number, end: number) => number
  return {
    buffer: memory.buffer,
    sumOfSquares,
    adamw: ({ weight, gradient, mean, square, end }, f) =>
      adamw(
        ...[weight, gradient, mean, square, end],
        ...[f.scale, f.beta1, 1 - f.beta1, f.beta2, 1 - f.beta2, f.keep, f.rate, f.correction, f.epsilon],
      ),
  }
}

function allocate(Memory: WebAssemblyApi['Memory'], floats: number): { readonly buffer: ArrayBuffer } {
  try {
    return new Memory({ initial: Math.ceil((4 * floats) / pageBytes) })
  } catch (error) {
    throw new TrainError(
      'memory',
      `AdamW: cannot allocate ${((4 * floats) / 1e9).toFixed(1)} GB for weights, gradients and AdamW's moments; train a LoRA, or a smaller model`,
      { cause: error },
    )
  }
}

type Code = readonly number[]

/** Unsigned LEB128. */
function count(n: number): number[] {
  return n < 128 ? [n] : [(n & 127) | 128, ...count(n >>> 7)]
}

const vector = (opcode: number): Code => [0xfd, ...count(opcode)]
const [i32, f32, f64, v128] = [0x7f, 0x7d, 0x7c, 0x7b] as const
const get = (local: number): Code => [0x20, local]
const set = (local: number): Code => [0x21, local]
const tee = (local: number): Code => [0x22, local]
/** Aligned to 16 bytes, no offset. */
const load: Code = [...vector(0x00), 4, 0]
const store: Code = [...vector(0x0b), 4, 0]
const splat = vector(0x13)
const sqrt = vector(0xe3)
const [add, sub, mul, div] = [vector(0xe4), vector(0xe5), vector(0xe6), vector(0xe7)] as const
const [promoteLow, addDoubles] = [vector(0x5f), vector(0xf0)] as const
const lane = (index: number): Code => [...vector(0x21), index]
const addDouble: Code = [0xa0]
/** The upper two numbers of a vector in the place of the lower two. */
const upperHalf: Code = [
  ...vector(0x0d),
  ...Array.from({ length: 16 }, (_, byte) => (byte < 8 ? byte + 8 : byte)),
]
const advance = (local: number): Code => [...get(local), 0x41, 16, 0x6a, ...set(local)]
/** Repeats while a place is before an end. */
const loop = (place: number, end: number, body: Code): Code => [
  ...[0x02, 0x40, 0x03, 0x40, ...get(place), ...get(end), 0x4f, 0x0d, 1],
  ...body,
  ...[0x0c, 0, 0x0b, 0x0b],
]

interface Routine {
  readonly name: string
  readonly parameters: readonly number[]
  readonly results: readonly number[]
  /** Locals in addition to the parameters, all vectors. */
  readonly vectors: number
  readonly body: Code
}

/** Parameters: four places, the end, and nine factors, which are spread over vectors first. */
const adamw: Routine = (() => {
  const [w, g, m, s, end] = [0, 1, 2, 3, 4] as const
  const firstFactor = 5
  const factors = 9
  const spread = firstFactor + factors
  const [scale, beta1, rest1, beta2, rest2, keep, rate, correction, epsilon] = Array.from(
    { length: factors },
    (_, i) => get(spread + i),
  ) as [Code, Code, Code, Code, Code, Code, Code, Code, Code]
  const [gradient, mean, square] = [spread + factors, spread + factors + 1, spread + factors + 2] as const
  const body = [
    ...[...get(g), ...load, ...scale, ...mul, ...set(gradient)],
    // m ← β₁·m + (1 − β₁)·g
    ...[...get(m), ...get(m), ...load, ...beta1, ...mul],
    ...[...get(gradient), ...rest1, ...mul, ...add, ...tee(mean), ...store],
    // s ← β₂·s + (1 − β₂)·g²
    ...[...get(s), ...get(s), ...load, ...beta2, ...mul],
    ...[...get(gradient), ...get(gradient), ...mul, ...rest2, ...mul, ...add, ...tee(square), ...store],
    // w ← keep·w − rate·m / (√s·correction + ε)
    ...[...get(w), ...get(w), ...load, ...keep, ...mul, ...rate, ...get(mean), ...mul],
    ...[...get(square), ...sqrt, ...correction, ...mul, ...epsilon, ...add, ...div, ...sub, ...store],
    ...[w, g, m, s].flatMap(advance),
  ]
  return {
    name: 'adamw',
    parameters: [i32, i32, i32, i32, i32, ...Array<number>(factors).fill(f32)],
    results: [],
    vectors: factors + 3,
    body: [
      ...Array.from({ length: factors }, (_, i) => [
        ...get(firstFactor + i),
        ...splat,
        ...set(spread + i),
      ]).flat(),
      ...loop(w, end, body),
    ],
  }
})()

const sumOfSquares: Routine = (() => {
  const [place, end, sum, x] = [0, 1, 2, 3] as const
  const body = [
    ...[...get(place), ...load, ...tee(x), ...get(x), ...mul, ...set(x)],
    ...[...get(sum), ...get(x), ...promoteLow, ...addDoubles],
    ...[...get(x), ...get(x), ...upperHalf, ...promoteLow, ...addDoubles, ...set(sum)],
    ...advance(place),
  ]
  return {
    name: 'sumOfSquares',
    parameters: [i32, i32],
    results: [f64],
    vectors: 2,
    body: [...loop(place, end, body), ...get(sum), ...lane(0), ...get(sum), ...lane(1), ...addDouble],
  }
})()

/** https://webassembly.github.io/spec/core/binary/modules.html */
function moduleBytes(): Uint8Array<ArrayBuffer> {
  const routines = [adamw, sumOfSquares]
  const list = (items: readonly Code[]): number[] => [...count(items.length), ...items.flat()]
  const section = (id: number, content: Code): number[] => [id, ...count(content.length), ...content]
  const text = (name: string): number[] => [...count(name.length), ...Buffer.from(name)]
  const sized = (code: Code): number[] => [...count(code.length), ...code]
  const types = routines.map(({ parameters, results }) => [
    0x60,
    ...list(parameters.map((type) => [type])),
    ...list(results.map((type) => [type])),
  ])
  const bodies = routines.map(({ vectors, body }) =>
    sized([...list([[...count(vectors), v128]]), ...body, 0x0b]),
  )
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(1, list(types)),
    ...section(2, list([[...text('js'), ...text('memory'), 0x02, 0x00, 1]])),
    ...section(3, list(routines.map((_, i) => [i]))),
    ...section(7, list(routines.map(({ name }, i) => [...text(name), 0x00, i]))),
    ...section(10, list(bodies)),
  ])
}
