/** Errors that are the message: what the user gave does not fit, and the message says what to do. */
const known = new Set([
  'DatasetError',
  'JobError',
  'EditError',
  'ImageError',
  'WeightsError',
  'ModelError',
  'RuntimeError',
  'TrainError',
  'UsageError',
])

/** A command line that makes no sense. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** What an error says in one line, and the exit code that it means: 2 what was given, 130 cancelled, 1 a fault of ours. */
export function describeFailure(error: unknown): { readonly line: string; readonly exitCode: number } {
  const message = error instanceof Error ? error.message : String(error)
  const line = message.replaceAll(/\s*\n\s*/g, '; ')
  if (
    (error as { code?: unknown })?.code === 'cancelled' ||
    (error as { code?: unknown })?.code === 'aborted'
  )
    return { line, exitCode: 130 }
  if (error instanceof Error && known.has(error.name)) return { line, exitCode: 2 }
  return { line: `internal: ${line}`, exitCode: 1 }
}
