import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { runs } from '../../test/runs.ts'
import { Random } from '../random/index.ts'
import { bradleyTerry, type PairOutcome } from './bradleyTerry.ts'

/** Comparisons drawn from Davidson's model. */
function drawn(
  strengths: Readonly<Record<string, number>>,
  tie: number,
  items: number,
  seed: number,
): PairOutcome[] {
  const random = new Random('davidson', seed)
  const names = Object.keys(strengths)
  return Array.from({ length: items }, (_, item) =>
    names.flatMap((first, i) =>
      names.slice(i + 1).map((second): PairOutcome => {
        const [a, b] = [Math.exp(strengths[first]!), Math.exp(strengths[second]!)]
        const t = tie * Math.sqrt(a * b)
        const at = random.between(0, a + b + t)
        return {
          item: String(item),
          first,
          second,
          outcome: at < a ? 'first' : at < a + b ? 'second' : 'tie',
        }
      }),
    ),
  ).flat()
}

const few = { samples: 50 }

describe('bradleyTerry', () => {
  it('is ln(wins / losses) for two, as the prior vanishes', () => {
    const outcomes: PairOutcome[] = Array.from({ length: 40 }, (_, i) => ({
      item: String(i),
      first: 'a',
      second: 'b',
      outcome: i < 30 ? 'first' : 'second',
    }))
    const { competitors } = bradleyTerry(outcomes, { ...few, prior: 1e-6 })
    const [a, b] = competitors
    expect(a!.strength - b!.strength).toBeCloseTo(Math.log(3), 4)
    expect(a!.elo.value - b!.elo.value).toBeCloseTo(400 * Math.log10(3), 2)
    expect(a).toMatchObject({ name: 'a', wins: 30, losses: 10, ties: 0 })
  })

  it('finds the strengths and ties that comparisons were drawn from, within its intervals', () => {
    const strengths = { a: 0.9, b: 0.3, c: -0.2, d: -1 }
    const { competitors, tie, groups } = bradleyTerry(drawn(strengths, 0.6, 400, 2), { samples: 200 })
    expect(competitors.map(({ name }) => name)).toEqual(['a', 'b', 'c', 'd'])
    for (const { name, strength, elo } of competitors) {
      expect(Math.abs(strength - strengths[name as 'a'])).toBeLessThan(0.15)
      const wanted = 1000 + (strengths[name as 'a'] * 400) / Math.LN10
      expect(elo.low).toBeLessThan(wanted)
      expect(elo.high).toBeGreaterThan(wanted)
    }
    expect(Math.abs(tie - 0.6)).toBeLessThan(0.1)
    expect(groups).toEqual([['a', 'b', 'c', 'd']])
  })

  it('stays finite for one that always wins, and tells of groups that nothing compares', () => {
    const always = (first: string, second: string): PairOutcome[] =>
      Array.from({ length: 20 }, (_, i) => ({ item: String(i), first, second, outcome: 'first' }))
    const { competitors, groups } = bradleyTerry([...always('a', 'b'), ...always('c', 'd')], few)
    expect(groups).toEqual([
      ['a', 'b'],
      ['c', 'd'],
    ])
    const elos = Object.fromEntries(competitors.map(({ name, elo }) => [name, elo.value]))
    expect(elos.a).toBeCloseTo(elos.c!, 6)
    expect(elos.b).toBeCloseTo(elos.d!, 6)
    expect(elos.a! - elos.b!).toBeGreaterThan(400)
    expect(elos.a! - elos.b!).toBeLessThan(2000)
  })

  it('explains the observed scores exactly, whatever the comparisons, but for the prior', () => {
    const outcome = fc.record({
      item: fc.nat(6).map(String),
      first: fc.constantFrom('a', 'b', 'c'),
      second: fc.constantFrom('d', 'e', 'a'),
      outcome: fc.constantFrom('first', 'second', 'tie') as fc.Arbitrary<PairOutcome['outcome']>,
    })
    fc.assert(
      fc.property(fc.array(outcome, { minLength: 1, maxLength: 40 }), (outcomes) => {
        const own = outcomes.filter(({ first, second }) => first !== second)
        if (own.length === 0) return
        const prior = 0.5
        const { competitors, tie } = bradleyTerry(own, { samples: 2, prior })
        const theta = Object.fromEntries(competitors.map(({ name, strength }) => [name, strength]))
        expect(competitors.reduce((sum, { strength }) => sum + strength, 0)).toBeCloseTo(0, 8)
        // The prior's pulls add up to nothing, because strengths are found about its centre.
        let surplus = 0
        for (const { name, wins, ties } of competitors) {
          let expected = 0
          for (const { first, second } of own) {
            if (first !== name && second !== name) continue
            const [x, y] = [Math.exp(theta[name]!), Math.exp(theta[first === name ? second : first]!)]
            const t = tie * Math.sqrt(x * y)
            expected += (x + t / 2) / (x + y + t)
          }
          expect(Math.abs(wins + ties / 2 - expected)).toBeLessThanOrEqual(prior + 1e-6)
          surplus += wins + ties / 2 - expected
        }
        expect(surplus).toBeCloseTo(0, 6)
      }),
      { numRuns: runs(30) },
    )
  })
})
