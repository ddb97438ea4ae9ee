import { isCancelled, PentimentoError, systemReason } from '../error/index.ts'

/** An invalid command line, list or configuration. */
export class UsageError extends PentimentoError<'usage'> {
  override readonly name = 'UsageError'

  constructor(message: string, options?: ErrorOptions) {
    super('usage', message, options)
  }
}

/** The message of an error and the exit code. */
export interface Failure {
  /** For programs: the error's own code, `system`, `memory`, `cancelled` or `internal`. */
  readonly code: string
  /** One line for people. */
  readonly line: string
  /** 2 invalid input or an error of the system, 130 cancelled, 1 a bug in Pentimento. */
  readonly exitCode: 1 | 2 | 130
}

/** An error as a code, one line and an exit code. */
export function describeFailure(error: unknown): Failure {
  const message = error instanceof Error ? error.message : String(error)
  const line = message.replaceAll(/\s*\n\s*/g, '; ')
  if (isCancelled(error)) return { code: 'cancelled', line: cancelledLine(error, line), exitCode: 130 }
  if (error instanceof PentimentoError && error.code !== 'internal')
    return { code: error.code, line, exitCode: 2 }
  if (isSystemError(error)) return { code: 'system', line: systemLine(error), exitCode: 2 }
  if (isOutOfMemory(error))
    return {
      code: 'memory',
      line: `${line}: out of memory; process less at a time, or set --memory`,
      exitCode: 2,
    }
  return { code: 'internal', line: `internal: ${line}`, exitCode: 1 }
}

/** Node's own AbortError says only that some operation was aborted. */
function cancelledLine(error: unknown, line: string): string {
  return error instanceof PentimentoError ? line : 'cancelled'
}

interface SystemError extends Error {
  readonly code: string
  readonly syscall: string
  readonly path?: string
}

/** An error of the operating system: a full disk, a missing permission. Only these name a system call. */
function isSystemError(error: unknown): error is SystemError {
  return error instanceof Error && 'syscall' in error && 'code' in error
}

/** JavaScript's errors for failed allocations of buffers. */
function isOutOfMemory(error: unknown): boolean {
  return error instanceof RangeError && /allocation failed|Invalid typed array length/.test(error.message)
}

function systemLine(error: SystemError): string {
  const reason = systemReason(error)
  return error.path === undefined ? reason : `${error.path}: ${reason}`
}
