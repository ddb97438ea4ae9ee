import {
  type DType,
  Graph,
  type ParameterSource,
  Parameters,
  type ShapeLike,
  type TensorValue,
} from '../graph/index.ts'
import { buildSegments, type Segment } from '../models/index.ts'
import type { LoadOptions, Plan, Runtime, Session } from '../onnx/index.ts'
import { Kept } from './kept.ts'

export type { Plan } from '../onnx/index.ts'

/** Tensors by name, as they are given to a model and taken from it. */
export type Values = Readonly<Record<string, TensorValue>>

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
  /** Bytes of weights that a streamed model may keep from run to run. Default: 0. */
  readonly keep?: number
}

/** Makes a runner. Its session is loaded when it is first needed. */
export function openRunner(runtime: Runtime, model: SegmentedModel, options: RunnerOptions): Runner {
  const session = new Kept<true, Session>({
    load: () => load(runtime, model, options),
    free: (loaded) => loaded.release(),
  })
  return {
    run: (feeds, onSegment) => session.use(true, (loaded) => loaded.runAll(feeds, { onSegment })),
    release: () => session.release(),
  }
}

function load(runtime: Runtime, model: SegmentedModel, options: RunnerOptions): Promise<Session> {
  const { source, segments, inputs, outputs } = model
  const graph = new Graph()
  const leaves = Object.entries(inputs).map(
    ([name, { dtype, shape }]) => [name, graph.input(name, dtype, shape)] as const,
  )
  const state = buildSegments(new Parameters(graph, { source }), segments, Object.fromEntries(leaves))
  const wanted = Object.fromEntries(outputs.map((name) => [name, state[name]!]))
  return runtime.load(wanted, { ...options.load, source, plan: options.plan, keep: options.keep })
}
