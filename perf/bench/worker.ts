/** A process that runs a bench, or asks the judge alone, and tells how long that took and its peak of memory. */
import { join } from 'node:path'
import { openEditJudge, openSuite, openSystem, runBench } from 'pentimento/bench'
import { smallBench, smallPicture } from '../../test/bench/smallBench.ts'

/** What the process is to do. */
export interface Task {
  readonly suite: string
  readonly folder: string
  /** The judge's address; without one there are only edits. */
  readonly judge?: string
  readonly repeats?: number
  readonly concurrency: number
  /** Asks so many questions with nothing around them. */
  readonly bare?: number
}

/** What it tells. */
export interface Told {
  /** From the first question, or the first edit without a judge, to the last. */
  readonly seconds: number
  readonly questions: number
  /** Of this process in that time, all its threads. */
  readonly cpuSeconds: number
  readonly peakBytes: number
}

async function work(task: Task): Promise<Omit<Told, 'peakBytes'>> {
  const judges =
    task.judge === undefined
      ? []
      : [
          openEditJudge('loopback', {
            judges: {
              loopback: {
                type: 'custom',
                baseUrl: task.judge,
                model: 'loopback',
                concurrency: task.concurrency,
              },
            },
          }),
        ]
  if (task.bare !== undefined) return bare(judges[0]!, task.bare, task.concurrency)
  const suite = await openSuite(task.suite, { cache: join(task.suite, '..', 'cache') })
  const system = await openSystem('copy')
  const { repeats = 1 } = task
  const workspace = await smallBench(
    task.folder,
    suite,
    [system],
    judges.map(({ name, identity }) => ({ name, identity, repeats, pairs: false })),
    // As `bench run` does.
    { inThread: true },
  )
  let clock = startClock()
  let questions = 0
  const { stopped } = await runBench(workspace, {
    suite,
    systems: [system],
    judges,
    signal: new AbortController().signal,
    onQueue: () => {
      clock = startClock()
      questions = 0
    },
    onEnd: () => {
      questions++
    },
  })
  const times = clock()
  await workspace.close()
  if (stopped[0] !== undefined) throw new Error(stopped[0])
  return { ...times, questions }
}

function startClock(): () => Pick<Told, 'seconds' | 'cpuSeconds'> {
  const [started, cpu] = [performance.now(), process.cpuUsage()]
  return () => {
    const { user, system } = process.cpuUsage(cpu)
    return { seconds: (performance.now() - started) / 1000, cpuSeconds: (user + system) / 1e6 }
  }
}

async function bare(
  judge: ReturnType<typeof openEditJudge>,
  count: number,
  concurrency: number,
): Promise<Omit<Told, 'peakBytes'>> {
  const pictures = Array.from({ length: 200 }, (_, i) => smallPicture(i))
  const signal = new AbortController().signal
  let next = 0
  const clock = startClock()
  const ask = async (): Promise<void> => {
    while (next < count) {
      const i = next++
      const edited = pictures[i % pictures.length]!
      const instruction = `make it number ${i}`
      await judge.ask(
        i % 3 === 2
          ? { type: 'pq', edited, sourceSize: { width: 8, height: 8 } }
          : { type: 'sc', instruction, source: edited, edited },
        { repeat: 0, signal },
      )
    }
  }
  await Promise.all(Array.from({ length: concurrency }, ask))
  return { ...clock(), questions: count }
}

process.on('message', (task: Task) => {
  work(task).then(
    (told) => {
      process.send?.({ ...told, peakBytes: process.resourceUsage().maxRSS * 1024 })
      process.disconnect()
    },
    (error: unknown) => {
      console.error(error)
      process.exit(1)
    },
  )
})
