import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encodePicture } from 'pentimento/image'
import { queryPostgres, startPostgres } from '../../test/postgres.ts'
import { type Figures, type Perf, round3 } from '../measure.ts'
import { endOf, newTold, runClients, type Told } from './clients.ts'
import { CommandProcess } from './processes.ts'

/** Seconds from kill to kill. */
const usualPause = 5

/**
 * A server and two workers on a Postgres of their own, and clients that submit small edits of the darkroom over HTTP, each
 * watching its own to the end. First nobody is killed, which is the baseline and shows memory; then a worker is killed
 * every few seconds, and started again. Fails where an edit that was accepted did not end exactly once, or clients were
 * told something else than the database knows.
 */
export async function server(perf: Perf): Promise<Figures> {
  const edits = Number(perf.flags.edits ?? 2000)
  const clients = Number(perf.flags.clients ?? 50)
  const harshEdits = Number(perf.flags.killed ?? Math.ceil(edits / 2))
  const pause = Number(perf.flags.pause ?? usualPause)
  const folder = mkdtempSync(join(tmpdir(), 'server-'))
  const postgres = startPostgres()
  const { PENTIMENTO_API_KEYS: _, ...own } = process.env
  const env = { ...own, DATABASE_URL: postgres.url }
  const start = (...args: string[]): CommandProcess =>
    new CommandProcess([...args, '--data', join(folder, 'data')], env)
  const startWorker = (): CommandProcess => start('worker', '--model', 'darkroom')
  const api = start('serve', '--no-worker', '--port', '0', '--rate', '0')
  const workers: CommandProcess[] = []
  try {
    const address = (await api.says(/^(http:\S+)/))[1]!
    workers.push(startWorker(), startWorker())
    await Promise.all(workers.map((worker) => worker.says(/^making edits/)))
    const pictures = await handIn(address)
    const told = newTold()
    await runClients(address, { clients, edits: Math.min(400, edits), pictures, told: newTold() })
    const before = [api, ...workers].map((each) => each.megabytes())
    perf.line(
      `memory after ${Math.min(400, edits)} edits: server ${before[0]} MB, workers ${before.slice(1).join(' and ')} MB`,
    )
    const calm = await phase(
      perf,
      'nobody killed',
      () => runClients(address, { clients, edits, pictures, told }),
      told,
    )
    const after = [api, ...workers].map((each) => each.megabytes())
    perf.line(`memory after ${edits} more: server ${after[0]} MB, workers ${after.slice(1).join(' and ')} MB`)

    const harsh = newTold()
    const killer = new Killer(workers, startWorker, pause)
    const killed = await phase(
      perf,
      `a worker killed every ${pause} s`,
      () =>
        runClients(address, { clients, edits: harshEdits, pictures, told: harsh }).finally(() =>
          killer.stop(),
        ),
      harsh,
    )
    const tried = await checkEnds(postgres.url, [told, harsh])
    perf.line(
      `${killer.kills} kills; ${tried} edits were begun again; each of ${edits + harshEdits} ended once, as its client was told`,
    )
    perf.line(`edits/s with kills to without: ${round3(killed.editsPerSecond / calm.editsPerSecond)}`)
    return {
      clients,
      edits,
      killedEdits: harshEdits,
      kills: killer.kills,
      begunAgain: tried,
      ...prefixed('calm', calm),
      ...prefixed('killed', killed),
      speedRatio: round3(killed.editsPerSecond / calm.editsPerSecond),
      serverMegabytes: before[0]!,
      serverMegabytesAfter: after[0]!,
      workerMegabytes: before[1]!,
      workerMegabytesAfter: after[1]!,
    }
  } catch (error) {
    for (const each of [api, ...workers]) perf.line(each.lines.slice(-20).join('\n'))
    throw error
  } finally {
    await Promise.all([api, ...workers].map((each) => each.end('SIGKILL')))
    postgres.remove()
    rmSync(folder, { recursive: true, force: true })
  }
}

const prefixed = (prefix: string, figures: object): Record<string, number> =>
  Object.fromEntries(
    Object.entries(figures).map(([name, value]) => [
      `${prefix}${name[0]!.toUpperCase()}${name.slice(1)}`,
      value,
    ]),
  )

