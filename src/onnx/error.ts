import { PentimentoError } from '../error/index.ts'

/** What went wrong between a graph and the machine. */
export type RuntimeErrorCode = 'provider' | 'unsupported' | 'feeds' | 'released' | 'model' | 'internal'

/** A graph that could not be lowered, loaded or run; the message is one line that says what to do. */
export class RuntimeError extends PentimentoError<RuntimeErrorCode> {
  override readonly name = 'RuntimeError'
}

/** The first line of a thrown error, without the location in ONNX Runtime's sources. */
export function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error)
  return (text.split('\n')[0] ?? '').replace(/^.* was false\. /, '').trim()
}
