/**
 * The base of every error this package throws on purpose: bad input, a damaged file, a cancelled call. Anything else
 * that is thrown is a fault of the package. The message is one line: where, what, expected, got, what to do; `code`
 * says what kind of mistake it is, for programs.
 */
export abstract class PentimentoError<Code extends string = string> extends Error {
  readonly code: Code

  constructor(code: Code, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

/** Whether the error says that the caller's own `AbortSignal` stopped the work. */
export function isCancelled(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  if (error.name === 'AbortError') return true
  return error instanceof PentimentoError && (error.code === 'cancelled' || error.code === 'aborted')
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or folder',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EFBIG: 'the file is larger than the system allows',
  EEXIST: 'it exists already',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of the path is a file, not a folder',
  ENAMETOOLONG: 'the name is too long',
  ELOOP: 'its symbolic links lead in a circle',
  EMFILE: 'too many open files',
  ENOTEMPTY: 'the folder is not empty',
  EXDEV: 'it is on another file system',
}

/** A system error (ENOENT, ENOSPC, …) as a few words, without the path that Node puts into its message. */
export function systemReason(error: unknown): string {
  const { code, message } = error as NodeError
  if (code !== undefined && reasons[code] !== undefined) return reasons[code]
  return (message ?? String(error)).split('\n')[0]!
}

interface NodeError {
  readonly code?: string
  readonly message?: string
}
