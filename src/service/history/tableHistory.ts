import { randomUUID } from 'node:crypto'
import type { Session as Connection, Sql } from '../../jobs/index.ts'
import type { Edit, EditService, EditTask, Owner, StoredPicture } from '../edits.ts'
import { ServiceError } from '../error.ts'
import type { History, Recall, Session, SessionChange, SessionNode } from '../history.ts'
import type { Models } from '../models.ts'
import type { Pictures } from '../pictures.ts'
import { exportSession } from './archive/exportSession.ts'
import { type ImportLimits, importSession } from './archive/importSession.ts'
import { PictureFinder } from './recall/findPictures.ts'
import { recallPicture } from './recall/recall.ts'
import { picturesMade, picturesOfTask, readNodes, readSessions, toldNodes } from './rows.ts'
import { SessionChanges } from './sessionChanges.ts'

/** Dependencies of the history. */
export interface HistoryParts {
  readonly sql: Sql
  readonly edits: EditService
  readonly pictures: Pictures
  /** Dependencies of looking up recipes. */
  readonly models: Pick<Models, 'models' | 'loras'>
  /**
   * In a transaction: the pictures of an owner, which cannot be deleted until it has ended. @throws ServiceError
   * `missing`
   */
  readonly hold: (
    connection: Connection,
    owner: Owner,
    ids: readonly string[],
  ) => Promise<ReadonlyMap<string, StoredPicture>>
  readonly limits: ImportLimits
}

/** Limits: characters of a name, nodes of a session, sessions of an owner. */
const [mostLetters, mostNodes, mostSessions] = [200, 10_000, 10_000]

/** How long a deleted session can be restored. */
const restorableHours = 24

/** {@link History} over tables of the job store's database. */
export class TableHistory implements History {
  readonly #parts: HistoryParts
  readonly #schema: string
  readonly #changes: SessionChanges
  readonly #finder: PictureFinder

  constructor(parts: HistoryParts) {
    this.#parts = parts
    this.#schema = parts.sql.schema
    this.#changes = new SessionChanges(parts.sql)
    this.#finder = new PictureFinder(parts.sql, parts.pictures)
  }

