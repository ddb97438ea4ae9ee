import {
  type Dim,
  type DType,
  elementCount,
  Graph,
  type ParameterSource,
  Parameters,
  plainSymbol,
  program,
  type ShapeLike,
  sameDim,
  type TensorValue,
} from '../graph/index.ts'
import { buildSegments, type Segment, type State } from '../models/index.ts'
import type { LoadOptions, Runtime, Session } from '../onnx/index.ts'
import { Kept } from './kept.ts'

/** Tensors by name, as they are given to a model and taken from it. */
export type Values = Readonly<Record<string, TensorValue>>

/**
 * How a model's segments are run: all in one session, or one by one, with the weights in memory of that one and of as
 * many of the first as there is room for.
 */
export type Plan = 'whole' | 'streamed'

/** A model that is a list of segments, and what goes in and comes out. */
export interface SegmentedModel {
  readonly source: ParameterSource
  readonly segments: readonly Segment[]
  /** Dtype and shape of each input; open sizes by name. */
  readonly inputs: Readonly<Record<string, { readonly dtype: DType; readonly shape: ShapeLike }>>
  readonly outputs: readonly string[]
}

/** Runs a segmented model as often as wanted. */
export interface Runner {
  /** Evaluates the model for each of several inputs; when streamed, they share one reading of the weights. */
  run(feeds: readonly Values[], onSegment?: (done: number, total: number) => void): Promise<Values[]>
  release(): Promise<void>
}

export interface RunnerOptions {
  readonly plan: Plan
  readonly load: LoadOptions
  /** Bytes of weights that a streamed model may keep from run to run; 0 unless given. */
  readonly keep?: number
}

/** Makes a runner. Sessions are loaded when they are first needed. */
export function openRunner(runtime: Runtime, model: SegmentedModel, options: RunnerOptions): Runner {
  return options.plan === 'whole'
    ? new WholeRunner(runtime, model, options.load)
    : new StreamedRunner(runtime, model, options)
}

function inputsOf(graph: Graph, inputs: SegmentedModel['inputs']): State {
  return Object.fromEntries(
    Object.entries(inputs).map(([name, { dtype, shape }]) => [name, graph.input(name, dtype, shape)]),
  )
}

class WholeRunner implements Runner {
  readonly #runtime: Runtime
  readonly #model: SegmentedModel
  readonly #load: LoadOptions
  readonly #session: Kept<true, Session>

  constructor(runtime: Runtime, model: SegmentedModel, load: LoadOptions) {
    this.#runtime = runtime
    this.#model = model
    this.#load = load
    this.#session = new Kept({ load: () => this.#open(), free: (session) => session.release() })
  }

  run(feeds: readonly Values[], onSegment?: (done: number, total: number) => void): Promise<Values[]> {
    return this.#session.use(true, async (session) => {
      const results: Values[] = []
      for (const [i, each] of feeds.entries()) {
        results.push(await session.run(each))
        onSegment?.(i + 1, feeds.length)
      }
      return results
    })
  }

  release(): Promise<void> {
    return this.#session.release()
  }

  #open(): Promise<Session> {
    const { source, segments, inputs, outputs } = this.#model
    const graph = new Graph()
    const state = buildSegments(new Parameters(graph, { source }), segments, inputsOf(graph, inputs))
    const wanted = Object.fromEntries(outputs.map((name) => [name, state[name]!]))
    return this.#runtime.load(wanted, { ...this.#load, source })
  }
}

/** Segments that run in one session, with the types of what they read, and the names of what later ones need of them. */
interface Stage {
  readonly segments: readonly Segment[]
  readonly reads: SegmentedModel['inputs']
  readonly makes: readonly string[]
  /** Tensors that nothing reads any more once this has run. */
  readonly drops: readonly string[]
  /** Whether its session stays from run to run. */
  readonly kept: boolean
}

/**
 * The first segments, as many as may be kept, are one session that stays; of the others each is loaded, run for all
 * inputs, and released. Every session has an arena: without it each run takes its memory anew from the system, which
 * costs more than loading the weights.
 */
class StreamedRunner implements Runner {
  readonly #runtime: Runtime
  readonly #model: SegmentedModel
  readonly #load: LoadOptions
  readonly #stages: readonly Stage[]
  readonly #kept = new Map<Stage, Session>()

