import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { contentOf, keyOf, type WorkerTask } from '../../test/jobs/task.ts'
import { hasPostgres, startPostgres, type TestPostgres } from '../../test/postgres.ts'
import { openFileStore, openJobStore } from './open.ts'
import type { JobStore } from './store.ts'

let folder = ''
const children = new Set<ChildProcess>()

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'killed-'))
})

afterEach(() => {
  for (const child of children) child.kill('SIGKILL')
  expect(children.size).toBe(0)
  rmSync(folder, { recursive: true, force: true })
})

interface Run {
  readonly child: ChildProcess
  /** The child works on units now, or has ended. */
  readonly ready: Promise<void>
  /** What it said before it ended. */
  readonly ended: Promise<readonly string[]>
}

function start(task: WorkerTask): Run {
  const child = fork(new URL('../../test/jobs/worker.ts', import.meta.url), {
    execArgv: ['--import', 'tsx', '--conditions=source'],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  children.add(child)
  const said: string[] = []
  const exited = once(child, 'exit').finally(() => children.delete(child))
  const ready = Promise.race([
    new Promise<void>((done) => {
      child.on('message', (word: string) => {
        said.push(word)
        if (word === 'ready') done()
      })
    }),
    exited.then(() => {}),
  ])
  child.send(task)
  return { child, ready, ended: exited.then(() => said) }
}

function wait(milliseconds: number): Promise<void> {
  return new Promise((done) => setTimeout(done, milliseconds))
}

/**
 * Runs a worker over and over until it has said that all is done. The first `kills` runs are killed: some while they
 * start, some while they work.
 */
async function runAndKill(task: WorkerTask, kills: number, longest: number): Promise<number> {
  let killed = 0
  for (;;) {
    const run = start(task)
    if (killed < kills) {
      if (killed % 3 !== 2) await run.ready
      await wait(Math.random() * longest)
      run.child.kill('SIGKILL')
    }
    const said = await run.ended
    if (said.includes('done')) return killed
    expect(said.filter((word) => word !== 'ready')).toEqual([])
    killed++
  }
}

/** Every unit is done once and has its file, and no more was done twice than the kills explain. */
async function expectAllDone(store: JobStore, task: WorkerTask, kills: number): Promise<void> {
  const { queue, units, concurrency } = task
  const files = await openFileStore({ folder: task.files })
  const starts = new Map<string, number>()
  const lines = readFileSync(task.ledger, 'utf8').trimEnd().split('\n')
  for (const key of lines) starts.set(key, (starts.get(key) ?? 0) + 1)

  const keys = Array.from({ length: units }, (_, i) => keyOf(queue, i))
  const found: string[] = []
  const names = new Set<string>()
  for await (const { key, state, output, attempts } of store.rows(queue)) {
    found.push(key)
    expect([key, state]).toEqual([key, 'done'])
    names.add(output as string)
    expect(Buffer.from(await files.get(output as string)).equals(contentOf(key))).toBe(true)
    // A kill may come after a unit was taken and before its handler has started.
    expect(attempts).toBeGreaterThanOrEqual(starts.get(key) ?? Number.POSITIVE_INFINITY)
  }
  expect(found).toEqual(keys)
  expect(names.size).toBe(units)
  const kept: string[] = []
  for await (const name of files.names()) kept.push(name)
  expect(kept).toEqual([...names].sort())
  expect(lines.length - units).toBeLessThanOrEqual(kills * concurrency)
}

function taskOn(store: WorkerTask['store'], more: Partial<WorkerTask> = {}): WorkerTask {
  return {
    store,
    files: join(folder, 'files'),
    ledger: join(folder, 'ledger'),
    queue: 'work',
    units: 300,
    concurrency: 4,
    milliseconds: 10,
    ...more,
  }
}

describe('a process that is killed', () => {
  it('leaves a folder in which the next one goes on', async () => {
    const workspace = join(folder, 'workspace')
    const task = taskOn({ folder: workspace })
    const kills = await runAndKill(task, 4, 800)
    expect(kills).toBeGreaterThan(0)
    const store = await openJobStore({ folder: workspace })
    await expectAllDone(store, task, kills)
    await store.close()
  })
})

describe.runIf(hasPostgres())('processes on a Postgres server', () => {
  let postgres: TestPostgres
  beforeEach(() => {
    postgres = startPostgres()
  })
  afterEach(() => postgres.remove())

  it('take over from those that are killed', async () => {
    const { url } = postgres
    const task = taskOn({ url, leaseSeconds: 1 }, { units: 400 })
    const kills = await Promise.all([5, 4, 4].map((each) => runAndKill(task, each, 1500)))
    expect(Math.max(...kills)).toBeGreaterThan(0)
    const store = await openJobStore({ url })
    await expectAllDone(
      store,
      task,
      kills.reduce((sum, each) => sum + each, 0),
    )
    await store.close()
  })

  it('do not take over from one whose thread is busy for longer than its lease', async () => {
    const { url } = postgres
    const task = taskOn(
      { url, leaseSeconds: 0.3 },
      { units: 4, concurrency: 1, milliseconds: 1200, busy: true },
    )
    const said = await Promise.all([start(task).ended, start(task).ended])
    expect(said).toEqual([
      ['ready', 'done'],
      ['ready', 'done'],
    ])
    expect(readFileSync(task.ledger, 'utf8').trimEnd().split('\n').length).toBe(4)
  })
})
