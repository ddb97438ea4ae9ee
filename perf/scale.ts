import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  addUnits,
  catalogSources,
  DraftPlanner,
  draftUnits,
  noFaults,
  openParts,
  openWorkspace,
  type Parts,
  pickPairs,
  readDonors,
  readFunnel,
  renewStatistics,
  sourcePages,
  type Workspace,
} from 'pentimento/dataset'
import type { Unit } from 'pentimento/jobs'
import { type Figures, type Perf, round3, time } from './measure.ts'

/** Sources of the larger of two datasets; the other, the baseline, has a quarter of them. */
const usualSources = 4000
/** Pairs of a source in the tables that report and selection read. */
const pairsOfSource = 5

/**
 * What a dataset costs beside its drafts, on made rows. `plan`: the sources of all files are told from copies, grouped and
 * given sides; drafts are planned, twice; units are taken and ended. `report`: funnel and selection over pairs. Each on two
 * sizes, of which the smaller is the baseline; the growth law is time ∝ size^exponent. On the Postgres server of
 * `DATABASE_URL`, each size in a schema of its own, which is dropped; else on a database in a folder. `--only` measures
 * one of the two, so that the memory is that of one process; `--seconds` ends the planning of a size early.
 */
export async function scale(perf: Perf): Promise<Figures> {
  const most = Number(perf.flags.sources ?? usualSources)
  const seconds = Number(perf.flags.seconds ?? Infinity)
  const parts = { plan: planning, report: reporting }
  const chosen = perf.flags.only?.split(',') ?? Object.keys(parts)
  const figures: Record<string, number | string> = {
    database: process.env.DATABASE_URL === undefined ? 'in a folder' : 'a server',
    sources: most,
  }
  for (const [name, measure] of Object.entries(parts)) {
    if (!chosen.includes(name)) continue
    const rows: Row[] = []
    for (const count of [Math.round(most / 4), most]) {
      rows.push(
        await inWorkspace(count, (workspace, opened) => measure(workspace, opened, { count, seconds })),
      )
      perf.line(
        `${count} sources: ${Object.entries(rows.at(-1)!)
          .map(([key, value]) => `${key} ${round3(value)}`)
          .join(', ')}`,
      )
    }
    const [small, large] = [rows[0]!, rows[1]!]
    for (const [key, value] of Object.entries(large)) {
      figures[key] = round3(value)
      if (!key.endsWith('Seconds') && !key.endsWith('Megabytes')) continue
      const exponent = Math.log(value / small[key]!) / Math.log(4)
      figures[`${key.replace(/Seconds$|Megabytes$/, '')}${key.endsWith('Megabytes') ? 'Memory' : ''}Growth`] =
        round3(exponent)
      perf.line(
        `${key}: ${round3(value / small[key]!)} times the baseline's for 4 times as many: ∝ size^${round3(exponent)}`,
      )
    }
  }
  return figures
}

/** Figures of one size. */
type Row = Readonly<Record<string, number>>

interface Size {
  readonly count: number
  readonly seconds: number
}

async function inWorkspace(
  count: number,
  measure: (workspace: Workspace, parts: Parts) => Promise<Row>,
): Promise<Row> {
  const folder = mkdtempSync(join(tmpdir(), 'scale-'))
  writeFileSync(
    join(folder, 'pentimento.dataset.json'),
    JSON.stringify({ name: `scale_${count}_${process.pid}`, sources: [{ path: '.' }] }),
  )
  const workspace = await openWorkspace(folder, { env: process.env })
  const parts = await openParts(workspace, process.env)
  try {
    return await measure(workspace, parts)
  } finally {
    const { sql } = workspace.jobs
    if (workspace.isShared) await sql.query(`DROP SCHEMA ${sql.schema} CASCADE`)
    await parts.tools.close()
    await workspace.close()
    rmSync(folder, { recursive: true })
  }
}

/** Seconds that something takes. */
const seconds = async (run: () => Promise<unknown>): Promise<number> => (await time(run)) / 1000

/** The most memory that this process had up to now. */
const peakMegabytes = (): number => process.resourceUsage().maxRSS / 1024

