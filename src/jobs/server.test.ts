/** What only a database server can do: go away, come back, and have workers that lose each other. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import {
  connectionsOf,
  hasPostgres,
  queryPostgres,
  startPostgres,
  type TestPostgres,
} from '../../test/postgres.ts'
import { openJobStore } from './open.ts'
import type { JobStore, JobStoreOptions, Json } from './store.ts'

function until(what: () => boolean | Promise<boolean>): Promise<void> {
  return new Promise((done, fail) => {
    const look = async (): Promise<void> => {
      try {
        if (await what()) done()
        else setTimeout(() => void look(), 20)
      } catch (error) {
        fail(error)
      }
    }
    void look()
  })
}

describe.runIf(hasPostgres())('a job store on a Postgres server', () => {
  let postgres: TestPostgres
  let lines: string[] = []
  const stores = new Set<JobStore>()

  let schemas = 0
  let schema = ''

  beforeAll(() => {
    postgres = startPostgres()
  })
  beforeEach(() => {
    lines = []
    schema = `test_${++schemas}`
  })
  afterEach(async () => {
    await Promise.all([...stores].map((store) => store.close()))
    stores.clear()
    expect(await connectionsOf(postgres.url)).toBe(0)
  })
  afterAll(() => postgres.remove())

  async function open(more: Partial<JobStoreOptions> = {}): Promise<JobStore> {
    const store = await openJobStore({
      url: postgres.url,
      schema,
      log: (line) => void lines.push(line),
      ...more,
    })
    stores.add(store)
    return store
  }

  function units(count: number, queue = 'q'): { key: string; queue: string; payload: number }[] {
    return Array.from({ length: count }, (_, i) => ({ key: `${queue} ${i}`, queue, payload: i }))
  }

  it('waits for a server that goes away, and goes on when it is back', async () => {
    const store = await open()
    await store.add(units(30))
    let finished = 0
    let open_ = (): void => {}
    const back = new Promise<void>((done) => {
      open_ = done
    })
    const starts: Json[] = []
    const worker = await store.work({
      queue: 'q',
      concurrency: 3,
      drain: true,
      handler: async ({ payload }) => {
        starts.push(payload)
        if (finished++ >= 10) await back
        return payload
      },
    })
    await until(() => finished > 12)
    postgres.stop()
    // Results that come while it is away are kept until it is back, and calls from outside wait too.
    open_()
    const added = store.add(units(5, 'later'))
    await until(() => lines.length > 0)
    postgres.start()
    expect(await added).toEqual({ added: 5, known: 0 })
    await worker.done
    expect((await store.counts('q')).done).toBe(30)
    expect(starts.toSorted((a, b) => (a as number) - (b as number))).toEqual(
      units(30).map(({ payload }) => payload),
    )
    expect(lines.map((line) => line.replace(/\(.*\)/, '(…)').replace(/[\d.]+ s$/, 'x s'))).toEqual([
      expect.stringMatching(/^postgres \S+: the database is unreachable \(…\); waiting for it$/),
      expect.stringMatching(/^postgres \S+: the database is reachable again after x s$/),
    ])
  })

  it('lets go of units when it cannot reach the server for a lease, and takes them again', async () => {
    const store = await open({ leaseSeconds: 0.4 })
    await store.add(units(2))
    const told: unknown[] = []
    const worker = await store.work({
      queue: 'q',
      concurrency: 2,
      drain: true,
      retries: 0,
      handler: ({ attempt, signal }) =>
        attempt > 1
          ? Promise.resolve('again')
          : new Promise((_, fail) => signal.addEventListener('abort', () => fail(told.push(signal.reason)))),
    })
    await until(async () => (await store.counts('q')).active === 2)
    postgres.stop()
    await until(() => told.length === 2)
    postgres.start()
    await worker.done
    expect(told).toMatchObject([{ code: 'stopped' }, { code: 'stopped' }])
    expect(await store.counts('q')).toMatchObject({ done: 2, dead: 0 })
  })

  it('gives up a stop that would wait for ever', async () => {
    const store = await open({ leaseSeconds: 0.3 })
    await store.add(units(1))
    let started = false
    const worker = await store.work({
      queue: 'q',
      concurrency: 1,
      handler: async () => {
        started = true
        await until(() => lines.length > 0)
        return 1
      },
    })
    await until(() => started)
    postgres.stop()
    await worker.stop()
    await worker.done
    postgres.start()
    // Its presence still shows, so that nobody else takes the unit; it is free once the store is closed.
    await store.close()
    stores.clear()
    const next = await open()
    await (await next.work({ queue: 'q', concurrency: 1, drain: true, handler: async () => 2 })).done
    expect((await next.counts('q')).done).toBe(1)
  })

  it('fails when the database refuses what waiting cannot mend', async () => {
    const store = await open()
    await store.add(units(3))
    let release = (): void => {}
    const held = new Promise<void>((done) => {
      release = done
    })
    let started = 0
    const worker = await store.work({
      queue: 'q',
      concurrency: 2,
      handler: async () => {
        started++
        await held
        return null
      },
    })
    await until(() => started === 2)
    await queryPostgres(postgres.url, `DROP SCHEMA ${schema} CASCADE`)
    release()
    await expect(worker.done).rejects.toMatchObject({ name: 'JobError', code: 'database' })
    await expect(worker.done).rejects.toThrow(
      /^postgres [^\n]+ the database refused, got 'relation "\w+\.\w+" does not exist', [^\n]+$/,
    )
  })

  it('does not ask the clock of its machine', async () => {
    const [store, other] = [await open({ leaseSeconds: 1 }), await open({ leaseSeconds: 1 })]
    await store.add(units(10))
    vi.useFakeTimers({ toFake: ['Date'], now: new Date('1999-12-31') })
    try {
      let failed = false
      const options = {
        queue: 'q',
        concurrency: 2,
        drain: true,
        backoffSeconds: 0.1,
        handler: async ({ payload }: { payload: Json }) => {
          if (payload === 3 && !failed) {
            failed = true
            throw new Error('once')
          }
          return payload
        },
      }
      await Promise.all([(await store.work(options)).done, (await other.work(options)).done])
    } finally {
      vi.useRealTimers()
    }
    expect((await store.counts('q')).done).toBe(10)
  })

  it('keeps stores of several schemas apart', async () => {
    const [store, other] = [await open(), await open({ schema: 'second' })]
    await store.add(units(2))
    await other.add(units(3))
    await (await other.work({ queue: 'q', concurrency: 2, drain: true, handler: async () => null })).done
    expect((await store.counts('q')).waiting).toBe(2)
    expect((await other.counts('q')).done).toBe(3)
  })

  it('leaves no connection or timer behind', async () => {
    // Of others, such as the test runner's own.
    const before = process.getActiveResourcesInfo().filter((each) => /Timeout|Pipe|TCP/.test(each)).length
    const store = await open()
    await store.add(units(40).map((unit) => ({ ...unit, tools: ['saw'] })))
    await store.cancel('q', ['q 0', 'q 1'])
    const worker = await store.work({
      queue: 'q',
      concurrency: 4,
      limits: { saw: 3 },
      retries: 1,
      backoffSeconds: 0,
      timeLimitSeconds: 1000,
      drain: true,
      handler: async ({ payload }) => {
        if ((payload as number) % 5 === 0) throw new Error('no')
        return payload
      },
    })
    await worker.done
    const idle = await store.work({ queue: 'empty', concurrency: 4, handler: async () => null })
    expect(await connectionsOf(postgres.url)).toBeGreaterThan(0)
    await store.close()
    await idle.done
    expect(await connectionsOf(postgres.url)).toBe(0)
    const after = process.getActiveResourcesInfo().filter((each) => /Timeout|Pipe|TCP/.test(each)).length
    expect(after).toBeLessThanOrEqual(before)
    const count = async (sql: string): Promise<unknown> =>
      (await queryPostgres<{ n: number }>(postgres.url, `SELECT count(*)::int AS n FROM ${sql}`))[0]?.n
    expect(await count(`${schema}.units WHERE state = 'waiting'`)).toBe(0)
    expect(await count(`${schema}.slots WHERE unit IS NOT NULL`)).toBe(0)
    expect(await count(`${schema}.holders`)).toBe(0)
    await expect(store.add(units(1))).rejects.toMatchObject({ code: 'closed' })
    await expect(store.work({ queue: 'q', concurrency: 1, handler: async () => null })).rejects.toMatchObject(
      {
        code: 'closed',
      },
    )
  })

  it.each([
    [
      { url: 'mysql://user:secret@host/db' },
      /^url: expected postgres:\/\/user:password@host:port\/database, got 'mysql:\/\/…@host\/db'$/,
    ],
    [
      { url: 'postgres://u:secret@127.0.0.1:1/db' },
      /^postgres 127\.0\.0\.1:1\/db: the database refused, got 'connect ECONNREFUSED 127\.0\.0\.1:1', check that it runs and has disk space$/,
    ],
    [
      { schema: 'Two Words' },
      /^schema: expected up to 40 lower-case letters, digits and underscores, not a digit first, got "Two Words"$/,
    ],
    [{ leaseSeconds: 0 }, /^leaseSeconds: expected a number of at least 0\.1, got 0$/],
  ])('says in one line what is wrong with %j', async (options, message) => {
    await expect(openJobStore({ url: postgres.url, ...options })).rejects.toThrow(message)
  })

  it('never lets anyone change a journal', async () => {
    const store = await open()
    await store.append('votes', [{ key: 'a', content: 1 }])
    for (const sql of ['UPDATE entries SET content = to_json(2)', 'DELETE FROM entries', 'TRUNCATE entries'])
      await expect(queryPostgres(postgres.url, sql.replace('entries', `${schema}.entries`))).rejects.toThrow(
        'entries of a journal are never changed',
      )
    const found = []
    for await (const { content } of store.entries('votes')) found.push(content)
    expect(found).toEqual([1])
  })

  it('brings tables of the first version to this one', async () => {
    await (await open()).close()
    stores.clear()
    await queryPostgres(
      postgres.url,
      `DROP TABLE ${schema}.entries; DROP FUNCTION ${schema}.refuse_change;
       DROP INDEX ${schema}.units_unfinished; ALTER TABLE ${schema}.units DROP COLUMN plan;
       CREATE INDEX units_open ON ${schema}.units (queue) WHERE state IN ('waiting', 'active');
       ALTER TABLE ${schema}.units
         ADD CONSTRAINT units_queue_fkey FOREIGN KEY (queue) REFERENCES ${schema}.queues,
         ADD CONSTRAINT units_lane_fkey FOREIGN KEY (lane) REFERENCES ${schema}.lanes;
       DELETE FROM ${schema}.migrations WHERE number > 1`,
    )
    const store = await open()
    expect(await store.append('votes', [{ key: 'a', content: 1 }])).toEqual({ added: 1, known: 0 })
  })

  it('refuses tables of a newer version', async () => {
    await (await open()).close()
    stores.clear()
    await queryPostgres(postgres.url, `INSERT INTO ${schema}.migrations (number) VALUES (99)`)
    const refusal = open()
    await expect(refusal).rejects.toMatchObject({ code: 'version' })
    await expect(refusal).rejects.toThrow(
      /: expected tables up to version 4, got 99, use the newer pentimento/,
    )
  })
})
