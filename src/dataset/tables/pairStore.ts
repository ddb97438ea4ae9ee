import { canonicalJson, type JobStore, type Json, type Session } from '../../jobs/index.ts'
import type { Caption, Decision, Dossier, Judgement, Measure, Pair } from '../pairs/pair.ts'
import type { PairStore } from '../pairs/store.ts'
import type { Split } from '../sources/catalog.ts'
import type { Kind } from '../taxonomy.ts'
import { captionerAges } from './captioners.ts'

/** The journal of people's decisions. */
const decisionsJournal = 'decisions'

/** Dossiers that are read at a time: each page takes six statements. */
const pageRows = 200

/** Sources whose pairs are read at a time. */
const pageSources = 50

interface PairRow {
  readonly id: string
  readonly content: string
  readonly split: Split | null
}

/** Adds pairs within a transaction; of the same pixels made by two drafts, the smaller draft key's facts stay. */
export async function insertPairs(
  session: Session,
  schema: string,
  pairs: readonly { readonly pair: Pair; readonly draft?: string }[],
): Promise<void> {
  const unique = new Map<string, { readonly pair: Pair; readonly draft?: string }>()
  for (const each of pairs) {
    const other = unique.get(each.pair.id)
    if (other === undefined || (each.draft ?? '') < (other.draft ?? '')) unique.set(each.pair.id, each)
  }
  const rows = [...unique.values()].sort((a, b) => (a.pair.id < b.pair.id ? -1 : 1))
  if (rows.length === 0) return
  await session.query(
    `INSERT INTO ${schema}.pairs AS known (id, kind, source, draft, content)
     SELECT id, kind, source, draft, content::json
       FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[]) AS new (id, kind, source, draft, content)
     ON CONFLICT (id) DO UPDATE
        SET kind = excluded.kind, source = excluded.source, draft = excluded.draft, content = excluded.content
      WHERE excluded.draft < known.draft`,
    [
      rows.map(({ pair }) => pair.id),
      rows.map(({ pair }) => pair.kind),
      rows.map(({ pair }) => pair.source),
      rows.map(({ draft }) => draft ?? null),
      rows.map(({ pair }) => text(pair)),
    ],
  )
}

/** Pairs and what is known of them, in the tables beside the units; decisions in a journal. */
export class TablePairStore implements PairStore {
  readonly #jobs: JobStore

  constructor(jobs: JobStore) {
    this.#jobs = jobs
  }

  async add(pairs: readonly Pair[]): Promise<void> {
    const { sql } = this.#jobs
    await sql.transaction((session) =>
      insertPairs(
        session,
        sql.schema,
        pairs.map((pair) => ({ pair })),
      ),
    )
  }

  async addMeasures(pair: string, measures: readonly Measure[]): Promise<void> {
    const { sql } = this.#jobs
    await sql.query(
      `INSERT INTO ${sql.schema}.measures (pair, "check", version, "values", tools)
       SELECT $1, new.name, new.version, new.found::json, new.tools
         FROM unnest($2::text[], $3::int[], $4::text[], $5::text[]) AS new (name, version, found, tools)
       ON CONFLICT DO NOTHING`,
      [
        pair,
        measures.map(({ check }) => check),
        measures.map(({ version }) => version),
        measures.map(({ values }) => text(values)),
        measures.map(({ tools = '' }) => tools),
      ],
    )
  }

  addCaptions(pair: string, captions: readonly Caption[]): Promise<void> {
    return this.#addById('captions', pair, captions)
  }

  addJudgements(pair: string, judgements: readonly Judgement[]): Promise<void> {
    return this.#addById('judgements', pair, judgements)
  }

