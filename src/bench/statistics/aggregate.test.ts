import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { judged, madeItems, madeResults, pictured, refusedEdit } from '../../../test/bench/madeResults.ts'
import { runs } from '../../../test/runs.ts'
import type { Language, SuiteItem } from '../suite/suite.ts'
import { aggregate } from './aggregate.ts'

interface Golden {
  readonly samples: readonly { readonly SC: number; readonly PQ: number; readonly O: number }[]
  readonly rows: readonly {
    readonly key: string
    readonly kind: string
    readonly language: Language
    readonly intersection: boolean
    readonly sc?: number
    readonly pq?: number
  }[]
  readonly official: Readonly<
    Record<
      Language,
      Record<'full' | 'official', { kinds: Record<string, [number, number, number]>; printed: string[] }>
    >
  >
}
const golden: Golden = JSON.parse(
  readFileSync(new URL('../../../test/golden/viescore/statistics.json', import.meta.url), 'utf8'),
)

const few = { samples: 50 }
const wholeRow = (results: Parameters<typeof aggregate>[0], options = {}) =>
  aggregate(results, { ...few, ...options })[0]!

describe('the official aggregation', () => {
  it('gives what calculate_statistics.py gives, full set and intersection, both languages', () => {
    const items: SuiteItem[] = golden.rows.map(({ sc, pq, ...row }) => ({
      ...row,
      instruction: 'x',
      picture: 'x.png',
    }))
    const name = ({ language, key }: (typeof golden.rows)[number]) => `${language}/${key}`
    const made = golden.rows.filter(({ sc }) => sc !== undefined)
    const results = madeResults({
      items,
      systems: ['step1x'],
      edits: golden.rows.map((row) =>
        row.sc === undefined ? refusedEdit('step1x', name(row)) : pictured('step1x', name(row)),
      ),
      judgements: made.map((row) => judged('step1x', name(row), { sc: row.sc!, pq: row.pq! })),
    })
    const rows = aggregate(results, few)
    expect(rows.map(({ language, subset }) => `${language} ${subset}`)).toEqual(
      ['en', 'cn'].flatMap((language) =>
        ['full', 'official', 'common'].map((subset) => `${language} ${subset}`),
      ),
    )
    for (const { language, subset, kinds, overall } of rows) {
      if (subset === 'common') continue
      const wanted = golden.official[language][subset]
      for (const { kind, scores } of kinds)
        expect([scores!.sc.value, scores!.pq.value, scores!.o.value]).toEqual(
          wanted.kinds[kind]!.map((value) => expect.closeTo(value, 12)),
        )
      expect([overall!.sc, overall!.pq, overall!.o].map(({ value }) => value.toFixed(3))).toEqual(
        wanted.printed,
      )
    }
  })

  it('takes the geometric mean of a sample', () => {
    for (const { SC, PQ, O } of golden.samples) {
      const items = madeItems({ a: 1 })
      const { overall } = wholeRow(
        madeResults({
          items,
          systems: ['s'],
          edits: [pictured('s', 'en/a-0')],
          judgements: [judged('s', 'en/a-0', { sc: SC, pq: PQ })],
        }),
      )
      expect(overall!.o.value).toBeCloseTo(O, 12)
    }
  })

  it('weighs groups alike, however many items they have, and repeats of an item together as one', () => {
    const items = madeItems({ a: 3, b: 1 })
    const names = ['en/a-0', 'en/a-1', 'en/a-2', 'en/b-0']
    const judgements = [
      judged('s', names[0]!, { sc: 4, pq: 4 }),
      judged('s', names[1]!, { sc: 4, pq: 4 }),
      judged('s', names[2]!, { sc: 0, pq: 4 }),
      judged('s', names[2]!, { sc: 8, pq: 4 }, { repeat: 1 }),
      judged('s', names[3]!, { sc: 10, pq: 8 }),
    ]
    const row = wholeRow(
      madeResults({ items, systems: ['s'], edits: names.map((name) => pictured('s', name)), judgements }),
    )
    expect(row.overall!.sc).toEqual({ value: 7, n: 4 })
    expect(row.overall!.pq.value).toBe(6)
    expect(row.kinds[0]!.scores!.sc).toMatchObject({ value: 4, n: 3 })
  })
})

