/**
 * Postgres in this process. PGlite writes straight to the files of its folder and returns from a commit when the
 * write-ahead log is written, so what is committed outlives a kill -9 of the process at any moment: the next open
 * replays the log. It cannot make the system write to the disk itself (its fsync does nothing), so that a power cut
 * can take the last seconds, or harm the database; where that matters, use a Postgres server.
 *
 * It has no background processes either: nobody makes checkpoints, so the log would grow until close and be replayed
 * from the start after a kill; and nobody vacuums. Both are done here every few thousand changes.
 */
import { access, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import { makeFolder, removeParts, writeFolderWhole } from '../../files/index.ts'
import { JobError } from '../error.ts'
import type { Database, Session } from './database.ts'
import { openDoor } from './door.ts'
import { lockFolder } from './folderLock.ts'
import { type Embedded, openInThread } from './pgliteThread.ts'

/** How an embedded database is run. */
export interface PgliteOptions {
  /** Statements between two runs of housekeeping, which takes about 50 ms. Default: 20,000. */
  readonly housekeepingEvery?: number
  /** Whether statements run in a thread of their own, which takes 0.1 s to start. Default: false. */
  readonly inThread?: boolean | undefined
}

/** Opens the database in a folder, which is created if missing; no other process may have it open. */
export async function openPglite(
  folder: string,
  { housekeepingEvery = 20_000, inThread = false }: PgliteOptions = {},
): Promise<Database> {
  await makeFolder(folder)
  await checkRoom(folder)
  const unlock = await lockFolder(folder)
  try {
    return await connect(folder, await start(folder, inThread), unlock, housekeepingEvery)
  } catch (error) {
    await unlock()
    throw error
  }
}

/**
 * A new database is created atomically, so that a kill during its creation leaves no partial one. The folder must be
 * locked.
 */
async function start(folder: string, inThread: boolean): Promise<Embedded> {
  const place = join(folder, 'postgres')
  try {
    await removeParts(folder, 0)
    if (!(await exists(place)))
      await writeFolderWhole(place, async (part) => {
        const fresh = await PGlite.create({ dataDir: part })
        await fresh.close()
      })
    return inThread ? await openInThread(place) : await PGlite.create({ dataDir: place })
  } catch (error) {
    const why = error instanceof Error ? error.message.split('\n')[0] : String(error)
    throw new JobError(
      'database',
      `${place}: the database does not open, got '${why}', check its rights and the free disk space`,
      { cause: error },
    )
  }
}

/**
 * Bytes that must be free. Postgres writes its log in files of 16 MB, and on a full disk PGlite hangs and keeps this
 * process from ending, so that must be prevented.
 */
const leastRoom = 64 * 2 ** 20

/** How often the free space is checked: at 100 MB/s less than half of it is used in between. */
const roomMilliseconds = 250

/** @throws JobError `disk-full` */
async function checkRoom(folder: string): Promise<void> {
  const { bavail, bsize } = await statfs(folder)
  if (bavail * bsize >= leastRoom) return
  const megabytes = (bytes: number): string => `${Math.floor(bytes / 2 ** 20)} MB`
  throw new JobError(
    'disk-full',
    `${folder}: the disk is full, expected ${megabytes(leastRoom)} free for the database, got ${megabytes(bavail * bsize)}, free some space and start again, it goes on where it stopped`,
  )
}

/** PGlite's message for a disk that is full nevertheless. */
const fullOr = (folder: string, error: unknown): unknown =>
  (error as { code?: unknown }).code === '53100' || (error as { code?: unknown }).code === 'ENOSPC'
    ? new JobError(
        'disk-full',
        `${folder}: the disk is full (${(error as Error).message.split('\n')[0]}), free some space and start again`,
        { cause: error },
      )
    : error

async function connect(
  folder: string,
  pglite: Embedded,
  unlock: () => Promise<void>,
  housekeepingEvery: number,
): Promise<Database> {
  let statements = 0
  let turn: Promise<unknown> = Promise.resolve()
  let looked = performance.now()
  const keepHouse = async (): Promise<void> => {
    if (performance.now() - looked > roomMilliseconds) {
      await checkRoom(folder)
      looked = performance.now()
    }
    if (++statements % housekeepingEvery !== 0) return
    await pglite.exec('VACUUM')
    await pglite.exec('CHECKPOINT')
  }
  const closeDoor = await openDoor(folder, (sql, values) =>
    pglite.transaction(async (transaction) => {
      await transaction.exec('SET TRANSACTION READ ONLY')
      return (await transaction.query(sql, [...values])).rows
    }),
  ).catch(() => async () => undefined)
  return {
    async query<Row>(sql: string, values: readonly unknown[] = []) {
      await keepHouse()
      try {
        return (await pglite.query<Row>(sql, [...values])).rows
      } catch (error) {
        throw fullOr(folder, error)
      }
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
      try {
        return await pglite.transaction((transaction) =>
          run({
            async query<Row>(sql: string, values: readonly unknown[] = []) {
              statements++
              return (await transaction.query<Row>(sql, [...values])).rows
            },
          }),
        )
      } catch (error) {
        throw fullOr(folder, error)
      }
    },
    // The folder's lock excludes other processes; callers in this process take turns.
    alone<Result>(run: () => Promise<Result>) {
      const result = turn.then(run)
      turn = result.catch(() => undefined)
      return result
    },
    async close() {
      await closeDoor()
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
