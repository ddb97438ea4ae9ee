import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, readFile, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { writeFileWhole } from '../../files/index.ts'

type Remembered = Record<string, readonly [size: number, modified: number, sha256: string]>

/**
 * SHA-256 of files, remembered by path, size and time of change, so that a suite is read whole only once.
 */
export class FileHashes {
  readonly #memory: string
  readonly #remembered: Remembered
  #isChanged = false

  private constructor(memory: string, remembered: Remembered) {
    this.#memory = memory
    this.#remembered = remembered
  }

  /** @param folder whose files they are; @param cache where they are remembered */
  static async open(folder: string, cache: string): Promise<FileHashes> {
    const name = createHash('sha256').update(resolve(folder)).digest('hex').slice(0, 24)
    const memory = join(cache, 'suite-hashes', `${name}.json`)
    const remembered: Remembered = await readFile(memory, 'utf8')
      .then((text) => JSON.parse(text) as Remembered)
      .catch(() => ({}))
    return new FileHashes(memory, remembered)
  }

  /** The hash of a file; undefined where there is none. */
  async of(file: string): Promise<string | undefined> {
    const found = await stat(file).catch(() => undefined)
    if (!found?.isFile()) return undefined
    const known = this.#remembered[file]
    if (known && known[0] === found.size && known[1] === found.mtimeMs) return known[2]
    const sha256 = await hashOf(file)
    // A file that was changed just now may change again within the same tick of its clock.
    if (Date.now() - found.mtimeMs > 2000) {
      this.#remembered[file] = [found.size, found.mtimeMs, sha256]
      this.#isChanged = true
    }
    return sha256
  }

  /** Writes down what is new. A cache that cannot be written costs only time. */
  async remember(): Promise<void> {
    if (!this.#isChanged) return
    await mkdir(dirname(this.#memory), { recursive: true })
      .then(() => writeFileWhole(this.#memory, JSON.stringify(this.#remembered)))
      .catch(() => undefined)
  }
}

async function hashOf(file: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const bytes of createReadStream(file, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>)
    hash.update(bytes)
  return hash.digest('hex')
}
