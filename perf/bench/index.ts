import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { writeSmallSuite } from '../../test/bench/smallBench.ts'
import { type Figures, type Perf, round3 } from '../measure.ts'
import type { Task, Told } from './worker.ts'

const milliseconds = 50
const concurrency = 32

/**
 * The engine of the benchmark: how many questions it asks a second of a judge that answers in 50 ms, against asking with
 * nothing around it; what is asked twice where the process is killed; its memory over 1,000 and 10,000 items.
 */
export async function bench(perf: Perf): Promise<Figures> {
  const folder = mkdtempSync(join(tmpdir(), 'pentimento-'))
  const judges = [await startJudge(), await startJudge()] as const
  try {
    const only = perf.flags.only?.split(',') ?? [...parts]
    const wrong = only.filter((part) => !parts.some((each) => each === part))
    if (wrong.length > 0)
      throw new Error(`--only: expected some of ${parts.join(', ')}, got '${wrong.join(',')}'`)
    const figures: Record<string, number | string> =
      only.length < parts.length ? { parts: only.join(',') } : {}
    if (only.includes('speed')) Object.assign(figures, await throughput(folder, judges[0], perf))
    if (only.includes('resume')) Object.assign(figures, await resume(folder, judges[1], perf))
    if (only.includes('memory')) Object.assign(figures, await memory(folder, perf))
    return figures
  } finally {
    for (const { child } of judges) child.kill()
    rmSync(folder, { recursive: true })
  }
}

/** What `--only` chooses from. */
const parts = ['speed', 'resume', 'memory'] as const

interface JudgeProcess {
  readonly child: ChildProcess
  readonly url: string
  counts(): Promise<JudgeCounts>
}

/** What the judge says of itself since it started. */
interface JudgeCounts {
  readonly total: number
  readonly different: number
  readonly busyMilliseconds: number
  readonly cpuSeconds: number
}

async function startJudge(): Promise<JudgeProcess> {
  const child = startProcess('judge', [String(milliseconds)])
  const [url] = (await once(child, 'message')) as [string]
  return {
    child,
    url,
    async counts() {
      const answer = once(child, 'message')
      child.send('counts')
      const [counts] = (await answer) as [JudgeCounts]
      return counts
    },
  }
}

const files = {
  judge: new URL('./judge.ts', import.meta.url),
  worker: new URL('./worker.ts', import.meta.url),
} as const

function startProcess(name: keyof typeof files, args: readonly string[] = []): ChildProcess {
  return fork(files[name], args, {
    execArgv: ['--import', 'tsx', '--conditions=source'],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
}

async function runWorker(task: Task): Promise<Told> {
  const child = startProcess('worker')
  child.send(task)
  const [told] = (await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(() => {
      throw new Error('the worker ended without a word')
    }),
  ])) as [Told]
  return told
}

async function throughput(folder: string, judge: JudgeProcess, perf: Perf): Promise<Figures> {
  const suite = join(folder, 'speed')
  await writeSmallSuite(suite, { count: 1000 })
  const common = { suite, judge: judge.url, concurrency }
  // Bare, engine, bare: what else the machine does meets both.
  const before = await runWorker({ ...common, folder, bare: 4000 })
  const idle = await judge.counts()
  const engine = await runWorker({ ...common, folder: join(folder, 'bench'), repeats: 2 })
  const asked = await judge.counts()
  const after = await runWorker({ ...common, folder, bare: 4000 })
  const rate = ({ questions, seconds }: Told): number => questions / seconds
  const bare = (rate(before) + rate(after)) / 2
  const allowed = concurrency / (milliseconds / 1000)
  // Its timer and its own work make an answer take longer than it should: no client is faster than that.
  const took = (asked.busyMilliseconds - idle.busyMilliseconds) / (asked.total - idle.total)
  const judgeMilli = (1000 * (asked.cpuSeconds - idle.cpuSeconds)) / (asked.total - idle.total)
  const able = concurrency / (took / 1000)
  perf.line(
    `${engine.questions} questions of ${milliseconds} ms, ${concurrency} at a time: ${rate(engine).toFixed(0)} a second, ` +
      `${((100 * rate(engine)) / allowed).toFixed(1)} % of the ${allowed} that the judge allows; with nothing around them ${bare.toFixed(0)}`,
  )
  const milli = ({ cpuSeconds, questions }: Told): number => (1000 * cpuSeconds) / questions
  perf.line(
    `a question takes ${milli(engine).toFixed(2)} ms of CPU, ${milli(after).toFixed(2)} with nothing around it`,
  )
  perf.line(
    `the judge itself takes ${took.toFixed(1)} ms an answer and ${judgeMilli.toFixed(2)} ms of CPU, so it allows ${able.toFixed(0)} a second: ${((100 * rate(engine)) / able).toFixed(1)} % of that`,
  )
  return {
    questionsPerSecond: round3(rate(engine)),
    ofAllowed: round3(rate(engine) / allowed),
    ofJudge: round3(rate(engine) / able),
    judgeMilliseconds: round3(took),
    ofBare: round3(rate(engine) / bare),
    cpuMilliseconds: round3(milli(engine)),
    cpuMillisecondsBare: round3(milli(after)),
  }
}

async function resume(folder: string, judge: JudgeProcess, perf: Perf): Promise<Figures> {
  const suite = join(folder, 'resume')
  await writeSmallSuite(suite, { count: 400 })
  const task: Task = { suite, folder: join(folder, 'resumed'), judge: judge.url, concurrency, repeats: 1 }
  const kills = 3
  for (let kill = 1; kill <= kills; kill++) {
    const child = startProcess('worker')
    const over = once(child, 'exit')
    child.send(task)
    const enough = kill * 250
    while (child.exitCode === null && (await judge.counts()).total < enough)
      await new Promise((done) => setTimeout(done, 10))
    child.kill('SIGKILL')
    await over
  }
  await runWorker(task)
  const { total: asked, different } = await judge.counts()
  perf.line(
    `${different} questions, ${kills} times kill -9 among them: ${asked - different} asked twice, ` +
      `at most the ${kills * concurrency} in flight`,
  )
  return { questions: different, kills, askedTwice: asked - different, inFlight: kills * concurrency }
}

async function memory(folder: string, perf: Perf): Promise<Figures> {
  const peaks: number[] = []
  for (const items of [1000, 10_000]) {
    const suite = join(folder, `items-${items}`)
    await writeSmallSuite(suite, { count: items / 2 })
    const told = await runWorker({ suite, folder: join(folder, `memory-${items}`), concurrency })
    peaks.push(told.peakBytes / 1e6)
    perf.line(
      `${items} items by copy: ${(told.seconds / (items / 1000)).toFixed(2)} ms an edit, peak ${(told.peakBytes / 1e6).toFixed(0)} MB`,
    )
  }
  const [small = 0, large = 0] = peaks
  return { peakMB1000: round3(small), peakMB10000: round3(large), peakRatio: round3(large / small) }
}