  constructor(runtime: Runtime, model: SegmentedModel, { load, keep = 0 }: RunnerOptions) {
    this.#runtime = runtime
    this.#model = model
    this.#load = load
    this.#stages = stagesOf(model, keep)
  }

  async run(feeds: readonly Values[], onSegment?: (done: number, total: number) => void): Promise<Values[]> {
    const states = feeds.map((values) => new Map(Object.entries(values)))
    const total = this.#model.segments.length
    let done = 0
    for (const stage of this.#stages) {
      const session = this.#kept.get(stage) ?? (await this.#open(stage))
      try {
        for (const state of states) {
          const read = Object.keys(stage.reads).map((name) => [name, state.get(name)!] as const)
          const made = await session.run(Object.fromEntries(read))
          for (const name of stage.drops) state.delete(name)
          for (const name of stage.makes) state.set(name, made[name]!)
        }
      } finally {
        if (!stage.kept) await session.release()
      }
      done += stage.segments.length
      onSegment?.(done, total)
    }
    return states.map((state) =>
      Object.fromEntries(this.#model.outputs.map((name) => [name, state.get(name)!])),
    )
  }

  async release(): Promise<void> {
    const sessions = [...this.#kept.values()]
    this.#kept.clear()
    for (const session of sessions) await session.release()
  }

  async #open(stage: Stage): Promise<Session> {
    const { source } = this.#model
    const graph = new Graph()
    const made = buildSegments(
      new Parameters(graph, { source }),
      stage.segments,
      inputsOf(graph, stage.reads),
    )
    const outputs = Object.fromEntries(stage.makes.map((name) => [name, made[name]!]))
    const session = await this.#runtime.load(outputs, { ...this.#load, source })
    if (stage.kept) this.#kept.set(stage, session)
    return session
  }
}

/** What the parameters of a loaded graph take; half-width floats are widened. */
function weightBytes(outputs: State): number {
  let bytes = 0
  for (const { dtype, shape } of program(outputs).parameters.values())
    bytes += (dtype === 'u8' ? 1 : 4) * elementCount(shape as readonly number[])
  return bytes
}

function stagesOf(model: SegmentedModel, keep: number): readonly Stage[] {
  const { source, segments, inputs, outputs } = model
  const graph = new Graph()
  const w = new Parameters(graph, { source })
  let state = inputsOf(graph, inputs)
  const states = [state]
  let kept = 0
  for (const [i, segment] of segments.entries()) {
    state = { ...state, ...segment.build(w, state) }
    states.push(state)
    // A state holds all weights up to there. More are never kept than all but one, or the plan would be `whole`.
    if (kept === i && i + 1 < segments.length && weightBytes(state) <= keep) kept = i + 1
  }
  const cuts = [...(kept > 0 ? [0] : []), ...segments.map((_, i) => i).slice(kept), segments.length]
  return cuts.slice(0, -1).map((from, at): Stage => {
    const [to, before] = [cuts[at + 1]!, states[from]!]
    const group = segments.slice(from, to)
    const later = new Set([...segments.slice(to).flatMap(({ reads }) => reads), ...outputs])
    const changed = Object.keys(states[to]!).filter((name) => states[to]![name] !== before[name])
    const read = new Set(group.flatMap(({ reads }) => reads).filter((name) => name in before))
    return {
      segments: group,
      reads: readsOf([...read], before),
      makes: changed.filter((name) => later.has(name)),
      drops: Object.keys(before).filter((name) => !later.has(name)),
      kept: from < kept,
    }
  })
}

/**
 * Types of what a segment reads. Sizes such as `text + 24` become symbols of their own where nothing that is read tells
 * `text` alone.
 */
function readsOf(reads: readonly string[], state: State): SegmentedModel['inputs'] {
  const dims = reads.flatMap((name) => state[name]!.shape)
  const isTold = dims.some((size) => plainSymbol(size) !== undefined)
  const open = (size: Dim): Dim | string =>
    isTold || typeof size === 'number' ? size : `size${dims.findIndex((other) => sameDim(other, size))}`
  return Object.fromEntries(
    reads.map((name) => {
      const { dtype, shape } = state[name]!
      return [name, { dtype, shape: shape.map(open) }]
    }),
  )
}
