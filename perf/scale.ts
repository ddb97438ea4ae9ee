import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import {
  type Catalog,
  catalogSources,
  DraftPlanner,
  donorRings,
  draftUnits,
  openParts,
  openWorkspace,
  type Parts,
  pickPairs,
  readFunnel,
  type SourceEntry,
  type Workspace,
} from 'pentimento/dataset'
import { digestOf, type Unit } from 'pentimento/jobs'
import { type Figures, type Perf, round3, time } from './measure.ts'

/** Sources of the largest of three datasets, each twice as large as the one before. */
const usualSources = 4000
/** Pairs of a source in the tables that report and selection read. */
const pairsOfSource = 5

/**
 * What a dataset costs beside its drafts, on made rows: planning (what is missing, and units for it), taking and ending
 * units, report and selection, on three sizes; the growth law is time ∝ size^exponent. On the Postgres server of
 * `DATABASE_URL`, each size in a schema of its own, which is dropped; else on a database in a folder. The baseline of
 * each size is the one half as large.
 */
export async function scale(perf: Perf): Promise<Figures> {
  const most = Number(perf.flags.sources ?? usualSources)
  const rows: Row[] = []
  for (const sources of [most / 4, most / 2, most].map(Math.round)) {
    const row = await measured(sources)
    rows.push(row)
    perf.line(
      `${sources} sources, ${row.units} units of ${row.drafts} drafts: planned ${Math.round(row.drafts / row.plan)} drafts/s ` +
        `(${Math.round(row.units / row.plan)} units/s), again in ${row.again.toFixed(1)} s; ` +
        `${Math.round(row.taken / row.work)} units/s taken and ended; ${row.pairs} pairs: ` +
        `report ${row.report.toFixed(2)} s, selection ${row.select.toFixed(2)} s; process ${row.megabytes} MB; ` +
        `catalogue in ${row.catalog.toFixed(1)} s, ${Math.round(row.catalogBytes)} bytes a source`,
    )
  }
  const [first, last] = [rows[0]!, rows.at(-1)!]
  const growth = (of: (row: Row) => number): number =>
    round3(Math.log(of(last) / of(first)) / Math.log(last.sources / first.sources))
  const exponents = {
    catalogGrowth: growth(({ catalog }) => catalog),
    planGrowth: growth(({ plan }) => plan),
    reportGrowth: growth(({ report }) => report),
    selectGrowth: growth(({ select }) => select),
    memoryGrowth: growth(({ megabytes }) => megabytes),
  }
  perf.line(
    `growth with the number of sources: planning ^${exponents.planGrowth}, report ^${exponents.reportGrowth}, ` +
      `selection ^${exponents.selectGrowth}, memory ^${exponents.memoryGrowth}`,
  )
  return {
    database: process.env.DATABASE_URL === undefined ? 'in a folder' : 'a server',
    sources: last.sources,
    draftsPlannedPerSecond: round3(last.drafts / last.plan),
    unitsPlannedPerSecond: round3(last.units / last.plan),
    unitsDonePerSecond: round3(last.taken / last.work),
    pairs: last.pairs,
    reportSeconds: round3(last.report),
    selectSeconds: round3(last.select),
    megabytes: last.megabytes,
    catalogSeconds: round3(last.catalog),
    catalogBytesPerSource: Math.round(last.catalogBytes),
    ...exponents,
  }
}

interface Row {
  readonly sources: number
  readonly drafts: number
  readonly units: number
  readonly taken: number
  readonly pairs: number
  /** Seconds. */
  readonly plan: number
  readonly again: number
  readonly work: number
  readonly report: number
  readonly select: number
  readonly megabytes: number
  /** Finding copies, near-duplicates and sides of all sources, and what the process holds of each meanwhile. */
  readonly catalog: number
  readonly catalogBytes: number
}

