import { type Layer, type Picture, readLayer } from '../image/index.ts'
import type { FileStore } from '../jobs/index.ts'
import type { Source } from './recipes/recipe.ts'
import type { SourceEntry } from './sources/catalog.ts'
import { readStored } from './storedPicture.ts'

/** Decoded pictures of the file store, the latest used kept: many units start from one source. */
export class PictureCache {
  readonly #files: FileStore
  readonly #most: number
  readonly #kept = new Map<string, Promise<Layer>>()

  /** @param most pictures to keep */
  constructor(files: FileStore, most = 48) {
    this.#files = files
    this.#most = most
  }

  /** Nobody may write to its pixels. */
  async picture(name: string): Promise<Picture> {
    const { picture } = await this.#once(`picture ${name}`, async () => {
      const { width, height, data } = await readStored(this.#files, name)
      return { picture: { width, height, data }, alpha: { width: 0, height: 0, data: new Uint8Array(0) } }
    })
    return picture
  }

  /** A source as recipes take it. */
  async source({ id, name, picture: file, sidecar, frames: names }: SourceEntry): Promise<Source> {
    const picture = await this.picture(file)
    const source = { id, name, picture, ...(sidecar !== undefined && { sidecar }) }
    if (names === undefined) return source
    const frames: Picture[] = []
    for (const frame of names) frames.push(await this.picture(frame))
    return { ...source, frames }
  }

  cutout(name: string): Promise<Layer> {
    return this.#once(`cutout ${name}`, async () => readLayer(await this.#files.get(name)))
  }

  async #once(key: string, read: () => Promise<Layer>): Promise<Layer> {
    const known = this.#kept.get(key)
    const promise = known ?? read()
    this.#kept.delete(key)
    this.#kept.set(key, promise)
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= this.#most) break
      this.#kept.delete(oldest)
    }
    try {
      return await promise
    } catch (error) {
      this.#kept.delete(key)
      throw error
    }
  }
}
