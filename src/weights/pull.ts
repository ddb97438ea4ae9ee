import { createHash, type Hash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { copyFile, open, rename, rm, stat, statfs } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { PentimentoError } from '../error/index.ts'
import { type FileLock, makeFolder, syncFolder, tryLock } from '../files/index.ts'
import { fileError, WeightsError } from './error.ts'
import { type HubFile, type HubListing, type HubTries, readHub } from './hub.ts'
import { pauseAfter } from './hubError.ts'
import { partName } from './pullRecord.ts'

/** How far a download is. */
export interface PullProgress {
  readonly file: string
  /** Bytes of all files, including existing ones. */
  readonly done: number
  readonly total: number
}

/** A file of a listing, and where it goes. */
export interface Pull {
  readonly listing: HubListing
  readonly file: HubFile
  readonly target: string
}

/** How files are pulled. */
export interface PullOptions extends HubTries {
  /** Folder of files that Hugging Face's tools have downloaded; those are copied from there. */
  readonly hubCache?: string | undefined
  readonly onProgress?: ((progress: PullProgress) => void) | undefined
}

/**
 * Downloads files one after another. Each lies beside its target as `.part` until its size and checksum are right; a
 * download that was broken off, here or in another process, goes on from there, and one that another process is making
 * is waited for. Files that are there already are checked instead.
 * @throws WeightsError in one line: codes `network`, `offline`, `checksum`, `access`, `missing`, `io`, `aborted`
 */
export function pullFiles(pulls: readonly Pull[], options: PullOptions = {}): Promise<void> {
  return pullEach(pulls, options, async () => {})
}

/** {@link pullFiles}; `beforeDownload` is called before the first file that is not there. */
export async function pullEach(
  pulls: readonly Pull[],
  options: PullOptions,
  beforeDownload: () => Promise<void>,
): Promise<void> {
  const total = pulls.reduce((sum, { file }) => sum + file.size, 0)
  let finished = 0
  let isDownloading = false
  await checkSpace(pulls)
  for (const pull of pulls) {
    const { file, target } = pull
    const tell = (bytes: number) => options.onProgress?.({ file: file.path, done: finished + bytes, total })
    try {
      if (!(await isThere(pull, tell, options.signal))) {
        if (!isDownloading) await beforeDownload()
        isDownloading = true
        await makeFolder(dirname(target))
        await downloadAlone(pull, tell, options)
      }
    } catch (error) {
      throw error instanceof PentimentoError ? error : fileError(target, 'download', error)
    }
    finished += file.size
  }
}

const partOf = ({ file, target }: Pull): string => partName(target, file)

/** @throws WeightsError when the disk has less room than all that is still to come */
async function checkSpace(pulls: readonly Pull[]): Promise<void> {
  let needed = 0
  for (const pull of pulls) {
    const sizes = await Promise.all([sizeOf(pull.target), sizeOf(partOf(pull))])
    needed += Math.max(0, pull.file.size - Math.max(...sizes))
  }
  const [first] = pulls
  if (!first) return
  const folder = await existing(dirname(first.target))
  const free = await freeSpace(folder)
  const gigabytes = (bytes: number) => `${(bytes / 1e9).toFixed(1)} GB`
  if (needed > free)
    throw new WeightsError(
      'io',
      `${folder}: ${gigabytes(needed)} remain to be downloaded, but only ${gigabytes(free)} are free; free some space`,
    )
}

/** Bytes that are free where a folder is, or will be. */
export async function freeSpace(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(await existing(folder))
  return bavail * bsize
}

async function existing(folder: string): Promise<string> {
  const found = await stat(folder).catch(() => undefined)
  return found || dirname(folder) === folder ? folder : existing(dirname(folder))
}

async function sizeOf(file: string): Promise<number> {
  return (await stat(file).catch(() => undefined))?.size ?? 0
}

/** Whether the target is right already, or is now because another tool has downloaded it before. */
async function isThere(pull: Pull, tell: (bytes: number) => void, signal?: AbortSignal): Promise<boolean> {
  const { file, target } = pull
  const found = await stat(target).catch(() => undefined)
  if (!found) return false
  if (!found.isFile()) throw new WeightsError('io', `${target}: expected a file, got a folder; remove it`)
  if (found.size !== file.size) return false
  const hash = hashFor(file)
  await hashFile(target, hash, tell, signal)
  return hash.digest('hex') === file.hash.value
}

/** Downloads a file. If another process is downloading it, waits and resumes where that one stopped. */
async function downloadAlone(pull: Pull, tell: (bytes: number) => void, options: PullOptions): Promise<void> {
  const { signal } = options
  const lock = await lockPart(pull, tell, signal)
  try {
    // The other one may have finished it.
    if (lock.hasWaited && (await isThere(pull, tell, signal))) return
    await download(pull, tell, options)
  } finally {
    await lock.release()
  }
}

/** Milliseconds between two checks of a lock. */
const patience = 300

async function lockPart(
  pull: Pull,
  tell: (bytes: number) => void,
  signal: AbortSignal | undefined,
): Promise<Pick<FileLock, 'release'> & { readonly hasWaited: boolean }> {
  for (let hasWaited = false; ; hasWaited = true) {
    const attempt = await tryLock(`${partOf(pull)}.lock`)
    if ('lock' in attempt) return { hasWaited, release: () => attempt.lock.release() }
    tell(Math.min(await sizeOf(partOf(pull)), pull.file.size))
    await sleep(patience, undefined, signal && { signal })
  }
}

async function download(pull: Pull, tell: (bytes: number) => void, options: PullOptions): Promise<void> {
  const { listing, file, target } = pull
  const part = partOf(pull)
  const { tries = 6, retryDelay = 1000, signal } = options
  await takeCached(pull, part, options.hubCache)
  let restarted = false
  for (let failures = 0; ; ) {
    const before = Math.min(await sizeOf(part), file.size)
    try {
      const got = await appendRest(pull, part, tell, signal)
      if (got === file.hash.value) {
        await rename(part, target)
        return await syncFolder(dirname(target))
      }
      await rm(part, { force: true })
      // The existing bytes may come from a faulty disk or mirror: download again from the first byte.
      if (restarted || before === 0)
        throw new WeightsError(
          'checksum',
          `${listing.repo.name}: ${file.path} has the checksum ${got}, expected ${file.hash.value}; the file was removed, try again or use another endpoint`,
        )
      restarted = true
    } catch (error) {
      if (!(error instanceof WeightsError) || listing.repo.isOffline) throw error
      if (error.code !== 'network' && error.code !== 'offline') throw error
      failures = (await sizeOf(part)) > before ? 1 : failures + 1
      if (failures >= tries)
        throw new WeightsError(error.code, `${error.message}; run it again to continue`, {
          cause: error,
        })
      await sleep(pauseAfter(error, failures, retryDelay), undefined, signal && { signal })
    }
  }
}

/** Copies the file out of the cache of Hugging Face's tools, where blobs are named by their checksum. */
async function takeCached({ listing, file }: Pull, part: string, cache?: string): Promise<void> {
  if (cache === undefined) return
  const repo = `${listing.repo.type ?? 'model'}s--${listing.repo.name.replace('/', '--')}`
  const blob = join(cache, repo, 'blobs', file.hash.value)
  if ((await sizeOf(blob)) === file.size && (await sizeOf(part)) < file.size) await copyFile(blob, part)
}

/** Continues a `.part` to the file's size. @returns the checksum of the whole */
async function appendRest(
  { listing, file }: Pull,
  part: string,
  tell: (bytes: number) => void,
  signal?: AbortSignal,
): Promise<string> {
  if ((await sizeOf(part)) > file.size) await rm(part)
  const hash = hashFor(file)
  let size = await hashFile(part, hash, tell, signal)
  const handle = await open(part, 'a')
  try {
    // A whole part was copied out of the cache of another tool, or its process died before it got its name.
    for await (const bytes of size < file.size ? readHub(listing, file, size, signal) : []) {
      if (size + bytes.length > file.size)
        throw new WeightsError(
          'checksum',
          `${listing.repo.name}: ${file.path} is longer than the ${file.size} bytes that are listed; the hub is inconsistent, try again later`,
        )
      await handle.appendFile(bytes)
      hash.update(bytes)
      size += bytes.length
      tell(size)
    }
    await handle.sync()
  } finally {
    await handle.close()
  }
  if (size < file.size)
    throw new WeightsError(
      'network',
      `${listing.repo.name}: ${file.path} ended after ${size} of ${file.size} bytes`,
    )
  return hash.digest('hex')
}

function hashFor({ hash, size }: HubFile): Hash {
  return hash.algorithm === 'sha256' ? createHash('sha256') : createHash('sha1').update(`blob ${size}\0`)
}

/** Adds a file's bytes to a hash. @returns their count, 0 if the file is missing */
async function hashFile(
  file: string,
  hash: Hash,
  tell: (bytes: number) => void,
  signal?: AbortSignal,
): Promise<number> {
  if ((await sizeOf(file)) === 0) return 0
  let size = 0
  const stream = createReadStream(file, { highWaterMark: 1 << 20, ...(signal && { signal }) })
  for await (const bytes of stream as AsyncIterable<Buffer>) {
    hash.update(bytes)
    size += bytes.length
    tell(size)
  }
  return size
}
