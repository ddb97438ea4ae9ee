import { Worker } from 'node:worker_threads'
import type { Answer, Call } from './host.ts'
import { Rejection } from './rejection.ts'

/** Handles a call; its error is reported to the parent in one line. */
export type Handler = (call: Pick<Call, 'tool' | 'method' | 'args'>) => Promise<unknown>

/**
 * Ends this process when its parent is gone, even where the main thread is caught in an endless loop and cannot see
 * the closed channel: a thread looks once a second. (On Windows a process keeps the id of a dead parent.)
 */
const watch = `
  const { workerData: parent } = require('node:worker_threads')
  setInterval(() => { if (process.ppid !== parent) process.kill(process.pid, 'SIGKILL') }, 1000)`

/** What the module of a child process calls: answers the calls of a {@link ToolHost} one after another. */
export function serve(handler: Handler): void {
  process.once('disconnect', () => process.exit())
  new Worker(watch, { eval: true, execArgv: [], workerData: process.ppid }).unref()
  process.on('message', (call: Call) => void answer(handler, call))
}

async function answer(handler: Handler, call: Call): Promise<void> {
  process.send?.(await outcome(handler, call))
}

async function outcome(handler: Handler, { id, ...call }: Call): Promise<Answer> {
  try {
    return { id, value: await handler(call) }
  } catch (error) {
    if (error instanceof Rejection) return { id, failure: error.reason, rejection: error.values }
    const message = error instanceof Error ? error.message : String(error)
    return { id, failure: message.replaceAll(/\s*\n\s*/g, '; ') }
  }
}
