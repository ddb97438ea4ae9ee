import { canonicalJson, type Session, type Sql } from '../../jobs/index.ts'
import type { SplitShares } from '../configuration.ts'
import { PackedIds } from '../packedIds.ts'
import { type CutoutEntry, splitOf } from '../sources/catalog.ts'
import { NearGroups } from '../sources/near.ts'

/** A cut-out; of one from a file its perceptual hash, by which it gets its group and side. */
export interface NewCutout {
  readonly entry: CutoutEntry
  readonly hash?: string
}

const pageRows = 500

/**
 * Makes these the cut-outs of the dataset; those that were and do not come are gone. Of two with one id the last counts.
 * All or nothing.
 * @param pages called within the transaction, and again where that has to be repeated
 */
export async function replaceCutouts(
  sql: Sql,
  pages: (session: Session) => AsyncIterable<readonly NewCutout[]>,
  options: { readonly plan: number; readonly seed: number; readonly split: SplitShares },
): Promise<void> {
  const { schema } = sql
  await sql.transaction(async (session) => {
    for await (const page of pages(session)) await insertCutouts(session, schema, page, options.plan)
    await session.query(`UPDATE ${schema}.cutouts SET state = 'gone' WHERE state = 'used' AND plan <> $1`, [
      options.plan,
    ])
    await groupCutouts(session, schema, options)
  })
}

async function insertCutouts(
  session: Session,
  schema: string,
  page: readonly NewCutout[],
  plan: number,
): Promise<void> {
  const last = [...new Map(page.map((each) => [each.entry.id, each])).values()]
  if (last.length === 0) return
  await session.query(
    `INSERT INTO ${schema}.cutouts (unit, id, content, name, licence, group_id, split, hash, state, plan)
     SELECT id, id, content::json, name, licence, group_id, split, hash, 'used', $8::int
       FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[])
         AS new (id, content, name, licence, group_id, split, hash)
     ON CONFLICT (unit) DO UPDATE
        SET content = excluded.content, name = excluded.name, licence = excluded.licence,
            group_id = excluded.group_id, split = excluded.split, hash = excluded.hash, state = 'used',
            plan = excluded.plan`,
    [
      last.map(({ entry }) => entry.id),
      last.map(({ entry }) => canonicalJson(entry)),
      last.map(({ entry }) => entry.name.en),
      last.map(({ entry }) => entry.licence),
      last.map(({ entry }) => entry.group),
      last.map(({ entry }) => entry.split),
      last.map(({ hash }) => hash ?? null),
      plan,
    ],
  )
}

/** Gives those of files the groups and sides of those that look alike. */
async function groupCutouts(
  session: Session,
  schema: string,
  options: { readonly plan: number; readonly seed: number; readonly split: SplitShares },
): Promise<void> {
  const [ids, groups] = [new PackedIds(), new NearGroups()]
  for await (const page of ofFiles(session, schema))
    for (const { id, hash } of page) {
      ids.add(id)
      groups.add(hash)
    }
  let number = 0
  for await (const page of ofFiles(session, schema)) {
    const moved: NewCutout[] = []
    for (const { content, hash } of page) {
      const group = ids.at(groups.groupOf(number++))
      const entry = JSON.parse(content) as CutoutEntry
      moved.push({ entry: { ...entry, group, split: splitOf(group, options) }, hash })
    }
    await insertCutouts(session, schema, moved, options.plan)
  }
}

interface FileRow {
  readonly id: string
  readonly hash: string
  readonly content: string
}

async function* ofFiles(session: Session, schema: string): AsyncGenerator<readonly FileRow[]> {
  for (let after = ''; ; ) {
    const rows = await session.query<FileRow>(
      `SELECT id, hash, content::text AS content FROM ${schema}.cutouts
        WHERE state = 'used' AND hash IS NOT NULL AND id > $1 ORDER BY id LIMIT ${pageRows}`,
      [after],
    )
    if (rows.length > 0) yield rows
    if (rows.length < pageRows) return
    after = rows.at(-1)!.id
  }
}