async function measured(count: number): Promise<Row> {
  const catalogue = await catalogued(count)
  const folder = mkdtempSync(join(tmpdir(), 'scale-'))
  writeFileSync(
    join(folder, 'pentimento.dataset.json'),
    JSON.stringify({ name: `scale_${count}_${process.pid}`, sources: [{ path: '.' }] }),
  )
  const workspace = await openWorkspace(folder, { env: process.env })
  const parts = await openParts(workspace, process.env)
  try {
    const catalog: Catalog = { sources: Array.from({ length: count }, (_, i) => madeSource(i)), cutouts: [] }
    const planned = new Map<string, number>()
    let units = 0
    const plan = async (number: number): Promise<void> => {
      planned.clear()
      units = 0
      const planner = new DraftPlanner(
        { configuration: workspace.configuration, ...parts },
        donorRings(catalog),
      )
      let page: Unit[] = []
      for await (const unit of draftUnits(workspace, parts, { planner, sources: catalog.sources, planned })) {
        units++
        page.push(unit)
        if (page.length < 1000) continue
        await workspace.jobs.add(page, { plan: number })
        page = []
      }
      await workspace.jobs.add(page, { plan: number })
      await workspace.jobs.putAside('drafts', number)
    }
    const planSeconds = (await time(() => plan(1))) / 1000
    const again = (await time(() => plan(2))) / 1000
    const drafts = [...planned.values()].reduce((sum, each) => sum + each, 0)
    const { taken, seconds: work } = await takeUnits(workspace)
    const pairs = await fillTables(workspace, parts, count)
    const report = (await time(() => readFunnel(workspace))) / 1000
    let kept = 0
    const select = await time(async () => {
      for await (const { selected } of pickPairs(workspace)) if (selected.state === 'kept') kept++
    })
    if (kept === 0) throw new Error('scale: the selection keeps none of the made pairs')
    const megabytes = Math.round(process.memoryUsage.rss() / 2 ** 20)
    return {
      sources: count,
      drafts,
      units,
      taken,
      pairs,
      plan: planSeconds,
      again,
      work,
      report,
      select: select / 1000,
      megabytes,
      catalog: catalogue.seconds,
      catalogBytes: catalogue.bytes,
    }
  } finally {
    const { sql } = workspace.jobs
    if (workspace.isShared) await sql.query(`DROP SCHEMA ${sql.schema} CASCADE`)
    await parts.tools.close()
    await workspace.close()
    rmSync(folder, { recursive: true })
  }
}

/** What one process has of all sources at once before it plans, and how long it takes to bring them into groups and sides. */
async function catalogued(count: number): Promise<{ readonly seconds: number; readonly bytes: number }> {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  collect()
  const before = process.memoryUsage().heapUsed
  const ingested = Array.from({ length: count }, (_, i) => {
    const { name, type, licence, file, group: _group, split: _split, ...source } = madeSource(i)
    // Hashes of different pictures: those of the rows beside would all be near each other.
    const hash = digestOf(i)
    const found = { ...file, name, type, licence, path: `/photos/${name}`, place: '.' }
    return { file: found, sources: [{ ...source, hash: hash.slice(0, 16), colours: hash.repeat(3) }] }
  })
  let made: unknown
  const seconds =
    (await time(async () => {
      made = catalogSources(ingested, { seed: 0, split: { train: 0.9, validation: 0.05, test: 0.05 } })
    })) / 1000
  collect()
  const bytes = (process.memoryUsage().heapUsed - before) / count
  if (made === undefined || ingested.length !== count) throw new Error('internal: nothing was catalogued')
  return { seconds, bytes }
}

const hex = (number: number, digits = 64): string => number.toString(16).padStart(digits, '0')

function madeSource(i: number): SourceEntry {
  return {
    id: hex(i),
    at: '',
    width: 512,
    height: 512,
    original: { width: 1024, height: 1024, format: 'jpeg' },
    hash: hex(i, 16),
    colours: '8'.repeat(192),
    picture: hex(i),
    name: `${i}.jpg`,
    type: 'photo',
    licence: 'CC0-1.0',
    file: { name: `${i}.jpg`, sha256: hex(i), bytes: 100_000 },
    group: hex(i),
    split: 'train',
  }
}

