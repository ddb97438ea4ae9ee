import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Unworkable } from './error.ts'
import type { JobStore, Json, Unit, UnitRow, WorkOptions } from './store.ts'

/** A store to test, and another on the same units: of another connection where the database takes several. */
export interface TestStores {
  readonly store: JobStore
  readonly other: JobStore
  close(): Promise<void>
}

/** A promise that somebody else resolves. */
function gate(): { readonly opened: Promise<void>; open(): void } {
  let open = (): void => {}
  const opened = new Promise<void>((done) => {
    open = done
  })
  return { opened, open: () => open() }
}

/** Waits until it is so. */
async function until(what: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await what())) await new Promise((done) => setTimeout(done, 10))
}

/** Rejects when the signal is aborted, as a handler that heeds it does. */
function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, fail) => signal.addEventListener('abort', () => fail(signal.reason)))
}

async function rowsOf(store: JobStore, queue: string): Promise<UnitRow[]> {
  const rows: UnitRow[] = []
  for await (const row of store.rows(queue)) rows.push(row)
  return rows
}

/** What every job store does. */
export function jobStoreContract(name: string, open: () => Promise<TestStores>): void {
  describe(`a job store ${name}`, () => {
    let stores: TestStores
    let store: JobStore
    let other: JobStore
    let queues = 0
    let queue = ''

    beforeAll(async () => {
      stores = await open()
      store = stores.store
      other = stores.other
    })
    afterAll(() => stores.close())

    /** Units of a queue that no other test uses. */
    function units(count: number, more: Partial<Unit> = {}): Unit[] {
      queue = `queue ${++queues}`
      return Array.from({ length: count }, (_, i) => ({
        key: `${queue} unit ${String(i).padStart(5, '0')}`,
        queue,
        payload: i,
        ...more,
      }))
    }

    async function drain(options: Partial<WorkOptions> = {}): Promise<void> {
      const handler = async ({ payload }: { payload: Json }): Promise<Json> => ({ was: payload })
      await (await store.work({ queue, handler, concurrency: 4, drain: true, ...options })).done
    }

    it('puts aside what only earlier plans wanted, and does again what is wanted and was put aside or lost', async () => {
      const all = units(6)
      const statesOf = async () => (await rowsOf(store, queue)).map(({ state }) => state)
      await store.add(all.slice(0, 4), { plan: 1 })
      expect(await store.add(all.slice(2), { plan: 2 })).toEqual({ added: 2, known: 2 })
      expect(await store.putAside(queue, 2)).toBe(2)
      expect(await store.unfinished(queue)).toEqual({ waiting: 4, active: 0, dead: 0 })
      await drain({
        handler: async ({ payload }) =>
          (payload as number) === 5 ? Promise.reject(new Unworkable('no')) : null,
      })
      expect(await statesOf()).toEqual(['cancelled', 'cancelled', 'done', 'done', 'done', 'dead'])
      expect(await store.unfinished(queue)).toEqual({ waiting: 0, active: 0, dead: 1 })
      expect(await store.add(all.slice(1, 3), { plan: 3, again: ['cancelled'] })).toEqual({
        added: 1,
        known: 1,
      })
      expect(await store.add(all.slice(3), { plan: 3, again: ['cancelled', 'done'] })).toEqual({
        added: 2,
        known: 1,
      })
      expect(await statesOf()).toEqual(['cancelled', 'waiting', 'done', 'waiting', 'waiting', 'dead'])
      expect(await store.putAside(queue, 3)).toBe(0)
      await drain()
      expect((await rowsOf(store, queue)).map(({ output }) => output)).toEqual([
        undefined,
        { was: 1 },
        null,
        { was: 3 },
        { was: 4 },
        undefined,
      ])
    })

    it('keeps tables of other layers, and brings them to their version once', async () => {
      const { sql } = store
      const steps = [
        (schema: string) => `CREATE TABLE ${schema}.things (name text PRIMARY KEY)`,
        (schema: string) => `ALTER TABLE ${schema}.things ADD COLUMN number integer`,
      ]
      await sql.migrate('things', steps.slice(0, 1))
      await Promise.all([sql.migrate('things', steps), other.sql.migrate('things', steps)])
      await expect(sql.migrate('things', steps.slice(0, 1))).rejects.toThrow(
        /expected tables of things up to version 1, got 2, use the newer/,
      )
      await expect(
        sql.transaction(async (session) => {
          await session.query(`INSERT INTO ${sql.schema}.things VALUES ('a', 1)`)
          throw new Error('no')
        }),
      ).rejects.toThrow('no')
      expect(await other.sql.query(`SELECT * FROM ${sql.schema}.things`)).toEqual([])
    })

    describe('keeps a journal', () => {
      let journals = 0
      const fresh = () => `journal ${++journals}`
      const entriesOf = async (journal: string, filter?: { prefix?: string; after?: number }) => {
        const found: { number: number; key: string; content: Json; at: string }[] = []
        for await (const entry of store.entries(journal, filter)) found.push(entry)
        return found
      }

      it('whose entries come in their order, over several pages', async () => {
        const journal = fresh()
        const entries = Array.from({ length: 1203 }, (_, i) => ({ key: `k${1203 - i}`, content: { i } }))
        expect(await store.append(journal, entries)).toEqual({ added: 1203, known: 0 })
        await store.append(fresh(), [{ key: 'k1', content: 'of another' }])
        const found = await entriesOf(journal)
        expect(found.map(({ key, content }) => ({ key, content }))).toEqual(entries)
        expect(found.every(({ at }) => Math.abs(Date.parse(at) - Date.now()) < 3_600_000)).toBe(true)
        expect(await entriesOf(journal, { after: found[1200]!.number })).toEqual(found.slice(1201))
      })

      it('whose first word stands', async () => {
        const journal = fresh()
        await store.append(journal, [{ key: 'a', content: 1 }])
        expect(
          await other.append(journal, [
            { key: 'a', content: 2 },
            { key: 'b', content: 3 },
          ]),
        ).toEqual({ added: 1, known: 1 })
        expect((await entriesOf(journal)).map(({ key, content }) => [key, content])).toEqual([
          ['a', 1],
          ['b', 3],
        ])
      })

      it('of which the entries of one may be read', async () => {
        const journal = fresh()
        await store.append(
          journal,
          ['p1/1', 'p1/2', 'p11/1', 'p%/1', 'p_/1'].map((key) => ({ key, content: null })),
        )
        expect((await entriesOf(journal, { prefix: 'p1/' })).map(({ key }) => key)).toEqual(['p1/1', 'p1/2'])
        expect(await entriesOf(journal, { prefix: 'p%' })).toHaveLength(1)
      })

      it('that several write at once, of which none is lost', async () => {
        const journal = fresh()
        const one = Array.from({ length: 40 }, (_, i) => ({ key: `k${i % 25}`, content: i }))
        await Promise.all(one.map((entry, i) => (i % 2 ? store : other).append(journal, [entry])))
        const found = await entriesOf(journal)
        expect(found.map(({ key }) => key).toSorted()).toEqual(
          Array.from({ length: 25 }, (_, i) => `k${i}`).toSorted(),
        )
      })

      it('in which nothing half is written', async () => {
        const journal = fresh()
        await expect(
          store.append(journal, [
            { key: 'a', content: 1 },
            { key: '', content: 2 },
          ]),
        ).rejects.toThrow('key: expected 1 to 1000 bytes, got 0')
        expect(await entriesOf(journal)).toEqual([])
      })
    })

    it('runs each unit once and keeps its output', async () => {
      const all = units(250)
      expect(await store.add(all)).toEqual({ added: 250, known: 0 })
      expect(await store.counts(queue)).toEqual({ waiting: 250, active: 0, done: 0, dead: 0, cancelled: 0 })
      const started: string[] = []
      await drain({
        name: 'one',
        handler: async ({ key, payload }) => {
          started.push(key)
          return { was: payload }
        },
      })
      expect(started.toSorted()).toEqual(all.map(({ key }) => key))
      const rows = await rowsOf(store, queue)
      expect(rows.map(({ key }) => key)).toEqual(all.map(({ key }) => key))
      expect(rows[7]).toEqual({
        key: all[7]?.key,
        queue,
        state: 'done',
        attempts: 1,
        payload: 7,
        output: { was: 7 },
        worker: 'one',
        seconds: expect.any(Number),
      })
    })

    it('adds a key once, whatever became of it', async () => {
      const all = units(3)
      await store.add(all)
      expect(await store.add([...all, ...all])).toEqual({ added: 0, known: 6 })
      const [first, second] = all
      await store.cancel(queue, [first?.key ?? ''])
      expect(await store.add(all)).toEqual({ added: 0, known: 3 })
      await drain()
      expect(await store.add([{ ...second, payload: 'another' } as Unit])).toEqual({ added: 0, known: 1 })
      expect((await rowsOf(store, queue)).map(({ state, payload }) => [state, payload])).toEqual([
        ['cancelled', 0],
        ['done', 1],
        ['done', 2],
      ])
    })

    it('adds the same keys from several places at once, in any order, once', async () => {
      const all = units(1500)
      const found = await Promise.all([
        store.add(all),
        stores.other.add(all.toReversed()),
        store.add(all.slice(500)),
        stores.other.add([...all.slice(1000), ...all.slice(0, 1000)]),
      ])
      expect(found.reduce((sum, { added }) => sum + added, 0)).toBe(1500)
      expect((await store.counts(queue)).waiting).toBe(1500)
      expect(await store.cancel(queue)).toBe(1500)
    })

    it('opens queues with new tools from several places at once', async () => {
      const sets = Array.from({ length: 6 }, (_, i) => [`saw ${i}`, `file ${i % 2}`])
      const all = units(6).map((unit, i) => ({ ...unit, tools: sets[i] ?? [] }))
      await Promise.all(all.flatMap((unit) => [store.add([unit]), stores.other.add([unit])]))
      await drain()
      expect((await store.counts(queue)).done).toBe(6)
    })

    it('keeps any key and any JSON as it is', async () => {
      units(0)
      const text = fc.oneof(
        fc.string({ unit: 'binary', minLength: 1, maxLength: 60 }),
        fc.string({
          unit: fc.constantFrom(
            '\0',
            '\\',
            '\\0',
            '\\u',
            'd800',
            '\ud800',
            '\udfff',
            '%',
            "'",
            '{',
            'é',
            '猫',
          ),
          minLength: 1,
          maxLength: 20,
        }),
      )
      const json = fc.jsonValue({ stringUnit: 'binary' }) as fc.Arbitrary<Json>
      await fc.assert(
        fc.asyncProperty(
          fc.uniqueArray(text, { minLength: 1, maxLength: 20 }),
          json,
          async (keys, payload) => {
            const mine = `${queue} ${Math.max(...keys.map(({ length }) => length))} ${JSON.stringify(payload).length}`
            const fresh = keys.map((key) => ({ key: `${key} ${mine}`, queue: mine, payload }))
            await store.add(fresh)
            const worker = await store.work({
              queue: mine,
              concurrency: 2,
              drain: true,
              handler: async (unit) => [unit.key, unit.payload],
            })
            await worker.done
            const rows = await rowsOf(store, mine)
            const found = rows.filter(({ key }) => fresh.some((each) => each.key === key))
            // -0 is 0 in JSON.
            const kept = JSON.parse(JSON.stringify(payload)) as Json
            expect(found.length).toBe(fresh.length)
            for (const { key, output } of found) expect(output).toEqual([key, kept])
          },
        ),
        { numRuns: 15 },
      )
    })

    it('keeps long outputs, and says what is wrong with those that are too long or not JSON', async () => {
      const [long, tooLong, nothing] = units(3)
      await store.add([long as Unit, tooLong as Unit, nothing as Unit])
      const outputs: unknown[] = ['猫'.repeat(2 ** 21), 'x'.repeat(2 ** 25), undefined]
      await drain({ concurrency: 1, handler: async ({ payload }) => outputs[payload as number] as Json })
      const rows = await rowsOf(store, queue)
      expect(rows.map(({ state }) => state)).toEqual(['done', 'dead', 'dead'])
      expect(rows[0]?.output === outputs[0]).toBe(true)
      expect(rows[1]?.reason).toBe(
        'output: expected at most 16777216 characters of JSON, got 33554434, put it into the file store',
      )
      expect(rows[2]?.reason).toBe('output: expected JSON, got undefined, return null where there is nothing')
      expect(rows[1]?.attempts).toBe(1)
    })

    it('tries again what failed, until its retries are used up', async () => {
      await store.add(units(2))
      let calls = 0
      await drain({
        retries: 2,
        backoffSeconds: 0.01,
        handler: async ({ payload, attempt }) => {
          calls++
          if (payload === 0 && attempt === 3) return 'at last'
          throw new Error(`attempt ${attempt} of \0 failed`)
        },
      })
      expect(calls).toBe(6)
      const [first, second] = await rowsOf(store, queue)
      expect(first).toMatchObject({ state: 'done', attempts: 3, output: 'at last' })
      expect(first).not.toHaveProperty('reason')
      expect(second).toMatchObject({ state: 'dead', attempts: 3, reason: 'attempt 3 of \ufffd failed' })
      expect(second).not.toHaveProperty('output')
    })

    it('brings dead and cancelled units back by hand, with all their retries', async () => {
      const [a, b, c] = units(3)
      await store.add([a as Unit, b as Unit, c as Unit])
      await store.cancel(queue, [c?.key ?? ''])
      const failing = { retries: 1, backoffSeconds: 0, handler: () => Promise.reject(new Error('no')) }
      await drain(failing)
      expect(await store.counts(queue)).toMatchObject({ dead: 2, cancelled: 1 })
      expect(await store.retry(queue, { state: 'dead', keys: [a?.key ?? '', c?.key ?? ''] })).toBe(1)
      await drain(failing)
      expect((await rowsOf(store, queue)).map(({ attempts }) => attempts)).toEqual([4, 2, 0])
      expect(await store.retry(queue)).toBe(3)
      await drain()
      expect((await store.counts(queue)).done).toBe(3)
      expect(await store.retry(queue)).toBe(0)
    })

    it('does not try again what is unworkable', async () => {
      await store.add(units(1))
      await drain({ handler: () => Promise.reject(new Unworkable('the picture is empty')) })
      expect(await rowsOf(store, queue)).toMatchObject([
        { state: 'dead', attempts: 1, reason: 'the picture is empty' },
      ])
    })

    it('takes whatever a handler throws', async () => {
      await store.add(units(4))
      const thrown: unknown[] = ['a word', undefined, new TypeError(''), new Error(`${'x'.repeat(1999)}😀`)]
      await drain({
        retries: 0,
        handler: ({ payload }) => {
          throw thrown[payload as number]
        },
      })
      expect((await rowsOf(store, queue)).map(({ reason }) => reason)).toEqual([
        'a word',
        'undefined',
        'TypeError',
        `${'x'.repeat(1999)}\ufffd`,
      ])
    })

    it('aborts a unit that runs out of time', async () => {
      await store.add(units(2))
      await drain({
        timeLimitSeconds: 0.05,
        retries: 0,
        handler: ({ payload, signal }) => (payload === 0 ? Promise.resolve('quick') : aborted(signal)),
      })
      expect(await rowsOf(store, queue)).toMatchObject([
        { state: 'done', output: 'quick' },
        { state: 'dead', reason: 'expected to end within its time limit of 0.05 s' },
      ])
    })

    it('takes units of high priority first, and otherwise in the order in which they were added', async () => {
      const all = units(6).map((unit, i) => ({
        ...unit,
        tools: i % 2 ? ['saw'] : [],
        priority: [0, 5, 0, -2, 9, 5][i],
      }))
      await store.add(all as Unit[])
      const order: Json[] = []
      await drain({ concurrency: 1, handler: async ({ payload }) => order.push(payload) })
      expect(order).toEqual([4, 1, 5, 0, 2, 3])
    })

    it('keeps to the limits of tools over all workers, and lets other units pass', async () => {
      const saws = units(8, { tools: ['saw', 'drill'], priority: 1 })
      const drills = Array.from({ length: 4 }, (_, i) => ({
        key: `${queue} drill ${i}`,
        queue,
        payload: 'drill',
        tools: ['drill'],
      }))
      const hands = Array.from({ length: 12 }, (_, i) => ({
        key: `${queue} hand ${i}`,
        queue,
        payload: 'hand',
      }))
      await store.add([...saws, ...drills, ...hands])
      const now = { saw: 0, drill: 0, hand: 0 }
      const most = { saw: 0, drill: 0, hand: 0 }
      const begin = (tool: keyof typeof now): void => {
        most[tool] = Math.max(most[tool], ++now[tool])
      }
      const fullHouse = gate()
      const handler = async ({ payload }: { payload: Json }): Promise<Json> => {
        const tools = (
          payload === 'hand' ? ['hand'] : payload === 'drill' ? ['drill'] : ['saw', 'drill']
        ) as (keyof typeof now)[]
        tools.forEach(begin)
        if (now.hand >= 6) fullHouse.open()
        await fullHouse.opened
        await new Promise((done) => setTimeout(done, 2))
        for (const tool of tools) now[tool]--
        return null
      }
      const options = { queue, handler, concurrency: 6, limits: { saw: 2, drill: 3 }, drain: true }
      const workers = await Promise.all([store.work(options), stores.other.work(options)])
      await Promise.all(workers.map(({ done }) => done))
      expect(await store.counts(queue)).toMatchObject({ done: 24 })
      expect(most.saw).toBe(2)
      expect(most.drill).toBe(3)
      expect(most.hand).toBeGreaterThanOrEqual(6)
    })

    it('gives no unit to two of several workers', async () => {
      await store.add(units(200))
      const started = new Map<string, number>()
      const handler = async ({ key }: { key: string }): Promise<Json> => {
        started.set(key, (started.get(key) ?? 0) + 1)
        return null
      }
      const workers = await Promise.all(
        [store, stores.other, store].map((each) =>
          each.work({ queue, handler, concurrency: 3, drain: true }),
        ),
      )
      await Promise.all(workers.map(({ done }) => done))
      expect([...started.values()]).toEqual(Array.from({ length: 200 }, () => 1))
    })

    it('pauses and resumes a queue', async () => {
      const all = units(30)
      await store.pause(queue)
      await store.add(all)
      expect(await stores.other.isPaused(queue)).toBe(true)
      let started = 0
      const handler = async (): Promise<Json> => ++started
      const worker = await store.work({ queue, handler, concurrency: 2, drain: true })
      await until(async () => (await store.counts(queue)).waiting === 30)
      expect(started).toBe(0)
      await stores.other.resume(queue)
      await until(() => started > 5)
      await stores.other.pause(queue)
      const then = started
      await until(async () => (await store.counts(queue)).active === 0)
      // Those that were taken before the pause had perhaps not started; no more than one each.
      expect(started - then).toBeLessThanOrEqual(2)
      expect((await store.counts(queue)).waiting).toBe(30 - started)
      await store.resume(queue)
      await worker.done
      expect(started).toBe(30)
      expect(await store.isPaused(queue)).toBe(false)
      expect(await store.isPaused('never heard of')).toBe(false)
    })

    it('cancels waiting units at once, and active ones through their signal', async () => {
      const all = units(6)
      await store.add(all)
      const holding = gate()
      let active = 0
      const reasons: unknown[] = []
      const worker = await store.work({
        queue,
        concurrency: 2,
        drain: true,
        handler: async ({ payload, signal }) => {
          active++
          // One heeds the signal, the other has its result all the same.
          if (payload === 0) return aborted(signal).catch((error) => Promise.reject(reasons.push(error)))
          await holding.opened
          return 'too late'
        },
      })
      await until(() => active === 2)
      expect(await stores.other.cancel(queue, [all[5]?.key ?? '', 'unknown'])).toBe(1)
      expect(await store.cancel(queue)).toBe(5)
      expect(await store.cancel(queue)).toBe(0)
      await until(() => reasons.length === 1)
      holding.open()
      await worker.done
      expect(reasons).toMatchObject([{ code: 'cancelled' }])
      expect(active).toBe(2)
      const rows = await rowsOf(store, queue)
      expect(rows.map(({ state, reason, output }) => [state, reason, output])).toEqual(
        Array.from({ length: 6 }, () => ['cancelled', 'cancelled', undefined]),
      )
    })

    it('stops when the units in flight are done', async () => {
      await store.add(units(5))
      const holding = gate()
      let active = 0
      const worker = await store.work({
        queue,
        concurrency: 2,
        handler: async () => {
          active++
          await holding.opened
          return null
        },
      })
      await until(() => active === 2)
      const stopped = worker.stop()
      holding.open()
      await stopped
      await worker.done
      expect(await store.counts(queue)).toMatchObject({ done: 2, waiting: 3, active: 0 })
    })

    it('gives units back when it is told to stop at once', async () => {
      await store.add(units(3, { tools: ['vice'] }))
      let active = 0
      const worker = await store.work({
        queue,
        concurrency: 3,
        limits: { vice: 2 },
        retries: 0,
        handler: ({ signal }) => {
          active++
          return aborted(signal)
        },
      })
      await until(() => active === 2)
      await worker.stop({ abort: true })
      expect(await store.counts(queue)).toMatchObject({ waiting: 3, active: 0, dead: 0 })
      await drain({ limits: { vice: 2 }, retries: 0 })
      expect((await rowsOf(store, queue)).map(({ state, attempts }) => [state, attempts]).toSorted()).toEqual(
        [
          ['done', 1],
          ['done', 2],
          ['done', 2],
        ],
      )
    })

    it('takes units ahead, runs no more handlers for it, and gives back those that it did not begin', async () => {
      await store.add(units(12))
      const begun: string[] = []
      const held = gate()
      const worker = await store.work({
        queue,
        concurrency: 2,
        ahead: 4,
        handler: async ({ key }) => {
          begun.push(key)
          await held.opened
          return key
        },
      })
      await until(async () => (await store.counts(queue)).active === 6 && begun.length === 2)
      const stopped = worker.stop()
      held.open()
      await stopped
      expect(begun.length).toBe(2)
      expect(await store.counts(queue)).toMatchObject({ waiting: 10, active: 0, done: 2 })
      await drain({ ahead: 4 })
      expect((await rowsOf(store, queue)).map(({ state }) => state)).toEqual(Array(12).fill('done'))
    })

    it('takes units that are added while it works', async () => {
      const [first, ...rest] = units(20)
      await store.add([first as Unit])
      await drain({
        handler: async ({ payload }) => {
          if (payload === 0) await stores.other.add(rest)
          return null
        },
      })
      expect((await store.counts(queue)).done).toBe(20)
    })

    it('ends at once where there is nothing to drain', async () => {
      units(0)
      await drain()
      expect(await rowsOf(store, queue)).toEqual([])
      expect(await store.cancel(queue)).toBe(0)
      expect(await store.add([])).toEqual({ added: 0, known: 0 })
    })

    it('lists the units of one state', async () => {
      const all = units(230)
      await store.add(all)
      await store.cancel(
        queue,
        all.filter((_, i) => i % 2 === 0).map(({ key }) => key),
      )
      const found: Json[] = []
      for await (const { payload } of store.rows(queue, { state: 'cancelled' })) found.push(payload)
      expect(found).toEqual(Array.from({ length: 115 }, (_, i) => 2 * i))
      await store.cancel(queue)
    })

    it.each<[string, (queue: string) => Promise<unknown>]>([
      [
        'key: expected 1 to 1000 bytes, got 0, give a hash',
        (queue) => store.add([{ key: '', queue, payload: 1 }]),
      ],
      [
        'key: expected 1 to 1000 bytes, got 1001, give a hash',
        (queue) => store.add([{ key: 'k'.repeat(1001), queue, payload: 1 }]),
      ],
      ['queue: expected 1 to 200 characters', () => store.add([{ key: 'k', queue: 'a\0', payload: 1 }])],
      [
        'tool: expected 1 to 200 characters',
        (queue) => store.add([{ key: 'k', queue, payload: 1, tools: [''] }]),
      ],
      [
        'priority: expected a whole number of 32 bits, got 0.5',
        (queue) => store.add([{ key: 'k', queue, payload: 1, priority: 0.5 }]),
      ],
      [
        'payload: expected JSON, got undefined',
        (queue) => store.add([{ key: 'k', queue, payload: undefined as never }]),
      ],
      ['concurrency: expected a whole number of at least 1, got 0', () => drain({ concurrency: 0 })],
      ['retries: expected a whole number of at least 0, got -1', () => drain({ retries: -1 })],
      [
        "limits: tool 'saw': expected a whole number of at least 1, got 0",
        () => drain({ limits: { saw: 0 } }),
      ],
      [
        'timeLimitSeconds: expected a number of at least 0.001, got NaN',
        () => drain({ timeLimitSeconds: Number.NaN }),
      ],
    ])('refuses: %s', async (message, run) => {
      units(0)
      const refusal = run(queue)
      await expect(refusal).rejects.toMatchObject({ name: 'JobError', code: 'option' })
      await expect(refusal).rejects.toThrow(message)
      expect((await rowsOf(store, queue)).length).toBe(0)
    })

    it('adds none when one of them is refused', async () => {
      const all = units(2)
      await expect(store.add([...all, { key: '', queue, payload: 1 }])).rejects.toThrow('key: ')
      expect((await store.counts(queue)).waiting).toBe(0)
    })
  })
}
