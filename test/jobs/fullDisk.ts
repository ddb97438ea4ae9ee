/** Puts a small file and one that has no room, and prints what is said of the second. */
import { JobError, openFileStore } from '../../src/jobs/index.ts'

const store = await openFileStore({ folder: process.argv[2] ?? '' })
await store.put(new Uint8Array(1000))
try {
  await store.put(new Uint8Array(1_000_000))
} catch (error) {
  if (!(error instanceof JobError)) throw error
  console.log(error.code, error.message)
}
