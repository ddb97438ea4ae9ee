import { isCancelled, PentimentoError } from '../error/index.ts'

/** A command line, a list or a configuration that makes no sense. */
export class UsageError extends PentimentoError<'usage'> {
  override readonly name = 'UsageError'

  constructor(message: string, options?: ErrorOptions) {
    super('usage', message, options)
  }
}

/** What an error says in one line, and its exit code: 2 bad input, 130 cancelled, 1 a fault of Pentimento. */
export function describeFailure(error: unknown): { readonly line: string; readonly exitCode: number } {
  const message = error instanceof Error ? error.message : String(error)
  const line = message.replaceAll(/\s*\n\s*/g, '; ')
  if (isCancelled(error)) return { line, exitCode: 130 }
  if (error instanceof PentimentoError && error.code !== 'internal') return { line, exitCode: 2 }
  return { line: `internal: ${line}`, exitCode: 1 }
}
