import { openFileStore, openJobStore, Unworkable } from 'pentimento/jobs'

// Both in a folder here; on many machines `{ url: 'postgres://…' }` and `{ bucket: '…', … }`.
const store = await openJobStore({ folder: 'workspace' })
const files = await openFileStore({ folder: 'workspace/files' })

// A unit's key says everything that decides its output. Adding it again, now or next year, does nothing.
const texts = ['a red boat', 'a green door', '', 'a blue bird']
const units = texts.map((text) => ({ key: `capitals 1.0: ${text}`, queue: 'capitals', payload: text }))
console.log(await store.add(units))
console.log(await store.add(units))

// Any number of these, in any number of processes on a server. Kill one: the others go on with its units.
const worker = await store.work({
  queue: 'capitals',
  concurrency: 2,
  drain: true,
  retries: 5,
  timeLimitSeconds: 60,
  async handler({ payload, attempt }) {
    if (payload === '') throw new Unworkable('no text')
    if (attempt === 1 && payload === 'a green door') throw new Error('the door is stuck')
    return files.put(new TextEncoder().encode(String(payload).toUpperCase()))
  },
})
await worker.done

for await (const { payload, state, attempts, output, reason } of store.rows('capitals')) {
  const text = state === 'done' && new TextDecoder().decode(await files.get(String(output)))
  console.log(`${JSON.stringify(payload)}: ${state} after ${attempts}, ${text || reason}`)
}
await store.close()
