import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { placeDatabase } from '../../test/database.ts'
import { hasPostgres, startPostgres } from '../../test/postgres.ts'
import { jobStoreContract } from './jobStore.contract.ts'
import { openJobStore } from './open.ts'

jobStoreContract('in a folder', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'jobs-'))
  await placeDatabase(folder)
  const store = await openJobStore({ folder })
  return {
    store,
    other: store,
    async close() {
      await store.close()
      rmSync(folder, { recursive: true })
    },
  }
})

if (hasPostgres()) {
  jobStoreContract('on a Postgres server', async () => {
    const postgres = startPostgres()
    const { url } = postgres
    // Both at once, on a database where nothing is yet.
    const [store, other] = await Promise.all([openJobStore({ url }), openJobStore({ url })])
    return {
      store,
      other,
      async close() {
        await Promise.all([store.close(), other.close()])
        postgres.remove()
      },
    }
  })
}