async function planning(workspace: Workspace, parts: Parts, { count, seconds: limit }: Size): Promise<Row> {
  const { jobs } = workspace
  await fillFiles(workspace, count)
  let sources = 0
  const catalogue = await seconds(async () => {
    sources = await catalogSources(workspace, noFaults(), 1)
  })
  if (sources < 0.99 * count) throw new Error(`scale: ${sources} of ${count} made files became sources`)
  const planned = new Map<string, number>()
  let units = 0
  const plan = async (number: number): Promise<void> => {
    planned.clear()
    const planner = new DraftPlanner(
      { configuration: workspace.configuration, ...parts },
      await readDonors(jobs.sql),
    )
    const all = draftUnits(workspace, parts, { planner, sources: sourcePages(jobs.sql), planned })
    const { signal } = new AbortController()
    units = await addUnits(jobs, 'drafts', upTo(limit, all), { signal, plan: number })
  }
  const cpu = process.cpuUsage()
  const first = await seconds(() => plan(1))
  const { user, system } = process.cpuUsage(cpu)
  const drafts = [...planned.values()].reduce((sum, each) => sum + each, 0)
  const [unitRate, draftRate] = [units / first, drafts / first]
  const again = await seconds(() => plan(2))
  const { taken, seconds: work } = await takeUnits(workspace)
  return {
    catalogueSeconds: catalogue,
    units,
    unitsPlannedPerSecond: unitRate,
    draftsPlannedPerSecond: draftRate,
    // Of this process, whatever else the machine does.
    cpuMicrosecondsPerUnit: (user + system) / units,
    ...(limit === Infinity && { planSeconds: first, planAgainSeconds: again }),
    unitsDonePerSecond: taken / work,
    planMegabytes: peakMegabytes(),
  }
}

/** The units that are worked out within some seconds. */
async function* upTo(limit: number, units: AsyncIterable<Unit>): AsyncGenerator<Unit> {
  const start = performance.now()
  for await (const unit of units) {
    yield unit
    if (performance.now() - start > 1000 * limit) return
  }
}

async function reporting(workspace: Workspace, parts: Parts, { count }: Size): Promise<Row> {
  const pairs = await fillTables(workspace, parts, count)
  const report = await seconds(() => readFunnel(workspace))
  let kept = 0
  const select = await seconds(async () => {
    for await (const { selected } of pickPairs(workspace)) if (selected.state === 'kept') kept++
  })
  if (kept === 0) throw new Error('scale: the selection keeps none of the made pairs')
  return { pairs, reportSeconds: report, selectSeconds: select, reportMegabytes: peakMegabytes() }
}

/** Files as a walk leaves them, and units that took them in, made by the database itself. */
async function fillFiles({ jobs }: Workspace, count: number): Promise<void> {
  const { sql } = jobs
  const { schema } = sql
  const source = {
    at: '',
    width: 512,
    height: 512,
    original: { width: 1024, height: 1024, format: 'jpeg' },
    colours: '8'.repeat(192),
  }
  const file = { place: '.', licence: 'CC0-1.0', type: 'photo', bytes: 100_000 }
  const made = `(SELECT i, md5(i::text) || md5('a' || i) AS id, md5('unit' || i) || md5('key' || i) AS unit
                  FROM generate_series(1, $1::int) AS i) AS made`
  await sql.query(`INSERT INTO ${schema}.queues (name) VALUES ('sources')`)
  await sql.query(`INSERT INTO ${schema}.lanes (queue, tools) VALUES ('sources', '{}')`)
  await sql.query(
    `INSERT INTO ${schema}.units (key, queue, lane, payload, priority, state, output)
     SELECT unit, 'sources', (SELECT min(id) FROM ${schema}.lanes), '{}', 0, 'done',
            json_build_object('sources', json_build_array(
              $2::jsonb || jsonb_build_object('id', id, 'picture', id, 'hash', left(md5('hash' || i), 16))))
       FROM ${made}`,
    [count, JSON.stringify(source)],
  )
  await sql.query(
    `INSERT INTO ${schema}.files (purpose, sha256, name, unit, content, plan)
     SELECT 'source', id, i || '.jpg', unit,
            ($2::jsonb || jsonb_build_object('sha256', id, 'name', i || '.jpg'))::json, 1
       FROM ${made}`,
    [count, JSON.stringify(file)],
  )
  await renewStatistics(sql)
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
  await renewStatistics(sql)
  return pairs
}