describe('what is missing', () => {
  const items = madeItems({ a: 3, b: 2 })
  const whole = ['en/a-0', 'en/a-1', 'en/a-2', 'en/b-0', 'en/b-1']
  const scores = { sc: 6, pq: 6 }

  it('refusals are left out of the means and are not missing', () => {
    const row = wholeRow(
      madeResults({
        items,
        systems: ['s'],
        edits: whole.map((name) => (name === 'en/a-1' ? refusedEdit('s', name) : pictured('s', name))),
        judgements: whole.filter((name) => name !== 'en/a-1').map((name) => judged('s', name, scores)),
      }),
    )
    expect(row.coverage).toMatchObject({ chosen: 5, judged: 4, refused: { safety: 1 }, share: 1 })
    expect(row.overall!.o.value).toBe(6)
    expect(row.withheld).toBeUndefined()
  })

  it('withholds the overall number and tells why, unless it is allowed', () => {
    const results = madeResults({
      items,
      systems: ['s'],
      edits: [
        ...whole.slice(0, 3).map((name) => pictured('s', name)),
        { system: 's', item: 'en/b-0', outcome: 'failed', reason: 'time' },
        pictured('s', 'en/stranger'),
      ],
      judgements: [
        judged('s', 'en/a-0', scores),
        { ...judged('s', 'en/a-1', { pq: 3 }), calls: { sc: { problem: 'unparsable' } as never } },
        judged('s', 'en/stranger', { sc: 0, pq: 0 }),
      ],
    })
    const row = wholeRow(results)
    expect(row.overall).toBeUndefined()
    expect(row.withheld).toBe('1 without an edit, 1 failed, 2 without a score of 5')
    expect(row.coverage).toEqual({
      chosen: 5,
      judged: 1,
      refused: {},
      failed: 1,
      absent: 1,
      unscored: { unparsable: 1, 'not-judged': 1 },
      lostRepeats: 0,
      share: 0.2,
    })
    const allowed = wholeRow(results, { allowMissing: true })
    expect(allowed.overall!.sc).toEqual({ value: 6, n: 1 })
    expect(allowed.groups).toEqual({ present: 1, of: 2 })
  })

  it('tells of an empty group instead of NaN', () => {
    const results = madeResults({
      items,
      systems: ['s'],
      edits: whole.map((name) => (name.includes('/b') ? refusedEdit('s', name) : pictured('s', name))),
      judgements: whole.slice(0, 3).map((name) => judged('s', name, scores)),
    })
    expect(wholeRow(results)).toMatchObject({
      withheld: '1 of 2 groups have a score',
      groups: { present: 1 },
    })
    expect(wholeRow(results, { allowMissing: true }).overall!.o.value).toBe(6)
  })

  it('counts the common subset over the systems compared', () => {
    const results = madeResults({
      items,
      systems: ['s', 't'],
      edits: [
        ...whole.map((name) => pictured('s', name)),
        ...whole.map((name) => (name === 'en/a-0' ? refusedEdit('t', name) : pictured('t', name))),
      ],
      judgements: whole.flatMap((name) => [judged('s', name, scores), judged('t', name, scores)]),
    })
    const chosen = (systems?: string[]) =>
      aggregate(results, { ...few, ...(systems && { systems }) })
        .filter(({ subset, system }) => subset === 'common' && system === 's')
        .map(({ coverage }) => coverage.chosen)
    expect(chosen()).toEqual([4])
    expect(chosen(['s'])).toEqual([5])
  })
})

it('means lie between least and most, and the interval around them, for any scores and refusals', () => {
  const score = fc.integer({ min: 0, max: 20 }).map((half) => half / 2)
  const item = fc.record({
    kind: fc.constantFrom('a', 'b', 'c'),
    repeats: fc.array(fc.record({ sc: score, pq: score }), { maxLength: 3 }),
    refused: fc.boolean(),
  })
  fc.assert(
    fc.property(fc.array(item, { maxLength: 12 }), (drawn) => {
      const items: SuiteItem[] = drawn.map(({ kind }, i) => ({
        key: String(i),
        kind,
        language: 'en',
        instruction: '',
        picture: '',
      }))
      const results = madeResults({
        items,
        systems: ['s'],
        edits: drawn.map(({ refused }, i) =>
          refused ? refusedEdit('s', `en/${i}`) : pictured('s', `en/${i}`),
        ),
        judgements: drawn.flatMap(({ repeats }, i) =>
          repeats.map((scores, repeat) => judged('s', `en/${i}`, scores, { repeat })),
        ),
      })
      for (const { overall, coverage, kinds } of aggregate(results, { samples: 40, allowMissing: true })) {
        const sum = (counts: object) => Object.values(counts).reduce((a: number, b: number) => a + b, 0)
        expect(
          coverage.judged +
            sum(coverage.refused) +
            coverage.failed +
            coverage.absent +
            sum(coverage.unscored),
        ).toBe(coverage.chosen)
        for (const { value, low, high } of [overall, ...kinds.map(({ scores }) => scores)].flatMap((each) =>
          each === undefined ? [] : Object.values(each),
        )) {
          expect(value).toBeGreaterThanOrEqual(0)
          expect(value).toBeLessThanOrEqual(10)
          if (low !== undefined) expect(high).toBeGreaterThanOrEqual(low)
        }
      }
    }),
    { numRuns: runs(20) },
  )
})

it('is the same for the same seed, whatever other systems stand beside', () => {
  const items = madeItems({ a: 5, b: 4 })
  const names = items.map(({ key }) => `en/${key}`)
  const of = (systems: string[]) =>
    madeResults({
      items,
      systems,
      edits: systems.flatMap((system) => names.map((name) => pictured(system, name))),
      judgements: systems.flatMap((system) =>
        names.map((name, i) => judged(system, name, { sc: i % 7, pq: (3 * i) % 10 })),
      ),
    })
  const alone = wholeRow(of(['s']))
  expect(
    aggregate(of(['t', 's']), few).find(({ system, subset }) => system === 's' && subset === 'full'),
  ).toEqual(alone)
  expect(wholeRow(of(['s']), { seed: 1 }).overall).not.toEqual(alone.overall)
})
