/** What went wrong between a graph and the machine. */
export type RuntimeErrorCode = 'provider' | 'unsupported' | 'feeds' | 'released' | 'model' | 'internal'

/** A graph that could not be lowered, loaded or run; the message is one line that says what to do. */
export class RuntimeError extends Error {
  override readonly name = 'RuntimeError'
  readonly code: RuntimeErrorCode
  constructor(code: RuntimeErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.code = code
  }
}

/** The first line of whatever was thrown, without where in ONNX Runtime's sources it was. */
export function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error)
  return (text.split('\n')[0] ?? '').replace(/^.* was false\. /, '').trim()
}
