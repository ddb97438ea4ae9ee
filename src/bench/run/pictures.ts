import { type FilePicture, readFilePicture } from '../../image/index.ts'
import type { FileStore } from '../../jobs/index.ts'
import type { Suite } from '../suite/suite.ts'
import type { PicturePlace } from './units.ts'

/** Bytes of decoded pictures that are kept: about 80 of GEdit-Bench's size. */
const keptBytes = 64 * 2 ** 20

/** Decoded pictures of a suite and of a file store, the latest used kept. Nobody may write to their pixels. */
export class Pictures {
  readonly #suite: Pick<Suite, 'read'>
  readonly #files: FileStore
  readonly #kept = new Map<string, { readonly picture: Promise<FilePicture>; bytes: number }>()
  #bytes = 0

  constructor(suite: Pick<Suite, 'read'>, files: FileStore) {
    this.#suite = suite
    this.#files = files
  }

  of(place: PicturePlace): Promise<FilePicture> {
    const key = 'path' in place ? `path ${place.path}` : `file ${place.file}`
    const known = this.#kept.get(key)
    if (known) {
      this.#kept.delete(key)
      this.#kept.set(key, known)
      return known.picture
    }
    const entry = { picture: this.#read(place), bytes: 0 }
    this.#kept.set(key, entry)
    entry.picture.then(
      ({ data, png }) => {
        entry.bytes = data.length + (png?.length ?? 0)
        this.#bytes += entry.bytes
        this.#forget()
      },
      () => this.#kept.delete(key),
    )
    return entry.picture
  }

  async #read(place: PicturePlace): Promise<FilePicture> {
    if ('path' in place) return this.#suite.read(place.path)
    return readFilePicture(await this.#files.get(place.file))
  }

  #forget(): void {
    for (const [key, { bytes }] of this.#kept) {
      if (this.#bytes <= keptBytes) return
      if (bytes === 0) continue
      this.#kept.delete(key)
      this.#bytes -= bytes
    }
  }
}