  async decide(decisions: readonly Omit<Decision, 'at'>[]): Promise<readonly Decision[]> {
    const keys = decisions.map(({ pair, id }) => `${pair}/${id}`)
    await this.#jobs.append(
      decisionsJournal,
      decisions.map((decision, i) => ({ key: keys[i]!, content: decision as unknown as Json })),
    )
    const { sql } = this.#jobs
    const rows = await sql.query<DecisionRow>(
      `SELECT ${decisionColumns} FROM ${sql.schema}.entries WHERE journal = $1 AND key = ANY ($2::text[])`,
      [decisionsJournal, keys],
    )
    const byId = new Map(
      rows.map(decisionOf).map((decision) => [`${decision.pair}/${decision.id}`, decision]),
    )
    return keys.map((key) => byId.get(key)!)
  }

  async *decisions(): AsyncIterable<Decision> {
    for await (const { content, at } of this.#jobs.entries(decisionsJournal))
      yield { ...(content as unknown as Omit<Decision, 'at'>), at }
  }

  async get(pair: string): Promise<Dossier | undefined> {
    const { sql } = this.#jobs
    const rows = await sql.query<PairRow>(
      `SELECT ${pairColumns} ${fromPairs(sql.schema)} WHERE pairs.id = $1`,
      [pair],
    )
    const [dossier] = await this.#dossiersOf(rows)
    return dossier
  }

  async *dossiers({
    kinds,
    after = '',
  }: {
    readonly kinds?: readonly Kind[]
    readonly after?: string
  } = {}): AsyncIterable<Dossier> {
    const { sql } = this.#jobs
    const page = async (from: string): Promise<Page> => {
      const rows = await sql.query<PairRow>(
        `SELECT ${pairColumns} ${fromPairs(sql.schema)}
          WHERE pairs.wanted AND pairs.id > $1 AND ($2::text[] IS NULL OR kind = ANY ($2::text[]))
          ORDER BY pairs.id LIMIT ${pageRows}`,
        [from, kinds ?? null],
      )
      const last = rows.length < pageRows ? undefined : rows.at(-1)!.id
      return { dossiers: await this.#dossiersOf(rows), last }
    }
    // The database reads a page while the caller works on the one before it.
    let next: Promise<Page> | undefined = page(after)
    while (next !== undefined) {
      const { dossiers, last }: Page = await next
      next = last === undefined ? undefined : page(last)
      // Whoever stops early is not told that the page after it failed.
      next?.catch(() => undefined)
      yield* dossiers
    }
  }

  async *bySource(): AsyncIterable<readonly Dossier[]> {
    const { sql } = this.#jobs
    for (let after = ''; ; ) {
      const sources = await sql.query<{ source: string }>(
        `SELECT DISTINCT source FROM ${sql.schema}.pairs WHERE wanted AND source > $1 ORDER BY source LIMIT ${pageSources}`,
        [after],
      )
      const rows = await sql.query<PairRow>(
        `SELECT ${pairColumns} ${fromPairs(sql.schema)}
          WHERE pairs.wanted AND pairs.source = ANY ($1::text[]) ORDER BY pairs.id`,
        [sources.map(({ source }) => source)],
      )
      const groups = new Map<string, Dossier[]>(sources.map(({ source }) => [source, []]))
      for (const dossier of await this.#dossiersOf(rows)) groups.get(dossier.pair.source)?.push(dossier)
      yield* groups.values()
      if (sources.length < pageSources) return
      after = sources.at(-1)!.source
    }
  }

  async #addById(
    table: 'captions' | 'judgements',
    pair: string,
    items: readonly { readonly id: string }[],
  ): Promise<void> {
    const { sql } = this.#jobs
    await sql.query(
      `INSERT INTO ${sql.schema}.${table} (id, pair, content)
       SELECT new.id, $1, new.content::json FROM unnest($2::text[], $3::text[]) AS new (id, content)
       ON CONFLICT DO NOTHING`,
      [pair, items.map(({ id }) => id), items.map(text)],
    )
  }

  /** Five statements, however many pairs they are. The pairs have to be in the order of their ids. */
  async #dossiersOf(rows: readonly PairRow[]): Promise<readonly Dossier[]> {
    if (rows.length === 0) return []
    const { sql } = this.#jobs
    const ids = rows.map(({ id }) => id)
    const [measures, captions, judgements, decisions, ageOf] = await Promise.all([
      sql.query<{ pair: string; check: string; version: number; values: string; tools: string }>(
        `SELECT pair, "check", version, "values"::text AS "values", tools FROM ${sql.schema}.measures
          WHERE pair = ANY ($1::text[]) ORDER BY pair, "check", version, number`,
        [ids],
      ),
      sql.query<ContentRow>(contents(sql.schema, 'captions'), [ids]),
      sql.query<ContentRow>(contents(sql.schema, 'judgements'), [ids]),
      sql.query<DecisionRow>(
        // Ids are followed by '/', and '0' comes after '/'.
        `SELECT ${decisionColumns} FROM ${sql.schema}.entries
          WHERE journal = $1 AND key > $2 AND key < $3 AND split_part(key, '/', 1) = ANY ($4::text[])
          ORDER BY number`,
        [decisionsJournal, `${ids[0]}/`, `${ids.at(-1)}0`, ids],
      ),
      captionerAges(sql),
    ])
    const found = {
      measures: grouped(measures, ({ check, version, values, tools }): Measure => {
        const measure = { check, version, values: JSON.parse(values) as Measure['values'] }
        return tools === '' ? measure : { ...measure, tools }
      }),
      captions: grouped(captions, ({ content }) => JSON.parse(content) as Caption),
      judgements: grouped(judgements, ({ content }) => JSON.parse(content) as Judgement),
      decisions: grouped(
        decisions.map(decisionOf).map((decision) => ({ pair: decision.pair, decision })),
        ({ decision }) => decision,
      ),
    }
    return rows.map(({ id, content, split }): Dossier => {
      const pair = JSON.parse(content) as Pair
      return {
        pair: split === null ? pair : { ...pair, split },
        measures: found.measures.get(id) ?? [],
        captions: [...(found.captions.get(id) ?? [])].sort(inOrder(ageOf)),
        judgements: found.judgements.get(id) ?? [],
        decisions: found.decisions.get(id) ?? [],
      }
    })
  }
}

