/** What only a database in a folder can do: be opened by two, be left by a dead process, be half made. */
import { fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { placeDatabase } from '../../test/database.ts'
import type { WorkerTask } from '../../test/jobs/task.ts'
import { partPath } from '../files/index.ts'
import { lockFolder } from './database/folderLock.ts'
import { openPglite } from './database/pglite.ts'
import { openJobStore } from './open.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'workspace-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe('lockFolder', () => {
  const lock = (): string => join(folder, 'lock.1')
  const write = (owner: object): void => writeFileSync(lock(), JSON.stringify(owner))
  /** The id of a process that has ended. */
  async function deadPid(): Promise<number> {
    const child = spawn(process.execPath, ['-e', ''])
    await once(child, 'exit')
    return child.pid as number
  }

  it('lets one in, and the next when that has left', async () => {
    const unlock = await lockFolder(folder)
    const refusal = lockFolder(folder)
    await expect(refusal).rejects.toMatchObject({ name: 'JobError', code: 'locked' })
    await expect(refusal).rejects.toThrow(
      `${folder}: expected no other process in this folder, got process ${process.pid}, wait until it has ended, or use a Postgres server for several processes`,
    )
    await unlock()
    expect(readdirSync(folder)).toEqual(['lock.1'])
    await (await lockFolder(folder))()
  })

  it('takes over from a process that is dead', async () => {
    write({ host: hostname(), pid: await deadPid(), started: 'then' })
    await (await lockFolder(folder))()
  })

  it('takes over from a dead process whose id was given out again', async () => {
    write({ host: hostname(), pid: process.pid, started: 'long ago' })
    await (await lockFolder(folder))()
  })

  it.each(['', '{"host":', '[]'])('takes over a lock that is broken: %j', async (content) => {
    writeFileSync(lock(), content)
    utimesSync(lock(), 0, 0)
    await (await lockFolder(folder))()
  })

  it('does not judge a process of another machine', async () => {
    write({ host: 'elsewhere', pid: 1, started: 'then' })
    await expect(lockFolder(folder)).rejects.toThrow(
      `got process 1 on "elsewhere", delete '${lock()}' if it has ended`,
    )
  })

  it('lets one in of many that find the same stale lock', async () => {
    for (let round = 0; round < 20; round++) {
      for (const name of readdirSync(folder)) rmSync(join(folder, name))
      write({ host: hostname(), pid: process.pid, started: 'long ago' })
      const tries = await Promise.allSettled(Array.from({ length: 8 }, () => lockFolder(folder)))
      const winners = tries.filter((each) => each.status === 'fulfilled')
      expect(winners.length).toBe(1)
      // What it takes to leave is there already, as the disk may be full by then.
      expect(readdirSync(folder)).toEqual(['lock.2', 'lock.2.free'])
      await winners[0]?.value()
    }
  })

  it('lets one in of many at a time, for a long time', async () => {
    let inside = 0
    let turns = 0
    async function visit(): Promise<void> {
      while (turns < 200) {
        const unlock = await lockFolder(folder).catch(() => undefined)
        if (unlock === undefined) continue
        expect(++inside).toBe(1)
        await new Promise((done) => setImmediate(done))
        inside--
        turns++
        await unlock()
      }
    }
    await Promise.all([visit(), visit(), visit(), visit()])
    expect(readdirSync(folder).length).toBe(1)
  })
})

describe('a job store in a folder', () => {
  // Making a database takes seconds; most tests get a copy.
  const copy = (): Promise<void> => placeDatabase(folder)

  it('refuses a second process in one line, and lets it in afterwards', async () => {
    await copy()
    const store = await openJobStore({ folder })
    const task: WorkerTask = {
      store: { folder },
      files: join(folder, 'files'),
      ledger: join(folder, 'ledger'),
      queue: 'q',
      units: 2,
      concurrency: 1,
      milliseconds: 0,
    }
    async function other(): Promise<string[]> {
      const child = fork(new URL('../../test/jobs/worker.ts', import.meta.url), {
        execArgv: ['--import', 'tsx', '--conditions=source'],
      })
      const said: string[] = []
      child.on('message', (word: string) => said.push(word))
      child.send(task)
      await once(child, 'exit')
      return said
    }
    expect(await other()).toEqual([
      `JobError: ${folder}: expected no other process in this folder, got process ${process.pid}, wait until it has ended, or use a Postgres server for several processes`,
    ])
    await store.close()
    expect(await other()).toEqual(['ready', 'done'])
    await (await lockFolder(folder))()
  })

  it('does not mind a database that was half made', async () => {
    const half = partPath(join(folder, 'postgres'))
    mkdirSync(join(half, 'base'), { recursive: true })
    writeFileSync(join(half, 'PG_VERSION'), '18')
    const store = await openJobStore({ folder })
    expect(await store.add([{ key: 'k', queue: 'q', payload: 1 }])).toEqual({ added: 1, known: 0 })
    await store.close()
    expect(readdirSync(folder)).toEqual(['lock.1', 'postgres'])
  })

  it('unlocks the folder when it cannot be opened, and says why in one line', async () => {
    mkdirSync(join(folder, 'postgres'))
    writeFileSync(join(folder, 'postgres', 'PG_VERSION'), '12')
    const refusal = openJobStore({ folder })
    await expect(refusal).rejects.toMatchObject({ name: 'JobError', code: 'database' })
    await expect(refusal).rejects.toThrow(/^[^\n]+\/postgres: the database does not open, got '[^\n]+$/)
    await (await lockFolder(folder))()
  })

  it('keeps its log short while it works', async () => {
    await copy()
    const database = await openPglite(folder, { housekeepingEvery: 200 })
    await database.query('CREATE TABLE texts (id integer PRIMARY KEY, text text)')
    for (let id = 0; id < 1000; id++) {
      await database.query(
        `INSERT INTO texts VALUES ($1, repeat('x', 5000)) ON CONFLICT (id) DO UPDATE SET text = excluded.text`,
        [id % 10],
      )
    }
    const [row] = await database.query<{ kept: number; behind: number }>(
      `SELECT pg_relation_size('texts')::int AS kept,
              (pg_current_wal_lsn() - redo_lsn)::int AS behind FROM pg_control_checkpoint()`,
    )
    // Checkpoints and vacuums have come by: 200 statements' worth is left, of 1,000.
    expect(row?.behind).toBeLessThan(250_000)
    expect(row?.kept).toBeLessThan(200_000)
    await database.close()
  })

  it('answers others that only read while it is open, and refuses what they would write', async () => {
    await copy()
    const store = await openJobStore({ folder })
    await store.add([{ key: 'k', queue: 'q', payload: { text: 'a\u0000b 照片' } }])
    await expect(openJobStore({ folder })).rejects.toMatchObject({ code: 'locked' })
    const reader = await openJobStore({ folder, readOnly: true })
    const rows = []
    for await (const row of reader.rows('q')) rows.push(row)
    expect(rows).toMatchObject([{ key: 'k', state: 'waiting', payload: { text: 'a\u0000b 照片' } }])
    await store.add([{ key: 'l', queue: 'q', payload: 2 }])
    expect(await reader.counts('q')).toMatchObject({ waiting: 2 })
    await expect(reader.add([{ key: 'm', queue: 'q', payload: 3 }])).rejects.toThrow(
      /another process uses this folder and only reading is possible, wait until it has ended/,
    )
    await expect(reader.sql.query('DELETE FROM pentimento.units')).rejects.toThrow(/read-only transaction/)
    expect(await store.counts('q')).toMatchObject({ waiting: 2 })
    await store.close()
    await expect(reader.counts('q')).rejects.toThrow(/the process that had it open has ended, try again/)
    await reader.close()
    const alone = await openJobStore({ folder, readOnly: true })
    expect(await alone.counts('q')).toMatchObject({ waiting: 2 })
    await alone.close()
    expect(readdirSync(folder)).toEqual(['lock.2', 'postgres'])
  })

  it('lets one that only reads wait while another process has locked it and does not answer yet', async () => {
    await copy()
    const unlock = await lockFolder(folder)
    let isOpen = false
    const reading = openJobStore({ folder, readOnly: true }).finally(() => {
      isOpen = true
    })
    await new Promise((done) => setTimeout(done, 300))
    expect(isOpen).toBe(false)
    await unlock()
    const reader = await reading
    expect(await reader.counts('q')).toMatchObject({ waiting: 0 })
    await reader.close()
  })

  it('takes up units that a closed store has left active', async () => {
    await copy()
    const store = await openJobStore({ folder })
    await store.add([{ key: 'k', queue: 'q', payload: 1 }])
    await store.close()
    const database = await openPglite(folder)
    await database.query(
      `UPDATE pentimento.units SET state = 'active', holder = gen_random_uuid(), claim = gen_random_uuid(), attempts = 1`,
    )
    await database.close()
    const lines: string[] = []
    const again = await openJobStore({ folder, log: (line) => void lines.push(line) })
    const handler = async ({ attempt }: { attempt: number }): Promise<number> => attempt
    await (await again.work({ queue: 'q', concurrency: 1, drain: true, handler })).done
    for await (const row of again.rows('q')) expect(row).toMatchObject({ state: 'done', output: 2 })
    expect(lines).toEqual(["queue 'q': took up 1 unit(s) whose worker died"])
    await again.close()
  })

  it('waits for no time that a clock set back has put far away', async () => {
    await copy()
    const store = await openJobStore({ folder })
    await store.add([{ key: 'k', queue: 'q', payload: 1 }])
    await store.close()
    // As if the unit had been added yesterday, by a clock that was a day ahead.
    const database = await openPglite(folder)
    await database.query("UPDATE pentimento.units SET run_after = clock_timestamp() + interval '1 day'")
    await database.close()
    const again = await openJobStore({ folder })
    const handler = async (): Promise<number> => 7
    await (await again.work({ queue: 'q', concurrency: 1, drain: true, handler })).done
    for await (const row of again.rows('q')) expect(row).toMatchObject({ state: 'done', output: 7 })
    await again.close()
  })

  it('goes on at once when the clock is set back while it works', async () => {
    await copy()
    const store = await openJobStore({ folder })
    await store.add(Array.from({ length: 3 }, (_, i) => ({ key: `k${i}`, queue: 'q', payload: i })))
    const before = Date.now()
    let back = 0
    vi.spyOn(Date, 'now').mockImplementation(() => before - back)
    const handler = async (): Promise<number> => {
      back = 3_600_000
      return 7
    }
    try {
      await (await store.work({ queue: 'q', concurrency: 1, drain: true, handler })).done
    } finally {
      vi.restoreAllMocks()
    }
    expect(await store.counts('q')).toMatchObject({ waiting: 0, done: 3 })
    await store.close()
  })

  it('lets go of the tools of a dead worker, whatever its queue was', async () => {
    await copy()
    const store = await openJobStore({ folder })
    await store.add([{ key: 'first', queue: 'a', payload: 1, tools: ['saw'] }])
    await store.add([{ key: 'second', queue: 'b', payload: 2, tools: ['saw'] }])
    await store.close()
    const database = await openPglite(folder)
    await database.query(
      `UPDATE pentimento.units SET state = 'active', holder = gen_random_uuid(), claim = gen_random_uuid()
        WHERE key = 'first'`,
    )
    await database.query(
      `INSERT INTO pentimento.slots SELECT 'saw', 1, id FROM pentimento.units WHERE key = 'first'`,
    )
    await database.close()
    const again = await openJobStore({ folder })
    const options = { concurrency: 1, limits: { saw: 1 }, drain: true, handler: async () => null }
    await (await again.work({ queue: 'b', ...options })).done
    expect(await again.counts('a')).toMatchObject({ active: 1 })
    await (await again.work({ queue: 'a', ...options })).done
    expect(await again.counts('a')).toMatchObject({ done: 1 })
    await again.close()
  })

  it('makes a unit dead that takes one worker after another with it', async () => {
    await copy()
    const store = await openJobStore({ folder })
    await store.add([{ key: 'k', queue: 'q', payload: 1 }])
    await store.close()
    const database = await openPglite(folder)
    await database.query(
      `UPDATE pentimento.units
          SET state = 'active', holder = gen_random_uuid(), claim = gen_random_uuid(), attempts = 3, deaths = 2`,
    )
    await database.close()
    const again = await openJobStore({ folder })
    await (await again.work({ queue: 'q', concurrency: 1, drain: true, deaths: 2, handler: async () => 1 }))
      .done
    for await (const row of again.rows('q')) {
      expect(row).toMatchObject({ state: 'dead', attempts: 3, reason: 'its worker died each of 3 times' })
    }
    await again.close()
  })
})
