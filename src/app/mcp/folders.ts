import { constants, lstat, open, realpath, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ServiceError } from '../../service/index.ts'
import { UsageError } from '../failure.ts'

/** Largest picture file that is read, in bytes. */
const mostBytes = 100 * 1024 * 1024

/** The folders that files may be read from and written to, whatever links and `..` a path has. */
export class AllowedFolders {
  readonly #folders: readonly string[]

  private constructor(folders: readonly string[]) {
    this.#folders = folders
  }

  /** @throws UsageError for what is no folder */
  static async open(folders: readonly string[]): Promise<AllowedFolders> {
    const real = await Promise.all(
      folders.map(async (folder) => {
        const found = await realpath(folder).catch(() => undefined)
        if (found === undefined || !(await stat(found)).isDirectory())
          throw new UsageError(`--allow ${folder}: expected a folder that exists`)
        return found
      }),
    )
    return new AllowedFolders(real)
  }

  get folders(): readonly string[] {
    return this.#folders
  }

  /** The file of a path or a `file:` address; relative paths are those of the first folder. @throws ServiceError */
  async read(path: string): Promise<{ readonly name: string; readonly bytes: Uint8Array }> {
    const file = await realpath(this.#whole(path)).catch(() => undefined)
    if (file === undefined || !this.#holds(file)) throw this.#outside(path)
    // Not to wait for ever at a pipe that lies there.
    const handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK)
    try {
      const found = await handle.stat()
      if (!found.isFile()) throw new ServiceError('input', `${path}: expected a file`)
      if (found.size > mostBytes)
        throw new ServiceError(
          'picture',
          `${path}: expected a file of at most ${mostBytes} bytes, got ${found.size}`,
        )
      return { name: basename(file), bytes: await handle.readFile() }
    } finally {
      await handle.close()
    }
  }

  /** Where a path leads to, for a file to be written there; its folder exists. @throws ServiceError */
  async place(path: string): Promise<string> {
    const whole = this.#whole(path)
    const folder = await realpath(dirname(whole)).catch(() => undefined)
    if (folder === undefined || !this.#holds(folder)) throw this.#outside(path)
    const place = join(folder, basename(whole))
    // A link there would be followed, also one to where nothing is yet.
    const isThere = await lstat(place).then(
      () => true,
      () => false,
    )
    const target = await realpath(place).catch(() => undefined)
    if (isThere && (target === undefined || !this.#holds(target))) throw this.#outside(path)
    return place
  }

  #whole(path: string): string {
    if (path.includes('\0')) throw this.#outside(path)
    if (!/^file:/i.test(path)) return resolve(this.#folders[0]!, path)
    try {
      return fileURLToPath(path)
    } catch {
      throw this.#outside(path)
    }
  }

  #holds(path: string): boolean {
    return this.#folders.some(
      (folder) => path === folder || path.startsWith(folder.endsWith(sep) ? folder : `${folder}${sep}`),
    )
  }

  /** The same words for what is not there and what may not be seen. */
  #outside(path: string): ServiceError {
    return new ServiceError(
      'input',
      `${path.slice(0, 200).replaceAll('\0', '\\0')}: no such file in ${this.#folders.join(', ')}; give a path in there, or start the server with --allow <folder>`,
    )
  }
}
