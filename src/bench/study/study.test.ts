import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { placeDatabase } from '../../../test/database.ts'
import { type JobStore, openJobStore } from '../../jobs/index.ts'
import type { BenchResults, EditResult } from '../results.ts'
import type { SuiteItem } from '../suite/suite.ts'
import { openConsents } from './consent.ts'
import { createStudy, type StudyOptions } from './createStudy.ts'
import { openStudy } from './openStudy.ts'
import { williamsRow, williamsRows } from './squares.ts'
import type { Study } from './study.ts'

/** A bench of items without pictures on disk; `gives` says which system gave one. */
function benchOf(
  systems: readonly string[],
  count: number,
  gives: (system: number, item: number) => boolean = () => true,
): BenchResults {
  const kinds = ['add', 'remove', 'tone']
  const items = Array.from(
    { length: count },
    (_, i): SuiteItem => ({
      key: `k${i}`,
      kind: kinds[i % 3]!,
      language: 'en',
      instruction: `Wish ${i}`,
      picture: `source/${i}.png`,
    }),
  )
  const edits = systems.flatMap((system, s) =>
    items.map(({ key }, i): EditResult => {
      const where = { system, item: `en/${key}` }
      return gives(s, i)
        ? { ...where, outcome: 'picture', picture: `${s}-${i}`, width: 8, height: 8, seconds: 1 }
        : { ...where, outcome: 'missing' }
    }),
  )
  const suite = { name: 's', version: '1', title: 'S', source: 'here', licence: 'CC0', kinds, identity: 'id' }
  const facts = systems.map((name) => ({ name, identity: name, source: name }))
  return { suite, items, systems: facts, judges: [], edits, judgements: [], preferences: [], checks: [] }
}

const four = ['gemini', 'doubao', 'gpt-4o', 'step1x']
const designed = (options: Partial<StudyOptions> = {}, results = benchOf(four, 12)): Study => {
  let links = 0
  return createStudy(results, {
    name: 'one',
    participants: 8,
    repeats: 3,
    token: () => `link${++links}`,
    ...options,
  })
}

/** How often each value stands in a list. */
const counts = (values: readonly (string | number)[], known: readonly (string | number)[]): number[] =>
  known.map((value) => values.filter((each) => each === value).length)
const spreadOf = (numbers: readonly number[]): number => Math.max(...numbers) - Math.min(...numbers)

describe('squares', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])('of %s balance places and predecessors', (count) => {
    const rows = williamsRows(count)
    const all = Array.from({ length: count }, (_, i) => i)
    expect(rows).toHaveLength(count % 2 === 0 || count === 1 ? count : 2 * count)
    for (const place of all)
      expect(
        spreadOf(
          counts(
            rows.map((row) => row[place]!),
            all,
          ),
        ),
      ).toBe(0)
    const steps = rows.flatMap((row) => row.slice(1).map((each, i) => `${row[i]} ${each}`))
    const pairs = all.flatMap((a) => all.flatMap((b) => (a === b ? [] : [`${a} ${b}`])))
    expect(pairs.length === 0 || spreadOf(counts(steps, pairs)) === 0).toBe(true)
    expect(rows.map((_, row) => williamsRow(count, row))).toEqual(rows)
  })
})

