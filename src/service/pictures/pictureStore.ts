import { createHash } from 'node:crypto'
import { type FileStore, JobError, type Session, type Sql } from '../../jobs/index.ts'
import type { Owner, StoredPicture } from '../edits.ts'
import { ServiceError } from '../error.ts'

/** Data about a stored file. */
export interface KeptFacts extends Omit<StoredPicture, 'id' | 'bytes'> {
  /** `picture`: uploaded, or a result. */
  readonly kind: 'picture' | 'preview' | 'map'
  /** For a preview: its edit. */
  readonly edit?: string
  /** Whether an existing picture gets this name. */
  readonly renames?: boolean
}

const columns = 'id, name, type, width, height, bytes'

/**
 * Pictures of owners, over files that several may share. A file's row is written before the file and deleted after it,
 * so that a kill at any moment leaves no file without a row. Who deletes holds a lock, which keeps out those who come
 * to want the same file meanwhile.
 */
export class PictureStore {
  readonly sql: Sql
  readonly files: FileStore
  readonly #lock: string

  constructor(sql: Sql, files: FileStore) {
    this.sql = sql
    this.files = files
    this.#lock = `hashtextextended('pentimento ${sql.schema} pictures', 0)`
  }

  /** Stores a file as a picture of an owner. */
  async keep(owner: Owner, bytes: Uint8Array, facts: KeptFacts): Promise<StoredPicture> {
    const { schema } = this.sql
    const id = createHash('sha256').update(bytes).digest('hex')
    const { name, type, width, height, kind, edit, renames = false } = facts
    const [row] = await this.sql.query<{ name: string; state: string }>(
      `WITH shared AS (SELECT pg_advisory_xact_lock_shared(${this.#lock}))
       INSERT INTO ${schema}.pictures AS old (owner, id, name, type, width, height, bytes, kind, edit)
       SELECT $1, $2, $3, $4, $5::int, $6::int, $7::int, $8, $9 FROM shared
       ON CONFLICT (owner, id) DO UPDATE
          SET name = CASE WHEN $10 OR old.kind <> 'picture' THEN excluded.name ELSE old.name END,
              kind = CASE WHEN excluded.kind = 'picture' THEN 'picture' ELSE old.kind END,
              state = CASE old.state WHEN 'going' THEN 'coming' ELSE old.state END,
              touched_at = clock_timestamp()
       RETURNING name, state`,
      [owner, id, name, type, width, height, bytes.length, kind, edit ?? null, renames],
    )
    await this.files.put(bytes)
    if (row?.state !== 'here')
      await this.sql.query(
        `UPDATE ${schema}.pictures SET state = 'here' WHERE owner = $1 AND id = $2 AND state = 'coming'`,
        [owner, id],
      )
    return { id, name: row?.name ?? name, type, width, height, bytes: bytes.length }
  }

  /** Stores a thumbnail of a picture. */
  async keepThumbnail(picture: string, side: number, bytes: Uint8Array): Promise<void> {
    const file = createHash('sha256').update(bytes).digest('hex')
    await this.sql.query(
      `WITH shared AS (SELECT pg_advisory_xact_lock_shared(${this.#lock}))
       INSERT INTO ${this.sql.schema}.thumbnails (picture, side, file) SELECT $1, $2::int, $3 FROM shared
       ON CONFLICT (picture, side) DO UPDATE SET file = excluded.file`,
      [picture, side, file],
    )
    await this.files.put(bytes)
  }

  /** @throws ServiceError `missing` */
  async find(owner: Owner, id: string): Promise<StoredPicture> {
    const [row] = await this.sql.query<StoredPicture>(
      `SELECT ${columns} FROM ${this.sql.schema}.pictures WHERE owner = $1 AND id = $2 AND state = 'here'`,
      [owner, id],
    )
    if (row === undefined) throw missing(id)
    return row
  }

  /** The file of a picture that was found. @throws ServiceError `missing` if it was deleted meanwhile */
  async bytes(id: string): Promise<Uint8Array> {
    try {
      return await this.files.get(id)
    } catch (error) {
      if (error instanceof JobError && error.code === 'file-missing') throw missing(id, error)
      throw error
    }
  }

  /**
   * The pictures of an owner, in a transaction that records their use; none of them is deleted until it has ended.
   * @throws ServiceError `missing`
   */
  async hold(
    session: Session,
    owner: Owner,
    ids: readonly string[],
  ): Promise<ReadonlyMap<string, StoredPicture>> {
    const held = await this.holdAll(session, new Map([[owner, ids]]))
    return held(owner, ids)
  }

