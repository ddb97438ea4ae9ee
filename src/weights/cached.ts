import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { fileError, makeFolder } from '../files/index.ts'
import { type Checkpoint, openCheckpoint } from './checkpoint.ts'
import { WeightsError, type WeightsErrorCode } from './error.ts'

/** What is wrong with a file itself, and not with reading it. */
const damage: readonly WeightsErrorCode[] = [
  'truncated',
  'header',
  'duplicate',
  'dtype',
  'shape',
  'offsets',
  'quantization',
]

/**
 * Opens weights in the cache: those that were made before, or else what `make` writes to `file`. A damaged file is made
 * anew, and `onWarning` is called. @throws WeightsError or FileError if the cache cannot be written
 */
export async function openCached(
  file: string,
  make: () => Promise<unknown>,
  onWarning?: (line: string) => void,
): Promise<Checkpoint> {
  const before = existsSync(file) ? await openSound(file, onWarning) : undefined
  if (before) return before
  await makeFolder(dirname(file))
  await make()
  return openCheckpoint(file)
}

async function openSound(
  file: string,
  onWarning: ((line: string) => void) | undefined,
): Promise<Checkpoint | undefined> {
  try {
    return await openCheckpoint(file)
  } catch (error) {
    if (!(error instanceof WeightsError && damage.includes(error.code))) throw error
    onWarning?.(`${error.message}; this copy in the cache is rebuilt`)
    await rm(file, { force: true }).catch((reason: unknown) => {
      throw fileError(file, 'replace it', reason)
    })
    return undefined
  }
}
