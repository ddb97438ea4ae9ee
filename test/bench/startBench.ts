import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import type { BenchTask } from './worker.ts'

/** A process that runs a bench, see worker.ts. */
export interface BenchProcess {
  readonly child: ChildProcess
  /** Once its workspace is open. */
  readonly ready: Promise<unknown>
  /** The last that it said: `done`, or why it stopped. */
  readonly ended: Promise<string | undefined>
}

export function startBench(task: BenchTask): BenchProcess {
  const child = fork(new URL('worker.ts', import.meta.url), {
    execArgv: ['--import', 'tsx', '--conditions=source'],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  let last: string | undefined
  child.on('message', (word: string) => {
    last = word
  })
  child.send(task)
  return { child, ready: once(child, 'message'), ended: once(child, 'exit').then(() => last) }
}
