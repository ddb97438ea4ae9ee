import { resolve } from 'node:path'
import { enterDoor } from './database/door.ts'
import { refusal } from './database/patience.ts'
import { openPglite } from './database/pglite.ts'
import { openPostgres, serverName } from './database/postgres.ts'
import { holdPresence } from './database/presence.ts'
import { JobError } from './error.ts'
import { BucketFileStore } from './files/bucket.ts'
import { openFolderFileStore } from './files/folder.ts'
import type { FileStore, FileStoreOptions } from './files.ts'
import { DatabaseJobStore, type JobStoreParts, prepare } from './jobStore.ts'
import { checkNumber, checkSchema } from './names.ts'
import { pause } from './pause.ts'
import type { JobStore, JobStoreOptions } from './store.ts'

/**
 * Opens the job store of a folder or a Postgres database, and creates what is missing. A folder opened for reading only
 * may be open in another process, which then answers; writing is refused.
 */
export async function openJobStore(options: JobStoreOptions): Promise<JobStore> {
  const parts = await openParts(options)
  if (parts === undefined) return throughDoor(options as Extract<JobStoreOptions, { folder: string }>)
  try {
    await prepare(parts)
    return new DatabaseJobStore(parts)
  } catch (error) {
    await parts.database.close()
    throw refusal(parts.where, error)
  }
}

/** Undefined for a read-only folder that is open elsewhere. */
async function openParts(options: JobStoreOptions): Promise<JobStoreParts | undefined> {
  if ('url' in options) return serverParts(options)
  try {
    return await folderParts(options)
  } catch (error) {
    if (options.readOnly && error instanceof JobError && error.code === 'locked') return undefined
    throw error
  }
}

/** How long a reader waits for the process that holds the folder but does not answer yet: it may just be opening it. */
const doorMilliseconds = 20_000

async function throughDoor(options: Extract<JobStoreOptions, { folder: string }>): Promise<JobStore> {
  const until = performance.now() + doorMilliseconds
  let database = await enterDoor(resolve(options.folder))
  while (database === undefined) {
    try {
      // It may just have ended.
      return await openJobStore({ ...options, readOnly: false })
    } catch (error) {
      const isLocked = error instanceof JobError && error.code === 'locked'
      if (!isLocked || performance.now() > until) throw error
    }
    await pause(100)
    database = await enterDoor(resolve(options.folder))
  }
  return new DatabaseJobStore({
    database,
    schema: 'pentimento',
    where: resolve(options.folder),
    leaseSeconds: 60,
    log: options.log ?? (() => {}),
    isAlone: false,
    isReadOnly: true,
    show: () => database.alone(() => Promise.reject(new Error('internal: never run'))),
  })
}

async function folderParts(options: Extract<JobStoreOptions, { folder: string }>): Promise<JobStoreParts> {
  const { folder, inThread, log = () => {} } = options
  const where = resolve(folder)
  const schema = 'pentimento'
  const database = await openPglite(where, { inThread })
  return {
    database,
    schema,
    where,
    leaseSeconds: 60,
    log,
    isAlone: true,
    // No other process has the folder open, so all earlier holders of units are dead.
    async show(holder) {
      await database.query(`DELETE FROM ${schema}.holders WHERE id <> $1::uuid`, [holder])
      await database.query(`INSERT INTO ${schema}.holders (id, alive_until) VALUES ($1::uuid, 'infinity')`, [
        holder,
      ])
      return { held: true, stop: async () => {} }
    },
  }
}

function serverParts(options: Extract<JobStoreOptions, { url: string }>): JobStoreParts {
  const { url, schema = 'pentimento', leaseSeconds = 15, log = () => {} } = options
  checkSchema(schema)
  checkNumber('leaseSeconds', leaseSeconds, 'positive', 0.1)
  return {
    database: openPostgres(url),
    schema,
    where: `postgres ${serverName(url)}`,
    leaseSeconds,
    log,
    isAlone: false,
    show: (holder, onLost) => holdPresence({ url, schema, holder, leaseSeconds, onLost }),
  }
}

/** Opens a file store in a folder, which is created if missing, or in an existing bucket. */
export async function openFileStore(options: FileStoreOptions): Promise<FileStore> {
  if ('folder' in options) return openFolderFileStore(resolve(options.folder))
  return new BucketFileStore(options)
}
