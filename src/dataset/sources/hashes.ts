import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'

/** A file with the properties that change whenever its content does: size, times and inode. */
export interface StampedFile {
  readonly path: string
  readonly bytes: number
  readonly stamp: string
  /** When it last changed, in ms since 1970. */
  readonly changed: number
}

/** A cache of file hashes. */
export interface FileHashes {
  /** By path: the hashes of files with these stamps. */
  known(files: readonly StampedFile[]): Promise<ReadonlyMap<string, string>>
  remember(files: readonly (StampedFile & { readonly sha256: string })[]): Promise<void>
}

/** A file that changed a moment ago may change again without changing its times. */
const settledAfter = 3000

/** Its stamp. @throws the error of the system */
export async function stampOf(path: string): Promise<StampedFile> {
  const { size, mtimeNs, ctimeNs, ino, dev } = await stat(path, { bigint: true })
  return {
    path,
    bytes: Number(size),
    stamp: [size, mtimeNs, ctimeNs, ino, dev].join(' '),
    changed: Number((mtimeNs > ctimeNs ? mtimeNs : ctimeNs) / 1_000_000n),
  }
}

/** Whether a hash may be remembered under its stamp. */
export const isSettled = ({ changed }: StampedFile): boolean => Date.now() - changed > settledAfter

/** The SHA-256 of a file's content, read in pieces. @throws the error of the system */
export async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  return hash.digest('hex')
}
