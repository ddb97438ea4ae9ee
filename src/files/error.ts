import { PentimentoError, systemReason } from '../error/index.ts'

export type FileErrorCode =
  /** No such file or folder. */
  | 'missing'
  /** Something of that name is there and may not be replaced. */
  | 'exists'
  /** The disk, or the user's share of it, is full, or the file grew over the system's limit. */
  | 'full'
  /** A text file that is not UTF-8. */
  | 'encoding'
  /** The system refused for another reason. */
  | 'io'

/** A file or folder that cannot be read or written; the message names it. */
export class FileError extends PentimentoError<FileErrorCode> {
  override readonly name = 'FileError'
}

const codes: Readonly<Record<string, FileErrorCode>> = {
  ENOENT: 'missing',
  EEXIST: 'exists',
  ENOSPC: 'full',
  EDQUOT: 'full',
  EFBIG: 'full',
}

/** A system error as a {@link FileError}: `photo.png: cannot write it, the disk is full`. Ours pass unchanged. */
export function fileError(path: string, doing: string, error: unknown): Error {
  if (error instanceof PentimentoError) return error
  const { code } = error as NodeJS.ErrnoException
  // What is no system error (a fault in a callback, an abort) keeps its own message and stack.
  if (code === undefined || (error instanceof Error && error.name === 'AbortError')) return error as Error
  return new FileError(codes[code] ?? 'io', `${path}: cannot ${doing}, ${systemReason(error)}`, {
    cause: error,
  })
}
