import type { Session, Sql } from '../../jobs/index.ts'
import type { Caption } from '../pairs/pair.ts'
import type { CaptionerEdition } from '../pairs/stage.ts'

/** Makes these the newest of their names, whichever versions and prompts were asked before. */
export async function renewCaptioners(sql: Sql, editions: readonly CaptionerEdition[]): Promise<void> {
  if (editions.length === 0) return
  await sql.query(
    `INSERT INTO ${sql.schema}.captioners (name, version, prompt, number)
     SELECT name, version, prompt, (SELECT coalesce(max(number), 0) + 1 FROM ${sql.schema}.captioners)
       FROM unnest($1::text[], $2::text[], $3::text[]) AS new (name, version, prompt)
     ON CONFLICT (name, version, prompt) DO UPDATE SET number = excluded.number`,
    [
      editions.map(({ name }) => name),
      editions.map(({ version }) => version),
      editions.map(({ prompt = '' }) => prompt),
    ],
  )
}

/** How new a caption is among those of its captioner: 0 where no run has named who wrote it. */
export async function captionerAges(
  sql: Pick<Session, 'query'> & Pick<Sql, 'schema'>,
): Promise<(caption: Caption) => number> {
  const rows = await sql.query<{ name: string; version: string; prompt: string; number: string | number }>(
    `SELECT name, version, prompt, number FROM ${sql.schema}.captioners`,
  )
  const numbers = new Map(
    rows.map(({ name, version, prompt, number }) => [keyOf(name, version, prompt), Number(number)]),
  )
  return ({ captioner: { name, version }, prompt = '' }) => numbers.get(keyOf(name, version, prompt)) ?? 0
}

const keyOf = (...parts: readonly string[]): string => JSON.stringify(parts)
