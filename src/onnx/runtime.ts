import type { Feeds, ParameterSource, Tensor, TensorValue } from '../graph/index.ts'
import type { AccuracyLevel } from './emitter.ts'
import type { PrepareOptions } from './prepare.ts'
import type { Profile } from './profile.ts'
import type { Provider } from './target.ts'

/**
 * How a program is held in memory. `whole`: one session with all weights. `streamed`: the program is cut at its segments
 * (see `Graph.segment`), and each is loaded, run and released one after another, so that the weights of one are in memory
 * at a time, and of as many of the first as there is room for.
 */
export type Plan = 'whole' | 'streamed'

/** How a graph is loaded. */
export interface LoadOptions {
  /** Default: `whole`. */
  readonly plan?: Plan | undefined
  /** Bytes of weights that a `streamed` program may keep from run to run: those of its first segments. Default: 0. */
  readonly keep?: number | undefined
  /**
   * In place of `keep`: bytes that all weights of a `streamed` program may take at a time. Twice those of the largest
   * segment are set aside for the one at work and the one before it; the rest is kept.
   */
  readonly budget?: number | undefined
  /**
   * Where parameters come from. Those that lie in files as they are needed are read from there by ONNX Runtime
   * itself. Without a source every parameter is given at each run, by its path, as in training.
   */
  readonly source?: ParameterSource | undefined
  /** Parameters that are given at each run although there is a source: those being trained, say. */
  readonly fed?: ((path: string) => boolean) | undefined
  /** Which attention kernel. Default: `auto`. */
  readonly attention?: PrepareOptions['attention'] | undefined
  /** When weights in narrow floats are widened. Default: `load`. */
  readonly widenWeights?: PrepareOptions['widenWeights'] | undefined
  /** Of quantised products; see {@link AccuracyLevel}. Default: 4. */
  readonly accuracyLevel?: AccuracyLevel | undefined
  /**
   * Whether weights are copied into the order that the kernels like best: faster at few rows, while without it weights in
   * files take no memory of their own. Default: true when `whole`; when `streamed`, true for segments with quantised
   * weights, whose kernels need it, and false for the others, which are used once or twice after each load.
   */
  readonly prepack?: boolean | undefined
  /** Whether sessions keep the memory of a run for the next one: faster where runs are short. Default: true. */
  readonly arena?: boolean | undefined
  /** Whether times are collected for {@link Session.profile}; runs get slower. Default: false. */
  readonly profile?: boolean | undefined
}

/** How several inputs are run. */
export interface RunAllOptions {
  /**
   * Called during the run with what is done and the total: segments when `streamed`, where a kept part counts all of its
   * segments at once, else inputs.
   */
  readonly onSegment?: ((done: number, total: number) => void) | undefined
  /** Stops the run before the next segment, or the next input when `whole`, by throwing the signal's reason. */
  readonly signal?: AbortSignal | undefined
}

/** How a session is run. */
export interface RunOptions<Name extends string> extends RunAllOptions {
  /**
   * Tensors of the right dtype and shape to write outputs into; the others are allocated. They must not lie over
   * inputs: an output may be written before an input is read for the last time.
   */
  readonly into?: Readonly<Partial<Record<Name, TensorValue>>> | undefined
}

/** A graph that is ready to run, as often as wanted, with any sizes of its symbolic dimensions. */
export interface Session<Name extends string = string> {
  /**
   * Runs the graph once. Inputs by name, and those parameters that no source gave by path.
   * @throws RuntimeError or GraphError when a feed is missing, not known or does not fit
   */
  run(feeds: Feeds, options?: RunOptions<Name>): Promise<Record<Name, TensorValue>>
  /** Runs the graph for each of several feeds; when `streamed`, they share one reading of the weights. */
  runAll(feeds: readonly Feeds[], options?: RunAllOptions): Promise<Record<Name, TensorValue>[]>
  /** Where the time of all runs went; ends the profiling. Needs {@link LoadOptions.profile}. @throws RuntimeError */
  profile(): Promise<Profile>
  /** Frees the session's memory; a run afterwards is refused. May be called twice. */
  release(): Promise<void>
}

/** A place where graphs run. */
export interface Runtime {
  readonly provider: Provider
  /**
   * Lowers and loads outputs of a graph. Loading the same outputs again with the same options gives another
   * handle on the same session, which is freed when its last handle is released. The graph does not grow by it.
   * @throws RuntimeError when the source lacks parameters, or the provider cannot run the program
   */
  load<Name extends string>(
    outputs: Readonly<Record<Name, Tensor>>,
    options?: LoadOptions,
  ): Promise<Session<Name>>
  /** Releases all remaining sessions. */
  close(): Promise<void>
}
