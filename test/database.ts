import { createHash } from 'node:crypto'
import { cpSync, existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { FileError, writeFolderWhole } from 'pentimento/files'
import { openJobStore } from 'pentimento/jobs'
import lock from '../package-lock.json' with { type: 'json' }

const root = fileURLToPath(new URL('..', import.meta.url))
const migrations = join(root, 'src/jobs/migrations')

/** Another version of Postgres, or of the tables, is another database. */
function nameOfDatabase(): string {
  const hash = createHash('sha256').update(lock.packages['node_modules/@electric-sql/pglite'].version)
  for (const name of readdirSync(migrations).sort()) hash.update(readFileSync(join(migrations, name)))
  return `pglite-${hash.digest('hex').slice(0, 12)}`
}

/** Makes the database that is copied. Of several that make it at once, the first wins. */
async function makeDatabase(folder: string): Promise<void> {
  const fill = async (part: string): Promise<void> => (await openJobStore({ folder: part })).close()
  await writeFolderWhole(folder, fill, { overwrite: false }).catch((error: unknown) => {
    if (!(error instanceof FileError && error.code === 'exists')) throw error
  })
}

/**
 * Puts an empty job store into a folder where one will be opened, unless one is there. Making one takes seconds, so that one is made in each
 * clone, and copied.
 */
export async function placeDatabase(folder: string): Promise<void> {
  const made = join(root, 'node_modules/.cache', nameOfDatabase())
  if (existsSync(join(folder, 'postgres'))) return
  if (!existsSync(made)) await makeDatabase(made)
  cpSync(join(made, 'postgres'), join(folder, 'postgres'), { recursive: true })
}
