import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  type Funnel,
  kinds,
  openParts,
  openWorkspace,
  type Parts,
  readFunnel,
  runDataset,
  startWorking,
  type Workspace,
  writeReport,
} from 'pentimento/dataset'
import { type Figures, type Perf, round3, time } from './measure.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

/** Of each kind this many drafts a photograph. */
const drafts = 1
const photos = join(root, 'examples/photos')

/**
 * The dataset pipeline on the photographs of examples/: triplets a minute by kind, the share of time outside of recipes and
 * tools, and with `DATABASE_URL` (an empty Postgres database) two worker processes against one.
 */
export async function dataset(perf: Perf): Promise<Figures> {
  const folder = mkdtempSync(join(tmpdir(), 'pentimento-'))
  try {
    const figures: Record<string, number> = {}
    const { funnel, minutes } = await here(join(folder, 'here'))
    Object.assign(figures, ratesOf(funnel, perf))
    const { recipes, tools } = funnel.overview.times
    const seconds = (rows: typeof recipes): number => rows.reduce((sum, row) => sum + row.seconds, 0)
    const outside = 1 - seconds(tools) / Math.max(1e-9, seconds(recipes))
    perf.line(
      `${funnel.total.kept} of ${funnel.total.planned} drafts kept in ${minutes.toFixed(1)} min; ` +
        `${(100 * outside).toFixed(1)} % of a unit's time outside of tools`,
    )
    figures.outsideTools = round3(outside)
    figures.kept = funnel.total.kept
    figures.planned = funnel.total.planned
    const url = process.env.DATABASE_URL
    if (url === undefined)
      perf.line('two processes against one: left out; DATABASE_URL names no Postgres server')
    else {
      const one = await crew(join(folder, 'one'), url, 1)
      const two = await crew(join(folder, 'two'), url, 2)
      perf.line(
        `on Postgres: one process ${one.toFixed(1)} s, two ${two.toFixed(1)} s, ${(one / two).toFixed(2)}x`,
      )
      Object.assign(figures, { oneProcessSeconds: round3(one), twoProcesses: round3(one / two) })
    }
    return figures
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const none = Object.fromEntries(kinds.map((kind) => [kind, 0]))

/** One process, one unit at a time, so that a unit's time is its own. */
async function here(folder: string): Promise<{ readonly funnel: Funnel; readonly minutes: number }> {
  write(folder, 'here', Object.fromEntries(kinds.map((kind) => [kind, drafts])))
  const env = { ...process.env, DATABASE_URL: undefined }
  const workspace = await openWorkspace(folder, { env })
  const parts = await openParts(workspace, env)
  const signal = new AbortController().signal
  const working = await startWorking(workspace, parts, { signal, concurrency: 1 })
  const milliseconds = await time(() => runDataset(workspace, parts, { signal, failed: working.failed }))
  await working.stop()
  const { funnel } = await writeReport(workspace, join(folder, 'report'), { kept: 0, refused: 0 })
  await parts.tools.close()
  await workspace.close()
  return { funnel, minutes: milliseconds / 60e3 }
}

function ratesOf(
  { recipes, overview: { times }, kinds: byKind }: Funnel,
  perf: Perf,
): Record<string, number> {
  const figures: Record<string, number> = {}
  for (const kind of kinds) {
    const step = byKind[kind]
    if (step === undefined) continue
    const names = new Set(recipes.filter((recipe) => recipe.kind === kind).map(({ name }) => name))
    const seconds = times.recipes
      .filter(({ name }) => names.has(name))
      .reduce((sum, row) => sum + row.seconds, 0)
    const rate = seconds > 0 ? (60 * step.kept) / seconds : 0
    perf.line(`${kind}: ${rate.toFixed(1)} triplets a minute, ${step.kept} of ${step.planned} drafts kept`)
    figures[`${kind}_perMinute`] = round3(rate)
  }
  return figures
}

/** Seconds that worker processes take for drafts of recipes that need no tools. */
async function crew(folder: string, url: string, workers: number): Promise<number> {
  write(
    folder,
    `perf_${workers}_${process.pid}`,
    { ...none, style_change: 4, tone_transfer: 6 },
    { 'style_change/stylizer': 0 },
  )
  const env = { ...process.env, DATABASE_URL: url }
  const workspace = await openWorkspace(folder, { env })
  const parts = await openParts(workspace, env)
  const children = await Promise.all(Array.from({ length: workers }, () => startWorker(folder, env)))
  try {
    const milliseconds = await time(() => runToEnd(workspace, parts))
    const { failed, open } = (await readFunnel(workspace)).total
    if (failed + open > 0) throw new Error(`perf: ${failed} dead, ${open} open`)
    return milliseconds / 1000
  } finally {
    const ended = children.map((child) => new Promise((done) => child.once('close', done)))
    for (const child of children) child.kill('SIGTERM')
    await Promise.all(ended)
    await parts.tools.close()
    await workspace.close()
  }
}

async function runToEnd(workspace: Workspace, parts: Parts): Promise<void> {
  await runDataset(workspace, parts, {
    signal: new AbortController().signal,
    failed: new Promise<never>(() => undefined),
  })
}

/** A process of the command line that has taken its first look at the queues. */
async function startWorker(folder: string, env: NodeJS.ProcessEnv): Promise<ChildProcess> {
  const flags = [...process.execArgv, join(root, 'src/app/main.ts')]
  const child = spawn(process.execPath, [...flags, 'dataset', 'work', folder, '--concurrency', '1'], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await new Promise<void>((done, fail) => {
    child.stdout?.once('data', () => done())
    child.once('close', (code) => fail(new Error(`perf: a worker ended with ${code}`)))
  })
  return child
}

function write(folder: string, name: string, ofKinds: object, recipes: object = {}): void {
  mkdirSync(folder, { recursive: true })
  if (readdirSync(photos).length < 2) throw new Error(`perf: no photographs in ${photos}`)
  writeFileSync(
    join(folder, 'pentimento.dataset.json'),
    JSON.stringify({ name, sources: [{ path: photos, licence: 'CC0-1.0' }], kinds: ofKinds, recipes }),
  )
}
