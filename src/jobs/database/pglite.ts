/**
 * Postgres in this process. PGlite writes straight to the files of its folder and returns from a commit when the
 * write-ahead log is written, so what is committed outlives a kill -9 of the process at any moment: the next open
 * replays the log. It cannot make the system write to the disk itself (its fsync does nothing), so that a power cut
 * can take the last seconds, or harm the database; where that matters, use a Postgres server.
 *
 * It has no background processes either: nobody makes checkpoints, so the log would grow until close and be replayed
 * from the start after a kill; and nobody vacuums. Both are done here every few thousand changes.
 */
import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import { makeFolder, removeParts, writeFolderWhole } from '../../files/index.ts'
import { JobError } from '../error.ts'
import type { Database, Session } from './database.ts'
import { lockFolder } from './folderLock.ts'

/**
 * Opens the database in a folder, which is made if it is missing; no other process may have it open. Housekeeping
 * comes after so many statements, and takes about 50 ms.
 */
export async function openPglite(folder: string, housekeepingEvery = 20_000): Promise<Database> {
  await makeFolder(folder)
  const unlock = await lockFolder(folder)
  try {
    return connect(await start(folder), unlock, housekeepingEvery)
  } catch (error) {
    await unlock()
    throw error
  }
}

/** A new database is made whole, so that a kill while it is made leaves nothing half. The folder must be locked. */
async function start(folder: string): Promise<PGlite> {
  const place = join(folder, 'postgres')
  try {
    await removeParts(folder, 0)
    if (!(await exists(place)))
      await writeFolderWhole(place, async (part) => {
        const fresh = await PGlite.create({ dataDir: part })
        await fresh.close()
      })
    return await PGlite.create({ dataDir: place })
  } catch (error) {
    const why = error instanceof Error ? error.message.split('\n')[0] : String(error)
    throw new JobError(
      'database',
      `${place}: the database does not open, got '${why}', check its rights and the free disk space`,
      { cause: error },
    )
  }
}

function connect(pglite: PGlite, unlock: () => Promise<void>, housekeepingEvery: number): Database {
  let statements = 0
  let turn: Promise<unknown> = Promise.resolve()
  const keepHouse = async (): Promise<void> => {
    if (++statements % housekeepingEvery !== 0) return
    await pglite.exec('VACUUM')
    await pglite.exec('CHECKPOINT')
  }
  return {
    async query<Row>(sql: string, values: readonly unknown[] = []) {
      await keepHouse()
      return (await pglite.query<Row>(sql, [...values])).rows
    },
    async script(sql) {
      try {
        await pglite.exec(sql)
      } catch (error) {
        await pglite.exec('ROLLBACK')
        throw error
      }
    },
    async transaction<Result>(run: (session: Session) => Promise<Result>) {
      await keepHouse()
      return pglite.transaction((transaction) =>
        run({
          async query<Row>(sql: string, values: readonly unknown[] = []) {
            statements++
            return (await transaction.query<Row>(sql, [...values])).rows
          },
        }),
      )
    },
    // The lock on the folder keeps other processes away; callers in this one take turns.
    alone<Result>(run: () => Promise<Result>) {
      const result = turn.then(run)
      turn = result.catch(() => undefined)
      return result
    },
    async close() {
      try {
        await pglite.close()
      } finally {
        await unlock()
      }
    },
  }
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