describe('a design', () => {
  it('shows each participant each item once, and some again later in another order', () => {
    const study = designed()
    for (const { tasks } of study.participants) {
      const main = tasks.filter(({ repeats }) => repeats === undefined)
      expect(main.map(({ item }) => item).toSorted((a, b) => a - b)).toEqual(study.items.map((_, i) => i))
      const again = tasks.flatMap((task, number) => (task.repeats === undefined ? [] : [{ task, number }]))
      expect(again).toHaveLength(3)
      for (const { task, number } of again) {
        expect(tasks[task.repeats!]!.item).toBe(task.item)
        expect(tasks[task.repeats!]!.order).not.toEqual(task.order)
        expect(number - task.repeats!).toBeGreaterThanOrEqual(4)
      }
    }
  })

  it('is balanced: items, places of systems over participants and within each', () => {
    fc.assert(
      fc.property(
        fc.record({
          systems: fc.integer({ min: 2, max: 5 }),
          items: fc.integer({ min: 2, max: 16 }),
          participants: fc.integer({ min: 1, max: 20 }),
          seed: fc.integer({ min: 0, max: 99 }),
          share: fc.double({ min: 0, max: 1, noNaN: true }),
        }),
        ({ systems, items, participants, seed, share }) => {
          const names = four.concat('fifth').slice(0, systems)
          const itemsEach = Math.max(1, Math.round(share * items))
          const study = designed({ participants, seed, itemsEach, repeats: 0 }, benchOf(names, items))
          const all = study.participants.flatMap(({ tasks }) => tasks)
          expect(
            spreadOf(
              counts(
                all.map(({ item }) => item),
                study.items.map((_, i) => i),
              ),
            ),
          ).toBeLessThan(2)
          const numbers = names.map((_, i) => i)
          const rows = systems % 2 === 0 ? 1 : 2
          if (itemsEach === items)
            for (let place = 0; place < systems; place++) {
              for (const item of study.items.keys()) {
                const there = all.filter((task) => task.item === item).map(({ order }) => order[place]!)
                expect(spreadOf(counts(there, numbers))).toBeLessThanOrEqual(rows)
              }
              for (const { tasks } of study.participants)
                expect(
                  spreadOf(
                    counts(
                      tasks.map(({ order }) => order[place]!),
                      numbers,
                    ),
                  ),
                ).toBeLessThanOrEqual(rows)
            }
        },
      ),
      { numRuns: 40 },
    )
  })

  it('is the same for the same seed, apart from the links', () => {
    const [one, again, other] = [designed(), designed({ token: () => 'x' }), designed({ seed: 1 })]
    expect(again.id).toBe(one.id)
    expect(again.participants.map(({ tasks }) => tasks)).toEqual(one.participants.map(({ tasks }) => tasks))
    expect(other.id).not.toBe(one.id)
  })

  it('has links that nobody guesses', () => {
    const { participants } = createStudy(benchOf(four, 6), { name: 'a', participants: 50 })
    const links = participants.map(({ token }) => token)
    expect(new Set(links).size).toBe(50)
    expect(links.every((link) => /^[\w-]{22}$/.test(link))).toBe(true)
  })

  it('leaves out what a system did not give', () => {
    const results = benchOf(four, 4, (system, item) => item !== 3 && !(system === 1 && item === 0))
    const { items, participants } = designed({ repeats: 0 }, results)
    expect(items.map(({ pictures }) => pictures.filter((each) => each === null).length)).toEqual([1, 0, 0])
    const orders = participants.flatMap(({ tasks }) => tasks.filter(({ item }) => item === 0))
    expect(orders.every(({ order }) => order.toSorted().join() === '0,2,3')).toBe(true)
  })

  it.each([
    [{ systems: ['gemini', 'dall-e'] }, /expected systems of the bench \(gemini, .*\), got dall-e/],
    [{ systems: ['gemini'] }, /two systems or more, got 1/],
    [{ items: ['en/k1', 'en/k99'] }, /the bench has no items en\/k99;/],
    [{ participants: 0 }, /participants: expected a whole number from 1 to 10000, got 0/],
    [{ repeats: 7 }, /repeats: expected a whole number from 0 to 6, got 7/],
    [{ name: '../a' }, /study '\.\.\/a': expected letters/],
  ])('is refused with %j', (options, message) => {
    expect(() => designed(options)).toThrow(message)
  })

  it('is refused without pictures', () => {
    expect(() =>
      designed(
        {},
        benchOf(four, 3, () => false),
      ),
    ).toThrow(/no item has a picture of these systems/)
  })
})

describe('an arena', () => {
  it('has every pair of systems equally often at either side, whoever takes part', () => {
    const results = benchOf(four, 7, (system, item) => !(system === 1 && item === 0))
    const { participants, items } = designed(
      { mode: 'pair', participants: 9, itemsEach: 20, repeats: 0 },
      results,
    )
    const all = participants.flatMap(({ tasks }) => tasks)
    const names = four.flatMap((_, a) => four.flatMap((_, b) => (a < b ? [`${a} ${b}`] : [])))
    for (const stretch of [all.slice(0, 20), all.slice(60, 130), all]) {
      const shown = stretch.map(({ order }) => order.toSorted((a, b) => a - b).join(' '))
      expect(spreadOf(counts(shown, names))).toBeLessThan(3)
      const firsts = stretch.map(({ order }) => order[0]!)
      expect(spreadOf(counts(firsts, [0, 1, 2, 3]))).toBeLessThan(9)
    }
    for (const { tasks } of participants) {
      expect(new Set(tasks.map(({ item, order }) => `${item} ${order.toSorted()}`)).size).toBe(20)
      for (const { item, order } of tasks)
        expect(order.every((system) => items[item]!.pictures[system] !== null)).toBe(true)
    }
    expect(designed({ mode: 'pair', repeats: 0 }, results).participants[0]!.tasks).toHaveLength(30)
    expect(() => designed({ mode: 'pair', itemsEach: 40, repeats: 0 }, results)).toThrow(
      /pairs each: .* from 1 to 39/,
    )
  })
})