  async create(owner: Owner, name: string): Promise<Session> {
    const id = randomUUID()
    const called = checkName('name', name)
    await this.#parts.sql.transaction(async (connection) => {
      const version = await this.#nextVersion(connection, owner)
      await this.#addSession(connection, { id, owner, name: called, version })
    })
    await this.#purge()
    return this.#session(owner, id)
  }

  async sessions(owner: Owner): Promise<readonly Session[]> {
    await this.#settle(owner)
    return readSessions(this.#parts.sql, this.#schema, owner)
  }

  async open(
    owner: Owner,
    session: string,
  ): Promise<{ readonly session: Session; readonly nodes: readonly SessionNode[] }> {
    const edits = await this.#settle(owner, session)
    const found = await this.#session(owner, session)
    const rows = await readNodes(this.#parts.sql, this.#schema, 'n.session = $1', [session])
    return { session: found, nodes: toldNodes(rows, edits) }
  }

  async rename(owner: Owner, session: string, name: string): Promise<Session> {
    const called = checkName('name', name)
    await this.#change(owner, session, (connection) =>
      connection.query(`UPDATE ${this.#schema}.history_sessions SET name = $1 WHERE id = $2`, [
        called,
        session,
      ]),
    )
    return this.#session(owner, session)
  }

  async delete(owner: Owner, session: string): Promise<void> {
    await this.#change(owner, session, (connection) =>
      connection.query(
        `UPDATE ${this.#schema}.history_sessions SET deleted_at = clock_timestamp() WHERE id = $1`,
        [session],
      ),
    )
    await this.#purge()
  }

  async restore(owner: Owner, session: string): Promise<Session> {
    const [deleted] = await this.#parts.sql.query<{ id: string }>(
      `UPDATE ${this.#schema}.history_sessions SET deleted_at = NULL WHERE owner = $1 AND id = $2 RETURNING id`,
      [owner, session],
    )
    if (deleted) await this.#change(owner, session, () => Promise.resolve([]))
    return this.#session(owner, session)
  }

  changes(owner: Owner, signal: AbortSignal): AsyncIterable<SessionChange> {
    return this.#changes.of(owner, signal)
  }

  async addPicture(owner: Owner, session: string, picture: string): Promise<SessionNode> {
    const id = randomUUID()
    await this.#parts.sql.transaction(async (connection) => {
      const held = await this.#parts.hold(connection, owner, [picture])
      await this.#touchSession(connection, owner, session)
      await this.#checkRoom(connection, session, 1)
      await this.#addNodes(connection, owner, session, [{ id, parent: null, picture: held.get(picture)! }])
    })
    this.#changes.touch()
    return this.#node(owner, session, id)
  }

  async edit(
    owner: Owner,
    session: string,
    parent: string,
    tasks: readonly Omit<EditTask, 'picture'>[],
  ): Promise<readonly SessionNode[]> {
    const from = await this.#node(owner, session, parent)
    if (!from.picture)
      throw new ServiceError('conflict', `node ${short(parent)}: has no picture; edit one that has`)
    if (from.removed) throw isRemoved(parent)
    const { id: picture } = from.picture
    const full = tasks.map((task) => ({ ...task, picture }))
    const ids = full.map(() => randomUUID())
    await this.#parts.edits.submit(owner, full, async (connection, edits) => {
      await this.#touchSession(connection, owner, session)
      await this.#checkRoom(connection, session, full.length)
      const nodes = full.map((task, i) => ({ id: ids[i]!, parent, edit: edits[i]!, task }))
      await this.#addNodes(connection, owner, session, nodes)
    })
    this.#changes.touch()
    const { nodes } = await this.open(owner, session)
    return ids.flatMap((id) => nodes.find((node) => node.id === id) ?? [])
  }

  async nameNode(
    owner: Owner,
    session: string,
    node: string,
    name: string | undefined,
  ): Promise<SessionNode> {
    const called = name === undefined ? null : checkName('name', name)
    await this.#node(owner, session, node)
    await this.#change(owner, session, (connection) =>
      connection.query(`UPDATE ${this.#schema}.history_nodes SET name = $1 WHERE id = $2`, [called, node]),
    )
    return this.#node(owner, session, node)
  }

  async setRemoved(owner: Owner, session: string, node: string, removed: boolean): Promise<SessionNode> {
    const { parent } = await this.#node(owner, session, node)
    if (!removed && parent !== null && (await this.#node(owner, session, parent)).removed)
      throw new ServiceError(
        'conflict',
        `node ${short(node)}: its parent is removed; restore the parent, and everything below comes back`,
      )
    await this.#change(owner, session, (connection) =>
      connection.query(`UPDATE ${this.#schema}.history_nodes SET removed = $1 WHERE id = $2`, [
        removed,
        node,
      ]),
    )
    return this.#node(owner, session, node)
  }

  async export(owner: Owner, session: string): Promise<AsyncIterable<Uint8Array>> {
    const { session: found, nodes } = await this.open(owner, session)
    return exportSession(owner, found, nodes, this.#parts.pictures)
  }

  async import(owner: Owner, file: AsyncIterable<Uint8Array>): Promise<Session> {
    const { pictures, limits } = this.#parts
    const id = randomUUID()
    await importSession(owner, file, { pictures, limits }, async ({ name, createdAt, nodes, used }) => {
      await this.#parts.sql.transaction(async (connection) => {
        await this.#parts.hold(connection, owner, used)
        const version = await this.#nextVersion(connection, owner)
        await this.#addSession(connection, { id, owner, name, version, createdAt })
        await this.#addNodes(connection, owner, id, nodes)
      })
    })
    this.#changes.touch()
    return this.#session(owner, id)
  }

  recall(owner: Owner, picture: string): Promise<Recall | undefined> {
    const { pictures, models } = this.#parts
    return recallPicture(owner, picture, { pictures, models, finder: this.#finder })
  }

  async #session(owner: Owner, id: string): Promise<Session> {
    const [session] = await readSessions(this.#parts.sql, this.#schema, owner, id)
    if (!session) throw missing('session', id)
    return session
  }

  async #node(owner: Owner, session: string, id: string): Promise<SessionNode> {
    const { nodes } = await this.open(owner, session)
    const node = nodes.find((each) => each.id === id)
    if (!node) throw missing('node', id)
    return node
  }

  /** A change of a session in a transaction, reported to watchers. */
  async #change(
    owner: Owner,
    session: string,
    run: (connection: Connection) => Promise<unknown>,
  ): Promise<void> {
    await this.#parts.sql.transaction(async (connection) => {
      await this.#touchSession(connection, owner, session)
      await run(connection)
    })
    this.#changes.touch()
  }

  /** From here to the end of the transaction, changes of an owner are serialised. */
  async #nextVersion(connection: Connection, owner: Owner): Promise<number> {
    const [row] = await connection.query<{ version: number }>(
      `INSERT INTO ${this.#schema}.history_owners AS old (owner, version) VALUES ($1, 1)
       ON CONFLICT (owner) DO UPDATE SET version = old.version + 1 RETURNING version::float8 AS version`,
      [owner],
    )
    return row!.version
  }

  /** @throws ServiceError `missing` */
  async #touchSession(connection: Connection, owner: Owner, session: string): Promise<void> {
    const version = await this.#nextVersion(connection, owner)
    const [row] = await connection.query(
      `UPDATE ${this.#schema}.history_sessions SET version = $1, changed_at = clock_timestamp()
        WHERE id = $2 AND owner = $3 AND deleted_at IS NULL RETURNING id`,
      [version, session, owner],
    )
    if (!row) throw missing('session', session)
  }

  async #addSession(
    connection: Connection,
    session: {
      readonly id: string
      readonly owner: Owner
      readonly name: string
      readonly version: number
      readonly createdAt?: string
    },
  ): Promise<void> {
    const { id, owner, name, version, createdAt = null } = session
    const [row] = await connection.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM ${this.#schema}.history_sessions WHERE owner = $1 AND deleted_at IS NULL`,
      [owner],
    )
    if (row!.count >= mostSessions)
      throw new ServiceError('conflict', `sessions: you have ${row!.count}; delete some of them`)
    await connection.query(
      `INSERT INTO ${this.#schema}.history_sessions (id, owner, name, version, created_at)
       VALUES ($1, $2, $3, $4, coalesce($5::timestamptz, clock_timestamp())) ON CONFLICT DO NOTHING`,
      [id, owner, name, version, createdAt],
    )
  }

  async #checkRoom(connection: Connection, session: string, more: number): Promise<void> {
    const [row] = await connection.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM ${this.#schema}.history_nodes WHERE session = $1`,
      [session],
    )
    if (row!.count + more > mostNodes)
      throw new ServiceError(
        'conflict',
        `session: has ${row!.count} pictures of at most ${mostNodes}; continue in a new session`,
      )
  }

  async #addNodes(
    connection: Connection,
    owner: Owner,
    session: string,
    nodes: readonly NewNode[],
  ): Promise<void> {
    for (const { id, parent, name, picture, edit, ended, task, createdAt } of nodes) {
      await connection.query(
        `INSERT INTO ${this.#schema}.history_nodes (id, session, parent, name, picture, edit, ended, created_at)
         VALUES ($1, $2, $3, $4, $5::json, $6, $7::json, coalesce($8::timestamptz, clock_timestamp()))
         ON CONFLICT DO NOTHING`,
        [id, session, parent, name ?? null, asJson(picture), edit ?? null, asJson(ended), createdAt ?? null],
      )
      const wants = ended?.task ?? task
      await this.#addPictures(connection, owner, id, [
        ...(picture ? [picture.id] : []),
        ...(wants ? picturesOfTask(wants) : []),
        ...(ended ? picturesMade(ended) : []),
      ])
    }
  }

  async #addPictures(
    connection: Connection,
    owner: Owner,
    node: string,
    pictures: readonly string[],
  ): Promise<void> {
    await connection.query(
      `INSERT INTO ${this.#schema}.history_pictures (node, owner, picture)
       SELECT $1, $2, picture FROM unnest($3::text[]) AS used (picture) ON CONFLICT DO NOTHING`,
      [node, owner, pictures],
    )
  }

  /** Records how edits have ended, and returns the open ones. @param session only this one */
  async #settle(owner: Owner, session?: string): Promise<ReadonlyMap<string, Edit>> {
    const { sql, edits } = this.#parts
    const open = await sql.query<{ id: string; edit: string }>(
      `SELECT n.id, n.edit FROM ${this.#schema}.history_nodes AS n
         JOIN ${this.#schema}.history_sessions AS s ON s.id = n.session
        WHERE s.owner = $1 AND ($2::text IS NULL OR s.id = $2) AND n.edit IS NOT NULL AND n.ended IS NULL`,
      [owner, session ?? null],
    )
    if (open.length === 0) return new Map()
    const found = new Map(
      (
        await edits.find(
          owner,
          open.map(({ edit }) => edit),
        )
      ).map((edit) => [edit.id, edit]),
    )
    for (const { id, edit: name } of open) {
      const edit = found.get(name)
      if (!edit || edit.state === 'waiting' || edit.state === 'active') continue
      await sql.transaction(async (connection) => {
        const [row] = await connection.query<{ session: string }>(
          `UPDATE ${this.#schema}.history_nodes SET ended = $1::json, picture = $2::json
            WHERE id = $3 AND ended IS NULL RETURNING session`,
          [JSON.stringify(edit), asJson(edit.result), id],
        )
        if (!row) return
        await this.#addPictures(connection, owner, id, picturesMade(edit))
        await connection.query(
          `UPDATE ${this.#schema}.history_sessions SET changed_at = greatest(changed_at, $1::timestamptz) WHERE id = $2`,
          [edit.endedAt ?? edit.createdAt, row.session],
        )
      })
    }
    return found
  }

  /** Finally deletes sessions that can no longer be restored, with their edits; and data about deleted pictures. */
  async #purge(): Promise<void> {
    const { sql, edits, pictures } = this.#parts
    const late = await sql.query<{ owner: Owner; id: string }>(
      `SELECT owner, id FROM ${this.#schema}.history_sessions
        WHERE deleted_at < clock_timestamp() - $1::float8 * interval '1 hour' LIMIT 100`,
      [restorableHours],
    )
    for (const { owner, id } of late) {
      const made = await sql.query<{ edit: string }>(
        `SELECT edit FROM ${this.#schema}.history_nodes WHERE session = $1 AND edit IS NOT NULL`,
        [id],
      )
      const shown = await sql.query<{ picture: string }>(
        `SELECT DISTINCT p.picture FROM ${this.#schema}.history_pictures AS p
           JOIN ${this.#schema}.history_nodes AS n ON n.id = p.node WHERE n.session = $1`,
        [id],
      )
      await sql.query(`DELETE FROM ${this.#schema}.history_sessions WHERE id = $1`, [id])
      // Edits that something else still uses are refused, and stay.
      for (const { edit } of made) await edits.delete(owner, edit).catch(ifRefused)
      for (const { picture } of shown) await pictures.delete(owner, picture).catch(ifRefused)
    }
    await sql.query(
      `DELETE FROM ${this.#schema}.history_hashes AS h
        WHERE NOT EXISTS (SELECT FROM ${this.#schema}.pictures AS p WHERE p.id = h.picture)`,
    )
  }
}

