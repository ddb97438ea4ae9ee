import { createHash, type Hash } from 'node:crypto'
import { type FileHandle, mkdir, open } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { writeFailure } from '../atomic.ts'

/** A file of an export, as its manifest lists it. */
export interface ExportFile {
  /** Below the export's folder, with `/`. */
  readonly path: string
  readonly bytes: number
  readonly sha256: string
  /** Triplets in it; left out for files about them. */
  readonly rows?: number
}

/** Where an export's files are written. */
export interface ExportFolder {
  /** A folder on this machine. */
  readonly path: string
  /** Called with each file that is whole, such as to send it to a bucket. */
  readonly done?: (file: ExportFile) => Promise<void>
}

/** A file that is being written, hashed on the way. */
export class FileWriter {
  readonly path: string
  readonly #handle: FileHandle
  readonly #done: ExportFolder['done']
  readonly #file: string
  readonly #hash: Hash = createHash('sha256')
  #bytes = 0

  private constructor(path: string, file: string, handle: FileHandle, done: ExportFolder['done']) {
    this.path = path
    this.#done = done
    this.#file = file
    this.#handle = handle
  }

  /** @param path below the folder */
  static async create(folder: ExportFolder, path: string): Promise<FileWriter> {
    const file = join(folder.path, path)
    try {
      await mkdir(dirname(file), { recursive: true })
      return new FileWriter(path, file, await open(file, 'wx'), folder.done)
    } catch (error) {
      throw writeFailure(file, error, 'export')
    }
  }

  get bytes(): number {
    return this.#bytes
  }

  async write(bytes: Uint8Array): Promise<void> {
    this.#hash.update(bytes)
    this.#bytes += bytes.length
    try {
      await this.#handle.writeFile(bytes)
    } catch (error) {
      await this.abort()
      throw writeFailure(this.#file, error, 'export')
    }
  }

  /** Gives the file up; what was written of it goes with the unfinished folder. */
  async abort(): Promise<void> {
    await this.#handle.close().catch(() => undefined)
  }

  async close(rows?: number): Promise<ExportFile> {
    await this.#handle.sync()
    await this.#handle.close()
    const file = {
      path: this.path,
      bytes: this.#bytes,
      sha256: this.#hash.digest('hex'),
      ...(rows === undefined ? {} : { rows }),
    }
    await this.#done?.(file)
    return file
  }
}

/** Writes a small file whole. */
export async function writeFileOf(
  folder: ExportFolder,
  path: string,
  content: string | Uint8Array,
  rows?: number,
): Promise<ExportFile> {
  const writer = await FileWriter.create(folder, path)
  await writer.write(typeof content === 'string' ? new TextEncoder().encode(content) : content)
  return writer.close(rows)
}