/** Kills a worker after the other, and starts each again. */
class Killer {
  kills = 0
  /** One that is killed before it has begun kills no edit. */
  readonly #begun = new WeakSet<CommandProcess>()
  readonly #workers: CommandProcess[]
  readonly #timer: NodeJS.Timeout

  constructor(workers: CommandProcess[], start: () => CommandProcess, seconds: number) {
    this.#workers = workers
    for (const each of workers) this.#begun.add(each)
    this.#timer = setInterval(() => {
      const index = this.kills % workers.length
      const old = this.#workers[index]!
      if (!this.#begun.has(old)) return
      this.kills++
      const next = start()
      this.#workers[index] = next
      next.says(/^making edits/).then(
        () => this.#begun.add(next),
        () => undefined,
      )
      void old.end('SIGKILL')
    }, 1000 * seconds)
  }

  stop(): void {
    clearInterval(this.#timer)
  }
}

interface PhaseFigures {
  readonly editsPerSecond: number
  readonly submitP50: number
  readonly submitP95: number
  readonly getP50: number
  readonly getP95: number
  readonly eventsP50: number
  readonly eventsP95: number
  /** Of all answers together. */
  readonly answersP95: number
}

async function phase(perf: Perf, name: string, run: () => Promise<void>, told: Told): Promise<PhaseFigures> {
  const started = performance.now()
  await run()
  const seconds = (performance.now() - started) / 1000
  const at = (values: readonly number[], share: number): number =>
    round3([...values].sort((a, b) => a - b)[Math.floor(share * (values.length - 1))]!)
  const { submit, get, events } = told
  const figures = {
    editsPerSecond: round3(told.ends.size / seconds),
    submitP50: at(submit, 0.5),
    submitP95: at(submit, 0.95),
    getP50: at(get, 0.5),
    getP95: at(get, 0.95),
    eventsP50: at(events, 0.5),
    eventsP95: at(events, 0.95),
    answersP95: at([...submit, ...get, ...events], 0.95),
  }
  perf.line(
    `${name}: ${told.ends.size} edits in ${seconds.toFixed(0)} s, ${figures.editsPerSecond} edits/s; p50 and p95 in ms: ` +
      `submit ${figures.submitP50} ${figures.submitP95}, get ${figures.getP50} ${figures.getP95}, ` +
      `first event ${figures.eventsP50} ${figures.eventsP95}; p95 of all ${figures.answersP95}`,
  )
  return figures
}

/** Small pictures, so that an edit takes little time. */
async function handIn(address: string): Promise<readonly string[]> {
  const ids: string[] = []
  for (let i = 0; i < 20; i++) {
    const data = new Uint8Array(3 * 32 * 32).map((_, at) => (at * 7 + i * 31) % 256)
    const bytes = await encodePicture({ width: 32, height: 32, data }, 'png')
    const answer = await fetch(`${address}/v1/pictures?name=${i}.png`, {
      method: 'POST',
      body: bytes as Uint8Array<ArrayBuffer>,
      headers: { 'content-type': 'image/png' },
    })
    ids.push(((await answer.json()) as { id: string }).id)
  }
  return ids
}

/** What the database knows of all edits that were accepted. @returns how many were begun more than once */
async function checkEnds(url: string, all: readonly Told[]): Promise<number> {
  const [schema] = await queryPostgres<{ name: string }>(
    url,
    "SELECT table_schema AS name FROM information_schema.tables WHERE table_name = 'edits'",
  )
  const rows = await queryPostgres<{
    id: string
    state: string
    attempts: number
    output: { result?: { id: string }; error?: unknown } | null
  }>(
    url,
    `SELECT e.id, u.state, u.attempts, u.output FROM ${schema!.name}.edits AS e JOIN ${schema!.name}.units AS u ON u.key = e.id`,
  )
  const known = new Map(rows.map((row) => [row.id, row]))
  for (const { ends } of all)
    for (const [id, end] of ends) {
      const { state, output } = known.get(id)!
      if (end !== endOf({ id, state: output?.error ? 'failed' : state, ...output }))
        throw new Error(
          `${id}: its client was told '${end}', the database has ${JSON.stringify({ state, output })}`,
        )
      if (state !== 'done' || output?.error !== undefined) throw new Error(`${id}: ${JSON.stringify(output)}`)
    }
  const open = rows.filter(({ state }) => state !== 'done').length
  if (open > 0) throw new Error(`${open} edits have not ended`)
  return rows.filter(({ attempts }) => attempts > 1).length
}