/** Some dossiers, and the id after which the next ones stand. */
interface Page {
  readonly dossiers: readonly Dossier[]
  readonly last: string | undefined
}

interface ContentRow {
  readonly pair: string
  readonly content: string
}

/** A pair is on the side of its source, which may change with the photographs around it. */
const fromPairs = (schema: string): string =>
  `FROM ${schema}.pairs
   LEFT JOIN ${schema}.sources ON sources.id = pairs.source AND sources.state = 'used'
   LEFT JOIN ${schema}.sources AS outside ON outside.id = pairs.source AND outside.state = 'outside'`

const pairColumns =
  'pairs.id, pairs.content::text AS content, coalesce(sources.split, outside.split) AS split'

const contents = (schema: string, table: 'captions' | 'judgements'): string =>
  `SELECT pair, content::text AS content FROM ${schema}.${table} WHERE pair = ANY ($1::text[]) ORDER BY pair, id`

interface DecisionRow {
  readonly content: string
  readonly at: string
}

const decisionColumns = `content::text AS content,
  to_char(added_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS at`

const decisionOf = ({ content, at }: DecisionRow): Decision => ({
  ...(JSON.parse(content) as Omit<Decision, 'at'>),
  at,
})

const text = (value: unknown): string => canonicalJson(value as Json)

function grouped<Row extends { readonly pair: string }, Item>(
  rows: readonly Row[],
  itemOf: (row: Row) => Item,
): ReadonlyMap<string, readonly Item[]> {
  const groups = new Map<string, Item[]>()
  for (const row of rows) {
    const group = groups.get(row.pair)
    if (group) group.push(itemOf(row))
    else groups.set(row.pair, [itemOf(row)])
  }
  return groups
}

/**
 * By captioner, how new its words are, purpose, round, wording and language: the same whoever was first. Of each captioner
 * the last is one of the newest.
 */
function inOrder(ageOf: (caption: Caption) => number): (a: Caption, b: Caption) => number {
  const key = (caption: Caption): string => {
    const {
      captioner: { name, version },
      prompt = '',
      purpose,
      round,
      wording,
      language,
      id,
    } = caption
    return [
      name,
      String(ageOf(caption)).padStart(9, '0'),
      version,
      prompt,
      purpose,
      String(round).padStart(6, '0'),
      String(wording).padStart(6, '0'),
      language,
      id,
    ].join(' ')
  }
  return (a, b) => (key(a) < key(b) ? -1 : 1)
}
