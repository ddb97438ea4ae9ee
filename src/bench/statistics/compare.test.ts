import { describe, expect, it } from 'vitest'
import { judged, madeItems, madeResults, pictured, refusedEdit } from '../../../test/bench/madeResults.ts'
import { Random } from '../../random/index.ts'
import { Draws, groupedMeans } from '../../statistics/index.ts'
import type { BenchResults, Judgement } from '../results.ts'
import { compareSystems } from './compare.ts'
import { compareJudges, judgeNoise } from './judges.ts'
import { holm } from './paired.ts'

const kinds = Object.fromEntries(Array.from({ length: 11 }, (_, k) => [`kind${k}`, 8]))
const items = madeItems(kinds)
const names = items.map(({ key }) => `en/${key}`)

function results(systems: readonly string[], score: (system: string, i: number) => number): BenchResults {
  return madeResults({
    items,
    systems,
    edits: systems.flatMap((system) => names.map((name) => pictured(system, name))),
    judgements: systems.flatMap((system) =>
      names.map((name, i) => judged(system, name, { sc: score(system, i), pq: score(system, i) })),
    ),
  })
}

const normal = (random: Random): number =>
  Math.sqrt(-2 * Math.log(1 - random.unit())) * Math.cos(2 * Math.PI * random.unit())

describe('by simulation', () => {
  it.each([
    ['one judgement', 1, 1000],
    ['two repeats', 2, 600],
  ])(
    'intervals hold the true mean of 11 groups of 8, with %s each, 93 to 97 times of 100',
    (_, repeats, trials) => {
      const random = new Random('coverage', repeats)
      let held = 0
      for (let trial = 0; trial < trials; trial++) {
        const groups = Array.from({ length: 11 }, (_, k) =>
          Array.from({ length: 8 }, () => {
            const item = k / 2 + 2 * normal(random)
            return { value: Array.from({ length: repeats }, () => item + 0.5 * normal(random)) }
          }),
        )
        const { overall } = groupedMeans(groups, ['value'], new Draws('trial', trial), { samples: 300 })
        const { low, high } = overall!.value
        if (low! <= 2.5 && high! >= 2.5) held++
      }
      expect(held / trials).toBeGreaterThan(0.93)
      expect(held / trials).toBeLessThan(0.97)
    },
  )

  it('p is uniform where two systems are equally good, and small where one is better', () => {
    const random = new Random('null')
    const trials = 300
    const p = Array.from({ length: trials }, (_, seed) => {
      const scene = names.map(() => 5 + normal(random))
      const of = results(['a', 'b'], (_, i) => scene[i]! + normal(random))
      return compareSystems(of, { seed, samples: 400, measures: ['sc'] })[0]!.p!
    }).sort((x, y) => x - y)
    // Kolmogorov and Smirnov's largest distance from the uniform; 1.36/√n is its 5 % bound.
    const distance = Math.max(...p.map((value, i) => Math.abs(value - (i + 0.5) / trials)))
    expect(distance).toBeLessThan(1.36 / Math.sqrt(trials))

    const better = results(['a', 'b'], (system, i) => 5 + (i % 4) + (system === 'a' ? 1 : 0) + normal(random))
    const [found] = compareSystems(better, { measures: ['o'], samples: 2000 })
    expect(found!.p).toBeLessThan(0.002)
    expect(found!.low).toBeGreaterThan(0)
  })
})

