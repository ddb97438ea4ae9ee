import { canonicalJson, type Sql } from '../../jobs/index.ts'
import type { DraftOutcome } from '../draft.ts'
import type { Kind } from '../taxonomy.ts'
import { insertPairs } from './pairStore.ts'

/** A draft's row. */
export interface DraftRow {
  readonly key: string
  readonly source: string
  readonly kind: Kind
  readonly recipe: string
  readonly variant: number
  readonly outcome: DraftOutcome
}

/** Stores outcomes of drafts, and their pairs, in one transaction. */
export async function addDrafts(sql: Sql, drafts: readonly DraftRow[]): Promise<void> {
  await sql.transaction(async (session) => {
    await insertPairs(
      session,
      sql.schema,
      drafts.flatMap(({ key, outcome }) =>
        outcome.state === 'drafted' ? [{ pair: outcome.pair, draft: key }] : [],
      ),
    )
    await session.query(
      `INSERT INTO ${sql.schema}.drafts (key, source, kind, recipe, variant, state, reason, "values", pair, times)
       SELECT key, source, kind, recipe, variant, state, reason, found::json, pair, times::json
         FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::int[], $6::text[], $7::text[], $8::text[],
                     $9::text[], $10::text[])
           AS new (key, source, kind, recipe, variant, state, reason, found, pair, times)
       ON CONFLICT DO NOTHING`,
      [
        drafts.map(({ key }) => key),
        drafts.map(({ source }) => source),
        drafts.map(({ kind }) => kind),
        drafts.map(({ recipe }) => recipe),
        drafts.map(({ variant }) => variant),
        drafts.map(({ outcome }) => outcome.state),
        drafts.map(({ outcome }) => (outcome.state === 'rejected' ? outcome.reason : null)),
        drafts.map(({ outcome }) => (outcome.state === 'rejected' ? canonicalJson(outcome.values) : null)),
        drafts.map(({ outcome }) => (outcome.state === 'drafted' ? outcome.pair.id : null)),
        drafts.map(({ outcome }) => canonicalJson(outcome.times)),
      ],
    )
  })
}

/**
 * Of the drafts of some sources, these are wanted and the others are not.
 * @returns keys of the drafts that are there
 */
export async function wantDrafts(
  sql: Sql,
  sources: readonly string[],
  keys: () => Iterable<string>,
): Promise<ReadonlySet<string>> {
  const rows = await sql.query<{ key: string; wanted: boolean }>(
    `SELECT key, wanted FROM ${sql.schema}.drafts WHERE source = ANY ($1::text[])`,
    [sources],
  )
  if (rows.length === 0) return new Set()
  const chosen = new Set(keys())
  for (const wanted of [true, false]) {
    const changed = rows.filter((row) => row.wanted !== wanted && chosen.has(row.key) === wanted)
    if (changed.length > 0)
      await sql.query(`UPDATE ${sql.schema}.drafts SET wanted = $2 WHERE key = ANY ($1::text[])`, [
        changed.map(({ key }) => key),
        wanted,
      ])
  }
  return new Set(rows.map(({ key }) => key))
}

/** Leaves out the drafts of sources that are gone, and the pairs that no wanted draft gave. */
export async function wantPairs(sql: Sql): Promise<void> {
  const { schema } = sql
  await sql.transaction(async (session) => {
    await session.query(
      `UPDATE ${schema}.drafts SET wanted = false
        WHERE wanted AND NOT EXISTS (
          SELECT FROM ${schema}.sources WHERE sources.id = drafts.source AND sources.state = 'used')`,
    )
    await session.query(
      `UPDATE ${schema}.pairs SET wanted = NOT wanted
        WHERE draft IS NOT NULL AND wanted <> EXISTS (
          SELECT FROM ${schema}.drafts WHERE drafts.pair = pairs.id AND drafts.wanted)`,
    )
  })
}
