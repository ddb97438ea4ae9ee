import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { quadraticKappa } from '../../statistics/index.ts'
import type { Decision, Dossier, Judgement } from '../pairs/pair.ts'
import { isUncertain } from '../selection/uncertain.ts'
import { JudgingCounter } from './judging.ts'

const judgement = (name: string, scores: Record<string, number>, state: Judgement['state'] = 'scored') =>
  ({ id: name, judge: { name, version: '1' }, captions: [], state, scores, reasons: {} }) satisfies Judgement

const decided = (verdict: Decision['verdict']): Decision[] => [
  { id: 'd', pair: 'p', reviewer: 'r', verdict, at: '2026-01-01T00:00:00Z' },
]

const dossier = (judgements: readonly Judgement[], decisions: readonly Decision[] = []): Dossier =>
  ({ judgements, decisions }) as unknown as Dossier

const scores = fc.integer({ min: 0, max: 10 })

describe('JudgingCounter', () => {
  it('gives the kappa of all pairs that two judges scored', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(scores, scores), { minLength: 1, maxLength: 60 }), (pairs) => {
        const counter = new JudgingCounter()
        for (const [x, y] of pairs)
          counter.add(dossier([judgement('b', { follows: y }), judgement('a', { follows: x })]))
        const [row] = counter.result().agreement
        expect(row).toMatchObject({ judges: ['a', 'b'], question: 'follows', pairs: pairs.length })
        const expected = quadraticKappa(
          pairs.map(([x]) => x),
          pairs.map(([, y]) => y),
        )
        expect(row?.kappa).toEqual(expected)
      }),
    )
  })

  it('tells the least score that comes closest to people, and how many pairs are in their order', () => {
    const counter = new JudgingCounter()
    const add = (score: number, verdict: Decision['verdict']): void =>
      counter.add(dossier([judgement('a', { quality: score })], decided(verdict)))
    for (const score of [9, 8, 8, 7]) add(score, 'accept')
    for (const score of [6, 5, 2]) add(score, 'reject')
    // Nobody decided, or took it back: it counts for nothing.
    add(0, 'skip')
    const [row] = counter.result().calibration
    expect(row).toMatchObject({ judge: 'a', question: 'quality', accepted: 4, rejected: 3, ordered: 1 })
    expect(row?.best).toEqual({ least: 7, accepted: 4, rejected: 0 })
    add(8, 'reject')
    expect(counter.result().calibration[0]?.ordered).toBeCloseTo((4 * 3 + 1 + 0.5 + 0.5) / 16, 12)
  })

  it('compares with nothing where people only accepted', () => {
    const counter = new JudgingCounter()
    counter.add(dossier([judgement('a', { quality: 3 })], decided('accept')))
    expect(counter.result().calibration).toEqual([])
  })
})

describe('isUncertain', () => {
  const least = { '*': 6 }
  it.each([
    ['nobody judged', [], false],
    ['all sure that it is good', [judgement('a', { q: 9 }), judgement('b', { q: 10 })], false],
    ['all sure that it is bad', [judgement('a', { q: 1 }), judgement('b', { q: 2 })], false],
    ['near the least score', [judgement('a', { q: 6.5 })], true],
    ['one for and one against', [judgement('a', { q: 10 }), judgement('b', { q: 3 })], true],
    ['one refused', [judgement('a', { q: 10 }), judgement('b', {}, 'refused')], true],
  ])('%s: %#', (_, judgements, expected) => {
    expect(isUncertain({ judgements }, { least }, 1)).toBe(expected)
  })

  it('heeds the judges that count alone', () => {
    const judgements = [judgement('a', { q: 10 }), judgement('b', {}, 'refused')]
    expect(isUncertain({ judgements }, { least, names: ['a'] }, 1)).toBe(false)
  })
})