/** Takes and ends units that have nothing to do, as many as five seconds allow. */
async function takeUnits({ jobs }: Workspace): Promise<{ taken: number; seconds: number }> {
  let taken = 0
  const start = performance.now()
  const worker = await jobs.work({
    queue: 'drafts',
    concurrency: 16,
    ahead: 64,
    handler: async () => {
      taken++
      return null
    },
  })
  await Promise.race([worker.done, new Promise((done) => setTimeout(done, 5000))])
  await worker.stop()
  return { taken, seconds: (performance.now() - start) / 1000 }
}

/** Rows as a run leaves them, made by the database itself. @returns the number of pairs */
async function fillTables({ jobs }: Workspace, { recipes }: Parts, sources: number): Promise<number> {
  const { sql } = jobs
  const { schema } = sql
  const { name, version } = recipes.find(({ kind }) => kind === 'tone_transfer')!
  const pairs = sources * pairsOfSource
  const edit = { en: 'make it darker', cn: '变暗' }
  const signature = { colours: '8'.repeat(192), area: { x: 0, y: 0, width: 512, height: 512 } }
  const pair = {
    kind: 'tone_transfer',
    split: 'train',
    origin: 'recipe',
    donors: [],
    width: 512,
    height: 512,
    facts: { kind: 'tone_transfer', action: 'grade', change: edit, result: edit },
    parameters: {},
    tools: {},
  }
  const random = 'md5(i::text) || md5((i + 1)::text)'
  await sql.query(
    `INSERT INTO ${schema}.pairs (id, kind, source, draft, content)
     SELECT id, 'tone_transfer', source, id, ($2::jsonb || jsonb_build_object('id', id, 'source', source,
              'recipe', jsonb_build_object('name', $3::text, 'version', $4::int, 'variant', i % ${pairsOfSource}),
              'pictures', jsonb_build_object('source', source, 'target', id),
              'signature', $5::jsonb || jsonb_build_object('source', left(id, 16), 'change', right(id, 16))))::json
       FROM (SELECT i, ${random} AS id, lpad(to_hex(i / ${pairsOfSource}), 64, '0') AS source
               FROM generate_series(0, $1::int - 1) AS i) AS made`,
    [pairs, JSON.stringify(pair), name, version, JSON.stringify(signature)],
  )
  await sql.query(
    `INSERT INTO ${schema}.drafts (key, source, kind, recipe, variant, state, pair, times)
     SELECT id, source, kind, $1, 0, 'drafted', id, '{"total": 1, "tools": {}}'::json FROM ${schema}.pairs`,
    [name],
  )
  const measures = {
    intact: { whole: 1 },
    changed: { share: 0.6 },
    structure: { edges: 0.9 },
  }
  for (const [check, values] of Object.entries(measures))
    await sql.query(
      `INSERT INTO ${schema}.measures (pair, "check", version, "values") SELECT id, $1, 1, $2::json FROM ${schema}.pairs`,
      [check, JSON.stringify(values)],
    )
  for (const language of ['en', 'cn'] as const)
    await sql.query(
      `INSERT INTO ${schema}.captions (id, pair, content)
       SELECT $1 || id, id, ($2::jsonb || jsonb_build_object('id', $1 || id))::json FROM ${schema}.pairs`,
      [
        language,
        JSON.stringify({
          captioner: { name: 'grammar', version: '3' },
          purpose: 'instruction',
          round: 0,
          wording: 0,
          language,
          text: edit[language],
          agreement: 1,
        }),
      ],
    )
  const planned = [{ recipe: name, kind: 'tone_transfer', drafts: pairs }]
  await sql.query(`INSERT INTO ${schema}.facts (name, content) VALUES ('plan', $1::json)`, [
    JSON.stringify({
      version: 2,
      name: 'scale',
      seed: 0,
      planned,
      leftOut: [],
      found: { files: sources, others: 0 },
      rejections: [],
      cutoutRejections: [],
      problems: [],
      tools: {},
      rejected: {},
    }),
  ])
  await sql.query(`ANALYZE ${schema}.pairs`)
  return pairs
}
