import type { Parameters, Tensor } from '../graph/index.ts'

/** Tensors by name: what goes into a segment, and what comes out of it. */
export type State = Readonly<Record<string, Tensor>>

/**
 * A named part of a model: a pure function from tensors to tensors. A plan runs segments all in one graph, or one by
 * one with only that one's weights in memory.
 */
export interface Segment {
  readonly name: string
  /** Names of the tensors that it reads. */
  readonly reads: readonly string[]
  /** The tensors that it makes, which take the place of those of the same name. */
  build(w: Parameters, state: State): State
}

/** Runs segments one after another in one graph. @returns all tensors there are at the end */
export function buildSegments(w: Parameters, segments: readonly Segment[], inputs: State): State {
  let state = inputs
  for (const segment of segments)
    state = { ...state, ...w.graph.segment(segment.name, () => segment.build(w, state)) }
  return state
}
