import type { Json, Session, Sql } from '../../jobs/index.ts'

/** A unit that has ended, or not. */
export interface EndedUnit {
  readonly state: string
  readonly output?: Json
  readonly reason: string
}

/** Units by their keys, which are hashes. */
export async function unitsByKey(
  sql: Pick<Sql & Session, 'query' | 'schema'>,
  keys: readonly string[],
): Promise<ReadonlyMap<string, EndedUnit>> {
  const rows = await sql.query<{ key: string; state: string; output: string | null; reason: string | null }>(
    `SELECT key, state, output::text AS output, reason FROM ${sql.schema}.units WHERE key = ANY ($1::text[])`,
    [keys],
  )
  return new Map(
    rows.map(({ key, state, output, reason }) => [
      key,
      { state, reason: reason ?? '', ...(output !== null && { output: JSON.parse(output) as Json }) },
    ]),
  )
}
