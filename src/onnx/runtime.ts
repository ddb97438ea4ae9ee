import type { Feeds, ParameterSource, Tensor, TensorValue } from '../graph/index.ts'
import type { AccuracyLevel } from './emitter.ts'
import type { PrepareOptions } from './prepare.ts'
import type { Provider } from './target.ts'

/** How a graph is loaded. */
export interface LoadOptions extends Partial<PrepareOptions> {
  /**
   * Where parameters come from. Those that lie in files as they are needed are read from there by ONNX Runtime
   * itself. Without a source every parameter is given at each run, by its path, as in training.
   */
  readonly source?: ParameterSource
  /** Parameters that are given at each run although there is a source: those being trained, say. */
  readonly fed?: (path: string) => boolean
  /** Of quantised products, 4 unless given; see {@link AccuracyLevel}. */
  readonly accuracyLevel?: AccuracyLevel
  /**
   * Whether weights are copied into the order that the kernels like best: the default, faster at few rows.
   * Without it weights in files take no memory of their own. Never turn it off for quantised weights.
   */
  readonly prepack?: boolean
  /** Whether a session keeps the memory of a run for the next one: the default, and faster where runs are short. */
  readonly arena?: boolean
  /** Collects times for {@link Session.profile}; runs get slower. */
  readonly profile?: boolean
}

/** How a session is run. */
export interface RunOptions<Name extends string> {
  /**
   * Tensors of the right dtype and shape to write outputs into; the others are allocated. They must not lie over
   * inputs: an output may be written before an input is read for the last time.
   */
  readonly into?: Readonly<Partial<Record<Name, TensorValue>>>
}

/** What the nodes of one kind took in all runs of a profiled session. */
export interface OpTime {
  /** ONNX's name of the op: MatMul, FusedMatMul, Softmax. */
  readonly op: string
  readonly microseconds: number
  readonly count: number
}

/** A graph that is ready to run, as often as wanted, with any sizes of its symbolic dimensions. */
export interface Session<Name extends string = string> {
  /**
   * Runs the graph once. Inputs by name, and those parameters that no source gave by path; more may be given.
   * @throws RuntimeError or GraphError when a feed is missing or does not fit.
   */
  run(feeds: Feeds, options?: RunOptions<Name>): Promise<Record<Name, TensorValue>>
  /** Times by op, slowest first; ends the profiling. Needs {@link LoadOptions.profile}. */
  profile(): Promise<readonly OpTime[]>
  /** Frees the session's memory; a run afterwards is refused. May be called twice. */
  release(): Promise<void>
}

/** A place where graphs run. */
export interface Runtime {
  readonly provider: Provider
  /**
   * Lowers and loads outputs of a graph. Loading the same outputs again with the same options gives another
   * handle on the same session, which is freed when its last handle is released.
   */
  load<Name extends string>(
    outputs: Readonly<Record<Name, Tensor>>,
    options?: LoadOptions,
  ): Promise<Session<Name>>
  /** Releases whatever sessions are left. */
  close(): Promise<void>
}