describe('votes', () => {
  const folder = mkdtempSync(join(tmpdir(), 'study-'))
  let jobs: JobStore
  beforeAll(async () => {
    await placeDatabase(folder)
    jobs = await openJobStore({ folder })
  })
  afterAll(async () => {
    await jobs.close()
    rmSync(folder, { recursive: true })
  })

  it('go on where a participant stopped, and are never changed', async () => {
    const study = designed({ name: 'resumed', participants: 2 })
    const [first, second] = study.participants.map(({ token }) => token) as [string, string]
    const open = openStudy(study, jobs)
    const { task, ...progress } = await open.next(first)
    expect(progress).toEqual({ participant: 'p1', done: 0, total: 15 })
    expect(Object.keys(task!).toSorted()).toEqual(
      ['instruction', 'language', 'mode', 'number', 'pictures', 'source'].toSorted(),
    )
    expect(JSON.stringify(task)).not.toMatch(/gemini|doubao|gpt|step1x/)
    expect(await open.vote(first, { task: 0, answers: [1, 2, 3, 4], seconds: 9.5 })).toEqual({
      participant: 'p1',
      done: 1,
      total: 15,
      counted: true,
    })
    expect((await open.vote(first, { task: 0, answers: [5, 5, 5, 5] })).counted).toBe(false)
    // Another visit, of another process.
    expect((await openStudy(study, jobs).next(first)).task?.number).toBe(1)
    expect((await open.next(second)).task?.number).toBe(0)
    const votes = []
    for await (const vote of open.votes()) votes.push(vote)
    expect(votes).toMatchObject([{ participant: 'p1', task: 0, answers: [1, 2, 3, 4], seconds: 9.5 }])
    expect(await open.progress()).toMatchObject([{ done: 1 }, { done: 0 }])
  })

  it('sent twice at once count once', async () => {
    const study = designed({ name: 'twice' })
    const { token } = study.participants[0]!
    const open = openStudy(study, jobs)
    const answers = [3, 3, 3, 3]
    const sent = await Promise.all([1, 2, 3].map(() => open.vote(token, { task: 0, answers })))
    expect(sent.filter(({ counted }) => counted)).toHaveLength(1)
  })

  it('sent again by their sender are told from those of another visit', async () => {
    const study = designed({ name: 'nonce' })
    const { token } = study.participants[0]!
    const open = openStudy(study, jobs)
    const answers = [3, 3, 3, 3]
    for (const counted of [true, true])
      expect((await open.vote(token, { task: 0, answers, nonce: 'mine' })).counted).toBe(counted)
    expect((await open.vote(token, { task: 0, answers, nonce: 'other' })).counted).toBe(false)
    const votes = []
    for await (const vote of open.votes()) votes.push(vote)
    expect(votes).toEqual([{ participant: 'p1', task: 0, answers, at: expect.any(String) }])
  })

  it('follow consent, which is given once', async () => {
    const study = designed({ name: 'consent' })
    const consents = openConsents(study, jobs)
    expect(await consents.of('link1')).toBeUndefined()
    await consents.give('link1', 'one')
    await consents.give('link1', 'two')
    expect(await consents.of('link1')).toMatchObject({ participant: 'p1', text: 'one' })
    expect(await consents.of('link2')).toBeUndefined()
    await expect(consents.give('nobody', 'one')).rejects.toThrow(/no participant has this link/)
    expect(await openStudy(study, jobs).progress()).toMatchObject([{ done: 0 }, {}, {}, {}, {}, {}, {}, {}])
  })

  it('end with the last task', async () => {
    const study = designed({ name: 'short', participants: 1, items: ['en/k1', 'en/k2'], repeats: 0 })
    const { token } = study.participants[0]!
    const open = openStudy(study, jobs)
    await open.vote(token, { task: 0, answers: [1, 1, 1, 1] })
    await open.vote(token, { task: 1, answers: [1, 1, 1, 1] })
    expect(await open.next(token)).toEqual({ participant: 'p1', done: 2, total: 2 })
    await expect(open.vote(token, { task: 2, answers: [1, 1, 1, 1] })).rejects.toThrow(/task 1 or one before/)
  })

  it.each([
    ['rate', 'nobody', { task: 0, answers: [1, 2, 3, 4] }, /no participant has this link/],
    [
      'rate',
      'link1',
      { task: 1, answers: [1, 2, 3, 4] },
      /expected a vote on task 0 or one before it, got 1/,
    ],
    ['rate', 'link1', { task: 0, answers: [1, 2, 3] }, /expected 4 answers, one a picture, got 1, 2, 3/],
    [
      'rate',
      'link1',
      { task: 0, answers: [0, 2, 3, 4] },
      /levels from 1 \(worst\) to 5 \(excellent\), got 0/,
    ],
    [
      'rank',
      'link1',
      { task: 0, answers: [1, 2, 2, 3] },
      /ranks from 1 \(the best\).*such as 1, 2, 2, 4, got 1/,
    ],
    ['pair', 'link1', { task: 0, answers: [1, 3] }, /expected ranks 1, 2; 2, 1; 1, 1 \(a tie\) or 2, 2/],
    ['rate', 'link1', { task: 0, answers: [1, 2, 3, 4], seconds: -1 }, /seconds: expected 0 or more/],
  ] as const)('of %s that do not fit are refused: %s, %j', async (mode, link, vote, message) => {
    const repeats = mode === 'pair' ? 0 : 3
    const open = openStudy(designed({ name: `refused-${mode}`, mode, repeats }), jobs)
    await expect(open.vote(link, vote)).rejects.toThrow(message)
  })

  it('may share ranks', async () => {
    const open = openStudy(designed({ name: 'ranks', mode: 'rank' }), jobs)
    expect((await open.vote('link1', { task: 0, answers: [2, 1, 2, 4] })).counted).toBe(true)
  })
})
