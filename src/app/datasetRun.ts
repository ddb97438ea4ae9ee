import type { ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'
import {
  type Kind,
  kinds,
  Ledger,
  openParts,
  type Parts,
  type Progress,
  runDataset,
  type Stage,
  startWorking,
  type UnitListener,
  type Workspace,
} from '../dataset/index.ts'
import { UsageError } from './failure.ts'
import { duration, ProgressLine, type Terminal } from './terminal.ts'

/** Runs a dataset with as many processes as wanted, and shows how far it is. */
export async function runWithWorkers(
  workspace: Workspace,
  terminal: Terminal,
  { workers = 1, concurrency }: { readonly workers?: number; readonly concurrency?: number },
  startProcess: () => ChildProcess,
): Promise<void> {
  if (workers > 1 && !workspace.isShared)
    throw new UsageError(
      `--workers ${workers}: the database in the folder takes one process; set DATABASE_URL to a Postgres server, or use --concurrency`,
    )
  const parts = await openParts(workspace, terminal.env, { budget: await Ledger.open(workspace) })
  const shown = new RunProgress(terminal)
  const crew =
    workers > 1
      ? startCrew(workers, startProcess, terminal, shown.onUnit)
      : await workHere(workspace, parts, terminal, concurrency, shown.onUnit)
  try {
    await runDataset(workspace, parts, {
      signal: terminal.signal,
      failed: crew.failed,
      onProgress: shown.onProgress,
    })
  } finally {
    shown.end()
    await crew.stop()
    await parts.tools.close()
  }
}

interface Crew {
  readonly failed: Promise<never>
  stop(): Promise<void>
}

async function workHere(
  workspace: Workspace,
  parts: Parts,
  { signal }: Terminal,
  concurrency: number | undefined,
  onUnit: UnitListener,
): Promise<Crew> {
  const working = await startWorking(workspace, parts, {
    signal,
    onUnit,
    ...(concurrency === undefined ? {} : { concurrency }),
  })
  return { failed: working.failed, stop: () => working.stop({ abort: true }) }
}

/** A worker that ends this many times is not restarted. */
const mostRestarts = 5

/** Worker processes; one that dies is started again. */
function startCrew(
  workers: number,
  startProcess: () => ChildProcess,
  terminal: Terminal,
  onUnit: UnitListener,
): Crew {
  const running = new Set<ChildProcess>()
  let stopping = false
  let restarts = 0
  let fail: (error: Error) => void = () => undefined
  const failed = new Promise<never>((_, reject) => {
    fail = reject
  })
  failed.catch(() => undefined)
  const start = (): void => {
    const child = startProcess()
    running.add(child)
    let said = ''
    child.stderr?.on('data', (text: Buffer) => {
      said = (said + String(text)).slice(-2000)
      if (!stopping) terminal.error(String(text))
    })
    if (child.stdout)
      createInterface({ input: child.stdout }).on('line', (line) => {
        try {
          onUnit(JSON.parse(line) as Parameters<UnitListener>[0])
        } catch {
          // Not a unit: some library talks.
        }
      })
    child.once('close', (code, signal) => {
      running.delete(child)
      if (stopping) return
      restarts++
      // Another try cannot correct its input.
      if (code === 2 || restarts > mostRestarts)
        fail(
          new UsageError(
            `a worker ended with ${signal ?? code}: ${said.trim().split('\n').at(-1) || 'no message'}`,
          ),
        )
      else start()
    })
  }
  for (let i = 0; i < workers; i++) start()
  return {
    failed,
    async stop() {
      stopping = true
      const ended = [...running].map((child) => new Promise((done) => child.once('close', done)))
      for (const child of running) child.kill('SIGTERM')
      await Promise.all(ended)
    },
  }
}

const stageWords: Readonly<Record<Stage, string>> = {
  sources: 'reading sources',
  annotations: 'looking at sources',
  cutouts: 'cutting subjects out',
  drafts: 'drafting',
  measures: 'measuring pairs',
  captions: 'captioning pairs',
  judgements: 'judging pairs',
}

/** The line of a run: how far each stage is, how long it may still take, and how many pairs of each kind were drafted. */
class RunProgress {
  readonly #line: ProgressLine
  readonly #drafted = new Map<Kind, number>()
  #started: { readonly at: number; readonly done: number; readonly stage: string } | undefined

  constructor(terminal: Terminal) {
    this.#line = new ProgressLine(terminal)
  }

  readonly onUnit: UnitListener = ({ stage, output }) => {
    if (stage !== 'drafts') return
    const { kind, drafted } = output as unknown as { readonly kind: Kind; readonly drafted: number }
    this.#drafted.set(kind, (this.#drafted.get(kind) ?? 0) + drafted)
  }

  readonly onProgress = ({ stage, done, dead, total }: Progress): void => {
    if (this.#started?.stage !== stage) this.#started = { at: performance.now(), done: done + dead, stage }
    const ended = done + dead
    const seconds = (performance.now() - this.#started.at) / 1000
    const speed = (ended - this.#started.done) / Math.max(seconds, 0.001)
    const parts = [`${stageWords[stage]} ${ended}/${total}`]
    if (dead > 0) parts.push(`${dead} failed`)
    if (seconds > 3 && speed > 0 && ended < total)
      parts.push(`about ${duration((total - ended) / speed)} left`)
    const byKind = kinds
      .filter((kind) => (this.#drafted.get(kind) ?? 0) > 0)
      .map((kind) => `${kind} ${this.#drafted.get(kind)}`)
    if (stage === 'drafts' && byKind.length > 0 && ended < total)
      parts.push(`pairs now: ${byKind.join(', ')}`)
    this.#line.show(parts.join(', '), `${stage} ${total} ${Math.floor((100 * ended) / Math.max(1, total))}`)
  }

  end(): void {
    this.#line.end()
  }
}
