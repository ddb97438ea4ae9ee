/**
 * A worker process for tests, that may be killed at any moment: adds its units, works until none is left, and says
 * 'ready' and 'done' to its parent. Each start of a handler appends the unit's key to a ledger.
 */
import { appendFileSync } from 'node:fs'
import { type Json, openFileStore, openJobStore } from '../../src/jobs/index.ts'
import { contentOf, keyOf, type WorkerTask } from './task.ts'

async function work(task: WorkerTask): Promise<void> {
  const { queue, ledger, units, concurrency, milliseconds, busy } = task
  const files = await openFileStore({ folder: task.files })
  const store = await openJobStore(task.store)
  process.send?.('ready')
  const all = Array.from({ length: units }, (_, i) => ({
    key: keyOf(queue, i),
    queue,
    payload: i,
    tools: i % 3 === 0 ? ['saw'] : [],
  }))
  await store.add(all.slice(0, units / 2))
  await store.add(all)
  const handler = async ({ key }: { key: string }): Promise<Json> => {
    appendFileSync(ledger, `${key}\n`)
    const until = performance.now() + milliseconds
    while (busy && performance.now() < until);
    await new Promise((done) => setTimeout(done, busy ? 0 : milliseconds))
    return files.put(contentOf(key))
  }
  const options = { queue, handler, concurrency, limits: { saw: 2 }, deaths: 1000, drain: true }
  await (await store.work(options)).done
  await store.close()
  process.send?.('done')
}

process.on('message', (task: WorkerTask) => {
  work(task).then(
    () => process.disconnect(),
    (error: unknown) => {
      process.send?.(String(error))
      process.disconnect()
    },
  )
})