describe('compareSystems', () => {
  it('compares the same items, by the mean of group differences, and tells n', () => {
    const three = madeItems({ a: 2, b: 3 })
    const edit = three.map(({ key }) => `en/${key}`)
    const scores: Record<string, number[]> = { s: [9, 7, 5, 5, 5], t: [8, 7, 0, 3, 4] }
    const found = compareSystems(
      madeResults({
        items: three,
        systems: ['s', 't'],
        edits: ['s', 't'].flatMap((system) =>
          edit.map((name) =>
            system === 't' && name === 'en/b-0' ? refusedEdit(system, name) : pictured(system, name),
          ),
        ),
        judgements: ['s', 't'].flatMap((system) =>
          edit.map((name, i) => judged(system, name, { sc: scores[system]![i]!, pq: 4 })),
        ),
      }),
      { samples: 200 },
    )
    expect(found.map(({ measure, n }) => [measure, n])).toEqual([
      ['sc', 4],
      ['pq', 4],
      ['o', 4],
    ])
    // ((1 + 0)/2 + (2 + 1)/2)/2
    expect(found[0]!.difference).toBe(1)
    expect(found[1]).toMatchObject({ difference: 0, low: 0, high: 0, p: 1 })
  })

  it('corrects over all pairs of the table', () => {
    const of = results(['a', 'b', 'c'], (system, i) => (system === 'a' ? 7 : 5) + (i % 3))
    const found = compareSystems(of, { measures: ['o'], samples: 500 })
    expect(found.map(({ first, second }) => `${first} ${second}`)).toEqual(['a b', 'a c', 'b c'])
    expect(found[0]!.corrected).toBeCloseTo(3 * found[0]!.p!, 12)
    expect(found[2]).toMatchObject({ p: 1, corrected: 1 })
  })

  it("holm gives R's p.adjust", () => {
    expect(holm([0.01, 0.04, 0.03, 0.005])).toEqual([0.03, 0.06, 0.06, 0.02])
    expect(holm([])).toEqual([])
  })

  it('tells no interval where a group has one item', () => {
    const one = madeItems({ a: 1 })
    const [found] = compareSystems(
      madeResults({
        items: one,
        systems: ['s', 't'],
        edits: [pictured('s', 'en/a-0'), pictured('t', 'en/a-0')],
        judgements: [judged('s', 'en/a-0', { sc: 4, pq: 4 }), judged('t', 'en/a-0', { sc: 3, pq: 4 })],
      }),
    )
    expect(found).toEqual({
      judge: 'gpt',
      language: 'en',
      subset: 'full',
      measure: 'sc',
      first: 's',
      second: 't',
      difference: 1,
      n: 1,
    })
  })
})

describe('judges', () => {
  const twice = (judge: string, score: (i: number, repeat: number) => number): Judgement[] =>
    names.flatMap((name, i) =>
      [0, 1].map((repeat) => judged('s', name, { sc: score(i, repeat), pq: 5 }, { judge, repeat })),
    )
  const of = madeResults({
    items,
    systems: ['s'],
    edits: names.map((name) => pictured('s', name)),
    judgements: [...twice('strict', (i, repeat) => (i % 8) + repeat), ...twice('kind', (i) => (i % 8) + 1.5)],
  })

  it('are compared on the same edits', () => {
    const [sc, pq] = compareJudges(of, { samples: 100 })
    expect(sc).toMatchObject({ first: 'strict', second: 'kind', measure: 'sc', n: 88 })
    for (const value of [sc!.pearson, sc!.spearman, sc!.kendall]) expect(value).toBeCloseTo(1, 12)
    expect(sc!.difference).toMatchObject({ value: -1, low: -1, high: -1 })
    // 1 − 1/(2·5.25 + 1)
    expect(sc!.kappa).toBeCloseTo(1 - 1 / 11.5, 12)
    expect(pq).toMatchObject({ pearson: undefined, kappa: undefined })
  })

  it('have a noise of repeats', () => {
    const noise = judgeNoise(of)
    expect(noise.find(({ judge, measure }) => judge === 'strict' && measure === 'sc')).toEqual({
      judge: 'strict',
      measure: 'sc',
      n: 88,
      sd: expect.closeTo(Math.SQRT1_2, 12),
    })
    expect(noise.find(({ judge, measure }) => judge === 'kind' && measure === 'sc')!.sd).toBe(0)
  })
})
