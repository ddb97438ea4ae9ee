import { Queue } from '../../edit/index.ts'
import { encodeThumbnail } from '../../image/index.ts'
import type { Owner, StoredPicture } from '../edits.ts'
import { ServiceError } from '../error.ts'
import type { Pictures } from '../pictures.ts'
import type { PictureStore } from './pictureStore.ts'
import { cleanName, examinePicture, type PictureLimits } from './takeIn.ts'
import { isUsed } from './uses.ts'

/** Allowed sizes of thumbnails, so that one picture cannot have thousands. */
const sides = [16, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024, 1536, 2048]

/** Pictures that are decoded at a time: each may take hundreds of megabytes. */
const decodedAtOnce = 2

/** {@link Pictures} over a {@link PictureStore}. */
export class OwnedPictures implements Pictures {
  readonly #store: PictureStore
  readonly #limits: PictureLimits
  readonly #decoding = new Queue(decodedAtOnce)

  constructor(store: PictureStore, limits: PictureLimits) {
    this.#store = store
    this.#limits = limits
  }

  async add(owner: Owner, name: string, bytes: Uint8Array): Promise<StoredPicture> {
    const called = cleanName(name)
    const facts = await this.#decoding.run(() => examinePicture(called, bytes, this.#limits))
    return this.#store.keep(owner, bytes, { ...facts, name: called, kind: 'picture', renames: true })
  }

  get(owner: Owner, id: string): Promise<StoredPicture> {
    return this.#store.find(owner, id)
  }

  async read(owner: Owner, id: string): Promise<Uint8Array> {
    await this.#store.find(owner, id)
    return this.#store.bytes(id)
  }

  async thumbnail(owner: Owner, id: string, side: number): Promise<Uint8Array> {
    await this.#store.find(owner, id)
    const most = sides.findLast((each) => each <= side) ?? sides[0]!
    const { sql, files } = this.#store
    const [known] = await sql.query<{ file: string }>(
      `SELECT file FROM ${sql.schema}.thumbnails WHERE picture = $1 AND side = $2::int`,
      [id, most],
    )
    // A lost thumbnail is made again.
    const kept = known && (await files.get(known.file).catch(() => undefined))
    if (kept) return kept
    const bytes = await this.#decoding.run(async () => encodeThumbnail(await this.#store.bytes(id), most))
    await this.#store.keepThumbnail(id, most, bytes)
    return bytes
  }

  async delete(owner: Owner, id: string): Promise<void> {
    await this.#store.find(owner, id)
    const { schema } = this.#store.sql
    const where = `owner = $1 AND id = $2 AND NOT ${isUsed(schema)}`
    if ((await this.#store.drop(where, [owner, id])) === 0)
      throw new ServiceError(
        'conflict',
        `picture ${id.slice(0, 12)}: an edit or a session uses it; delete that first`,
      )
  }
}
