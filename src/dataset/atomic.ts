import { randomBytes } from 'node:crypto'
import { mkdir, open, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { DatasetError, type DatasetErrorCode } from './error.ts'

/** A name beside a file or folder, for what is still being written. */
export const besideOf = (path: string): string =>
  join(dirname(path), `.${basename(path).slice(0, 80)}.${randomBytes(4).toString('hex')}.part`)

/** Writes a file so that it appears whole or not at all. @throws DatasetError in one line */
export async function writeWhole(
  file: string,
  content: string | Uint8Array,
  code: DatasetErrorCode = 'workspace',
): Promise<void> {
  const beside = besideOf(file)
  try {
    await mkdir(dirname(file), { recursive: true })
    const handle = await open(beside, 'wx')
    try {
      await handle.writeFile(content)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(beside, file)
  } catch (error) {
    await rm(beside, { force: true }).catch(() => undefined)
    throw writeFailure(file, error, code)
  }
}

/** What a failure to write says. */
export function writeFailure(file: string, error: unknown, code: DatasetErrorCode): Error {
  if (error instanceof DatasetError) return error
  const { code: system, message } = error as NodeJS.ErrnoException
  if (system === undefined) return error instanceof Error ? error : new Error(String(error))
  const reason =
    system === 'ENOSPC' || system === 'EDQUOT'
      ? 'the disk is full; make room and run it again, it goes on where it stopped'
      : message
  return new DatasetError(code, `${file}: cannot be written (${reason})`, { cause: error })
}