  /** The same for several owners; the result looks up the pictures of one. */
  async holdAll(
    session: Session,
    wanted: ReadonlyMap<Owner, readonly string[]>,
  ): Promise<(owner: Owner, ids: readonly string[]) => ReadonlyMap<string, StoredPicture>> {
    await session.query(`SELECT pg_advisory_xact_lock_shared(${this.#lock})`)
    const pairs = [...wanted].flatMap(([owner, ids]) => ids.map((id) => [owner, id] as const))
    const rows = await session.query<StoredPicture & { readonly owner: Owner }>(
      `SELECT owner, ${columns} FROM ${this.sql.schema}.pictures
        WHERE (owner, id) IN (SELECT * FROM unnest($1::text[], $2::text[])) AND state = 'here'`,
      [pairs.map(([owner]) => owner), pairs.map(([, id]) => id)],
    )
    const found = new Map(rows.map(({ owner, ...picture }) => [`${picture.id} ${owner}`, picture]))
    return (owner, ids) =>
      new Map(
        ids.map((id) => {
          const picture = found.get(`${id} ${owner}`)
          if (!picture) throw missing(id)
          return [id, picture]
        }),
      )
  }

  /**
   * Deletes rows by a condition over `pictures`, and files without a remaining row. @returns how many rows
   * @param most rows at a time, during which nobody can store or hold a picture
   */
  async drop(where: string, values: readonly unknown[], most = 50): Promise<number> {
    const { schema } = this.sql
    const going = await this.#alone((session) =>
      session.query<{ owner: string; id: string }>(
        `UPDATE ${schema}.pictures SET state = 'going'
          WHERE (owner, id) IN (SELECT owner, id FROM ${schema}.pictures WHERE ${where} LIMIT ${most})
         RETURNING owner, id`,
        values,
      ),
    )
    if (going.length > 0) await this.#deleteGoing([...new Set(going.map(({ id }) => id))])
    return going.length
  }

  async #deleteGoing(ids: readonly string[]): Promise<void> {
    const { schema } = this.sql
    await this.#alone(async (session) => {
      const nobodys = `NOT EXISTS (SELECT FROM ${schema}.pictures AS p WHERE p.id = file AND p.state <> 'going')
                   AND NOT EXISTS (SELECT FROM ${schema}.thumbnails AS t WHERE t.file = files.file)`
      const free = (files: readonly string[]): Promise<{ file: string }[]> =>
        session.query(`SELECT file FROM unnest($1::text[]) AS files (file) WHERE ${nobodys}`, [files])
      const thumbnails = await session.query<{ file: string }>(
        `DELETE FROM ${schema}.thumbnails
          WHERE picture = ANY ($1::text[])
            AND NOT EXISTS (SELECT FROM ${schema}.pictures AS p WHERE p.id = picture AND p.state <> 'going')
         RETURNING file`,
        [ids],
      )
      for (const { file } of await free([...ids, ...thumbnails.map(({ file }) => file)]))
        await this.files.delete(file)
      await session.query(`DELETE FROM ${schema}.pictures WHERE id = ANY ($1::text[]) AND state = 'going'`, [
        ids,
      ])
    })
  }

  /** Completes what a kill has interrupted: deletions, partial files, thumbnails of deleted pictures. */
  async sweep(olderThanSeconds: number): Promise<number> {
    const { schema } = this.sql
    const going = await this.sql.query<{ id: string }>(
      `SELECT DISTINCT id FROM ${schema}.pictures WHERE state = 'going'`,
    )
    const orphans = await this.sql.query<{ id: string }>(
      `SELECT DISTINCT picture AS id FROM ${schema}.thumbnails
        WHERE NOT EXISTS (SELECT FROM ${schema}.pictures WHERE pictures.id = picture)`,
    )
    const ids = [...new Set([...going, ...orphans].map(({ id }) => id))]
    if (ids.length > 0) await this.#deleteGoing(ids)
    const late = `state = 'coming' AND touched_at < clock_timestamp() - $1::float8 * interval '1 second'`
    return ids.length + (await this.drop(late, [olderThanSeconds]))
  }

  /** A transaction during which nobody can store or hold a picture. */
  #alone<Result>(run: (session: Session) => Promise<Result>): Promise<Result> {
    return this.sql.transaction(async (session) => {
      await session.query(`SELECT pg_advisory_xact_lock(${this.#lock})`)
      return run(session)
    })
  }
}

function missing(id: string, cause?: unknown): ServiceError {
  const shown = /^[0-9a-f]{64}$/.test(id) ? id.slice(0, 12) : JSON.stringify(id.slice(0, 80))
  return new ServiceError('missing', `picture ${shown}: no such picture; upload it first`, { cause })
}
