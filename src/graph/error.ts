import { callSite, PentimentoError } from '../error/index.ts'

/** What kind of mistake a graph was built or used with. */
export type GraphErrorCode = 'shape' | 'dtype' | 'argument' | 'parameter' | 'gradient' | 'internal'

/** A mistake in building or evaluating a graph; the message says where, what, expected and got, in one line. */
export class GraphError extends PentimentoError<GraphErrorCode> {
  override readonly name = 'GraphError'
}

/** Errors give the caller's line: outside this layer and the layer that runs graphs. */
const layers = ['graph', 'onnx'] as const

/** Throws a {@link GraphError} that names the op, the mistake and the caller's line. */
export function fail(code: GraphErrorCode, where: string, message: string): never {
  throw new GraphError(code, `${where}: ${message}, at ${callSite(layers)}`)
}
