import { maskHash, readMask } from '../../../edit/index.ts'
import { pictureHash, readPicture } from '../../../image/index.ts'
import type { Sql } from '../../../jobs/index.ts'
import type { Owner, StoredPicture } from '../../edits.ts'
import type { Pictures } from '../../pictures.ts'

/** A picture as described in a recipe. */
export interface WantedPicture {
  /** Its file name. */
  readonly name: string
  /** The hash of its pixels, or of a mask's coverage. */
  readonly hash: string
  readonly by: 'pixels' | 'coverage'
}

/** Maximum number of pixels that one search decodes, in pictures not searched before. */
const mostPixels = 200_000_000

const shown = 'p.id, p.name, p.type, p.width, p.height, p.bytes'

/** Finds pictures of an owner by their content. Pictures are decoded the first time that they are searched. */
export class PictureFinder {
  readonly #sql: Sql
  readonly #pictures: Pictures

  constructor(sql: Sql, pictures: Pictures) {
    this.#sql = sql
    this.#pictures = pictures
  }

  /**
   * The owner's pictures with these hashes. Pictures not decoded before are decoded until all are found: same names
   * first, then the newest.
   */
  async find(owner: Owner, wanted: readonly WantedPicture[]): Promise<ReadonlyMap<string, StoredPicture>> {
    let found = await this.#known(owner, wanted)
    let pixels = 0
    while (wanted.some(({ hash }) => !found.has(hash))) {
      const next = await this.#unread(
        owner,
        wanted.map(({ name }) => name),
      )
      if (!next || pixels + next.width * next.height > mostPixels) break
      pixels += next.width * next.height
      await this.#note(owner, next.id)
      found = await this.#known(owner, wanted)
    }
    return found
  }

  async #known(owner: Owner, wanted: readonly WantedPicture[]): Promise<ReadonlyMap<string, StoredPicture>> {
    const { schema } = this.#sql
    const hashesOf = (by: WantedPicture['by']): readonly string[] =>
      wanted.filter((each) => each.by === by).map(({ hash }) => hash)
    const rows = await this.#sql.query<StoredPicture & { readonly hash: string }>(
      `WITH seen AS (
         SELECT picture, pixels AS hash FROM ${schema}.history_hashes WHERE pixels = ANY ($2::text[])
         UNION SELECT picture, coverage FROM ${schema}.history_hashes WHERE coverage = ANY ($3::text[]))
       SELECT seen.hash, ${shown} FROM seen JOIN ${schema}.pictures AS p ON p.id = seen.picture
        WHERE p.owner = $1 AND p.state = 'here' AND p.kind = 'picture'
        -- Of several with the same pixels, one with the name that the recipe has.
        ORDER BY p.name = ANY ($4::text[]), p.touched_at`,
      [owner, hashesOf('pixels'), hashesOf('coverage'), wanted.map(({ name }) => name)],
    )
    return new Map(rows.map(({ hash, ...picture }) => [hash, picture]))
  }

  async #unread(owner: Owner, names: readonly string[]): Promise<StoredPicture | undefined> {
    const { schema } = this.#sql
    const [row] = await this.#sql.query<StoredPicture>(
      `SELECT ${shown} FROM ${schema}.pictures AS p
        WHERE p.owner = $1 AND p.state = 'here' AND p.kind = 'picture'
          AND NOT EXISTS (SELECT FROM ${schema}.history_hashes AS h WHERE h.picture = p.id)
        ORDER BY p.name = ANY ($2::text[]) DESC, p.touched_at DESC LIMIT 1`,
      [owner, names],
    )
    return row
  }

  /** Unreadable pictures are recorded as well, so that they are not tried again and again. */
  async #note(owner: Owner, id: string): Promise<void> {
    const bytes = await this.#pictures.read(owner, id).catch(() => undefined)
    const pixels = bytes && (await readPicture(bytes).then(pictureHash, () => undefined))
    const coverage = bytes && (await readMask(bytes).then(maskHash, () => undefined))
    await this.#sql.query(
      `INSERT INTO ${this.#sql.schema}.history_hashes (picture, pixels, coverage) VALUES ($1, $2, $3)
       ON CONFLICT DO NOTHING`,
      [id, pixels ?? '', coverage ?? ''],
    )
  }
}
