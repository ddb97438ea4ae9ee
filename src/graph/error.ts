import { PentimentoError } from '../error/index.ts'

/** What kind of mistake a graph was built or used with. */
export type GraphErrorCode = 'shape' | 'dtype' | 'argument' | 'parameter' | 'gradient' | 'internal'

/** A mistake in building or evaluating a graph; the message says where, what, expected and got, in one line. */
export class GraphError extends PentimentoError<GraphErrorCode> {
  override readonly name = 'GraphError'
}

/** The first stack frame outside this layer: the line of the caller's code that made the mistake. */
function callSite(): string {
  const limit = Error.stackTraceLimit
  Error.stackTraceLimit = 40
  const stack = new Error().stack ?? ''
  Error.stackTraceLimit = limit
  const layer = import.meta.url.slice(0, import.meta.url.lastIndexOf('/') + 1)
  const layerPath = layer.replace('file://', '')
  for (const line of stack.split('\n').slice(1)) {
    const inside = (line.includes(layer) || line.includes(layerPath)) && !line.includes('.test.')
    if (inside || line.includes('node:internal')) continue
    const place = /\(?((?:file:\/\/)?[^()\s]+:\d+:\d+)\)?$/.exec(line)?.[1]
    if (place) return place.replace('file://', '')
  }
  return 'an unknown place'
}

/** Throws a {@link GraphError} that names the op, the mistake and the caller's line. */
export function fail(code: GraphErrorCode, where: string, message: string): never {
  throw new GraphError(code, `${where}: ${message}, at ${callSite()}`)
}
