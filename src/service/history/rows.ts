import type { Session as Connection } from '../../jobs/index.ts'
import type { Edit, Owner, StoredPicture } from '../edits.ts'
import type { Session, SessionNode } from '../history.ts'

/** A time as ISO 8601, in a statement. */
const isoTime = (column: string): string =>
  `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`

interface SessionRow extends Omit<Session, 'picture'> {
  readonly picture: string | null
}

/** Sessions of an owner that are not deleted, newest change first. @param id one of them alone */
export async function readSessions(
  connection: Connection,
  schema: string,
  owner: Owner,
  id?: string,
): Promise<readonly Session[]> {
  const rows = await connection.query<SessionRow>(
    `WITH RECURSIVE own AS (
       SELECT id, name, created_at, changed_at FROM ${schema}.history_sessions
        WHERE owner = $1 AND deleted_at IS NULL AND ($2::text IS NULL OR id = $2)),
     shown AS (
       SELECT n.id, n.session, n.number, n.picture FROM ${schema}.history_nodes AS n JOIN own ON own.id = n.session
        WHERE n.parent IS NULL AND NOT n.removed
       UNION ALL
       SELECT n.id, n.session, n.number, n.picture FROM ${schema}.history_nodes AS n JOIN shown ON n.parent = shown.id
        WHERE NOT n.removed)
     SELECT own.id, own.name, ${isoTime('own.created_at')} AS "createdAt", ${isoTime('own.changed_at')} AS "changedAt",
            (SELECT count(*)::int FROM shown WHERE session = own.id) AS nodes,
            (SELECT picture->>'id' FROM shown WHERE session = own.id AND picture IS NOT NULL
              ORDER BY number DESC LIMIT 1) AS picture
       FROM own ORDER BY own.changed_at DESC, own.id`,
    [owner, id ?? null],
  )
  return rows.map(({ picture, ...session }) => ({ ...session, ...(picture !== null && { picture }) }))
}

/** A row of the table of nodes. */
export interface NodeRow {
  readonly id: string
  readonly session: string
  readonly parent: string | null
  readonly name: string | null
  readonly picture: StoredPicture | null
  readonly edit: string | null
  readonly ended: Edit | null
  readonly removed: boolean
  readonly createdAt: string
}

/** Nodes by a condition over `n`, in order of creation. */
export function readNodes(
  connection: Connection,
  schema: string,
  where: string,
  values: readonly unknown[],
): Promise<NodeRow[]> {
  return connection.query(
    `SELECT n.id, n.session, n.parent, n.name, n.picture, n.edit, n.ended, n.removed,
            ${isoTime('n.created_at')} AS "createdAt"
       FROM ${schema}.history_nodes AS n WHERE ${where} ORDER BY n.number`,
    values,
  )
}

/** All nodes of a session as reported; descendants of a removed node are removed. */
export function toldNodes(
  rows: readonly NodeRow[],
  edits: ReadonlyMap<string, Edit>,
): readonly SessionNode[] {
  const removed = new Set<string>()
  return rows.map((row) => {
    const { id, parent } = row
    if (row.removed || (parent !== null && removed.has(parent))) removed.add(id)
    const edit = row.ended ?? (row.edit === null ? undefined : edits.get(row.edit))
    const picture = row.picture ?? edit?.result
    return {
      id,
      parent,
      ...(row.name !== null && { name: row.name }),
      ...(picture && { picture }),
      ...(edit && { edit }),
      createdAt: row.createdAt,
      ...(removed.has(id) && { removed: true }),
    }
  })
}

/** All pictures of an edit that has ended, or of a task. */
export function picturesOfTask({ picture, others = [], mask, init }: Edit['task']): readonly string[] {
  return [picture, ...others, ...(mask === undefined ? [] : [mask]), ...(init ? [init.picture] : [])]
}

/** Pictures that an edit has made. */
export const picturesMade = ({ result, changeMap }: Edit): readonly string[] => [
  ...(result ? [result.id] : []),
  ...(changeMap === undefined ? [] : [changeMap]),
]