function ifRefused(error: unknown): void {
  if (!(error instanceof ServiceError)) throw error
}

/** A node to add. */
export interface NewNode {
  readonly id: string
  readonly parent: string | null
  readonly name?: string | undefined
  readonly picture?: StoredPicture | undefined
  readonly edit?: string | undefined
  readonly task?: EditTask | undefined
  readonly ended?: Edit | undefined
  readonly createdAt?: string | undefined
}

const asJson = (value: unknown): string | null => (value === undefined ? null : JSON.stringify(value))

const short = (id: string): string => JSON.stringify(id.slice(0, 8))

const missing = (what: string, id: string): ServiceError =>
  new ServiceError('missing', `${what} ${JSON.stringify(id.slice(0, 80))}: no such ${what}`)

const isRemoved = (node: string): ServiceError =>
  new ServiceError('conflict', `node ${short(node)}: is removed; restore it to edit its picture`)

/** A name without invisible characters. @throws ServiceError `input` */
function checkName(where: string, name: string): string {
  const seen = name
    .normalize('NFC')
    .replaceAll(/[\p{Cc}\p{Cf}\p{Surrogate}\p{Zl}\p{Zp}]/gu, '')
    .trim()
  const { length } = [...seen]
  if (length >= 1 && length <= mostLetters) return seen
  throw new ServiceError('input', `${where}: expected 1 to ${mostLetters} letters, got ${length}`)
}
