/**
 * PGlite in a thread of its own. A statement holds the thread that runs it for milliseconds, and a claim of many units
 * for tens: answers of servers need not wait for that.
 */
import { Worker } from 'node:worker_threads'

/** The part of PGlite that the job store needs: PGlite is one. */
export interface Embedded {
  query<Row>(sql: string, values: unknown[]): Promise<{ rows: Row[] }>
  exec(sql: string): Promise<unknown>
  transaction<Result>(run: (session: Pick<Embedded, 'query' | 'exec'>) => Promise<Result>): Promise<Result>
  close(): Promise<void>
}

/** What the thread runs: text, because a thread loads no TypeScript. */
const program = `
  const { parentPort, workerData } = require('node:worker_threads')
  const opened = import(workerData.module).then(({ PGlite }) => PGlite.create({ dataDir: workerData.folder }))
  opened.catch(() => undefined)
  parentPort.on('message', async ({ id, method, args }) => {
    try {
      const value = await (await opened)[method](...args)
      parentPort.postMessage({ id, rows: method === 'query' ? value.rows : [] })
    } catch (error) {
      const { message, code, detail } = error
      parentPort.postMessage({ id, failure: message ?? String(error), code, detail })
    }
  })`

interface Call {
  readonly method: 'query' | 'exec' | 'close'
  readonly args: readonly unknown[]
}

type Answer = { readonly id: number } & (
  | { readonly rows: readonly unknown[] }
  | { readonly failure: string; readonly code?: unknown; readonly detail?: unknown }
)

/** Opens the database in a folder. It keeps this process alive only while a statement runs. */
export async function openInThread(folder: string): Promise<Embedded> {
  const module = import.meta.resolve('@electric-sql/pglite')
  const thread = new Worker(program, { eval: true, execArgv: [], workerData: { module, folder } })
  const waiting = new Map<number, { done(rows: readonly unknown[]): void; fail(error: Error): void }>()
  let asked = 0
  let ended: Error | undefined
  const end = (error: Error): void => {
    ended ??= error
    for (const { fail } of waiting.values()) fail(ended)
    waiting.clear()
  }
  thread.on('error', end)
  thread.on('exit', () => end(new Error('the thread of the database has ended')))
  thread.on('message', (answer: Answer) => {
    const who = waiting.get(answer.id)
    waiting.delete(answer.id)
    if (waiting.size === 0) thread.unref()
    if ('rows' in answer) return who?.done(answer.rows)
    const { failure, code, detail } = answer
    return who?.fail(Object.assign(new Error(failure), { code, detail }))
  })
  const call = (method: Call['method'], ...args: readonly unknown[]): Promise<readonly unknown[]> =>
    new Promise((done, fail) => {
      if (ended) {
        fail(ended)
        return
      }
      thread.ref()
      waiting.set(++asked, { done, fail })
      thread.postMessage({ id: asked, method, args })
    })
  const session: Pick<Embedded, 'query' | 'exec'> = {
    query: async <Row>(sql: string, values: unknown[]) => ({
      rows: (await call('query', sql, values)) as Row[],
    }),
    exec: (sql) => call('exec', sql),
  }
  let turn: Promise<unknown> = Promise.resolve()
  /** Nobody's statement may come into a transaction of another. */
  const exclusively = <Result>(run: () => Promise<Result>): Promise<Result> => {
    const result = turn.then(run)
    turn = result.catch(() => undefined)
    return result
  }
  await call('exec', 'SELECT 1').catch(async (error: unknown) => {
    await thread.terminate()
    throw error
  })
  return {
    query: (sql, values) => exclusively(() => session.query(sql, values)),
    exec: (sql) => exclusively(() => session.exec(sql)),
    transaction: (run) =>
      exclusively(async () => {
        await session.exec('BEGIN')
        try {
          const result = await run(session)
          await session.exec('COMMIT')
          return result
        } catch (error) {
          await session.exec('ROLLBACK')
          throw error
        }
      }),
    close: () =>
      exclusively(async () => {
        try {
          await call('close')
        } finally {
          await thread.terminate()
        }
      }),
  }
}
