import { FileError, fileError, writeFileWhole } from '../files/index.ts'
import { DatasetError, type DatasetErrorCode } from './error.ts'

/** Writes a file so that it appears whole or not at all. @throws DatasetError in one line */
export async function writeWhole(
  file: string,
  content: string | Uint8Array,
  code: DatasetErrorCode = 'workspace',
): Promise<void> {
  try {
    await writeFileWhole(file, content)
  } catch (error) {
    throw writeFailure(file, error, code)
  }
}

/** A failure to write as a {@link DatasetError}; errors with a code of their own, and aborts, pass unchanged. */
export function writeFailure(file: string, error: unknown, code: DatasetErrorCode): Error {
  const failure = fileError(file, 'write it', error)
  if (!(failure instanceof FileError)) return failure
  const advice =
    failure.code === 'full' ? '; free some space and run it again, it continues where it stopped' : ''
  return new DatasetError(code, `${failure.message}${advice}`, { cause: error })
}
