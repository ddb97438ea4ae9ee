import { describe, expect, it } from 'vitest'
import { madeItems, madeResults, pictured, refusedEdit } from '../../../test/bench/madeResults.ts'
import type { CheckReport } from '../checks/check.ts'
import { aggregateChecks } from './checked.ts'
import { compareChecks } from './compareChecks.ts'

const items = madeItems({ a: 4, b: 2 })
const report = (verdict: CheckReport['verdict'], kept: number): CheckReport => ({
  verdict,
  results: [{ check: 'colour', verdict, seen: '' }],
  preservation: { sizeKept: kept > 0.5, shift: [kept > 0.5 ? 0 : 3, 0], zoom: 1, kept, psnr: Infinity },
})
const checks = [
  ['en/a-0', 'pass', 0.9],
  ['en/a-1', 'fail', 0.8],
  ['en/a-2', 'unknown', 1],
  ['en/b-0', 'pass', 0.3],
] as const
const results = madeResults({
  items,
  systems: ['s'],
  edits: [
    ...['en/a-0', 'en/a-1', 'en/a-2', 'en/b-0'].map((name) => pictured('s', name)),
    refusedEdit('s', 'en/a-3'),
    refusedEdit('s', 'en/b-1'),
  ],
  checks: checks.map(([item, verdict, kept]) => ({ system: 's', item, report: report(verdict, kept) })),
})

describe('aggregateChecks', () => {
  it('gives pass rates of what checks could tell, by kind and over kinds, refusals apart', () => {
    const [row] = aggregateChecks(results, { samples: 50 })
    expect(row!.counts).toEqual({
      chosen: 6,
      passed: 2,
      failed: 1,
      unknown: 1,
      unchecked: 0,
      refused: 2,
      unmade: 0,
    })
    expect(row!.kinds.map(({ kind, passed }) => [kind, passed!.value, passed!.n])).toEqual([
      ['a', 0.5, 2],
      ['b', 1, 1],
    ])
    expect(row!.passed).toEqual({ value: 0.75, n: 3 })
    expect(row!.done).toMatchObject({ value: 2 / 6, n: 6 })
    expect(row!.checks).toEqual({ colour: { pass: 2, fail: 1, unknown: 1 } })
    expect(row!.preservation.kept).toMatchObject({ value: expect.closeTo(0.75, 12), n: 4 })
    expect(row!.preservation.inPlace).toMatchObject({ value: 0.75, n: 4 })
    // Of equal pixels there is no PSNR.
    expect(row!.preservation.psnr).toBeUndefined()
  })

  it('withholds the overall rate where edits or checks are missing', () => {
    const missing = { ...results, checks: results.checks.slice(1), edits: results.edits.slice(0, 5) }
    const [row] = aggregateChecks(missing, { samples: 50 })
    expect([row!.passed, row!.done]).toEqual([undefined, undefined])
    expect(row!.withheld).toBe('1 without a picture, 1 not checked of 6')
    expect(aggregateChecks(missing, { samples: 50, allowMissing: true })[0]!.done!.value).toBeCloseTo(
      1 / 6,
      12,
    )
  })

  it('has no rows where nothing was checked', () => {
    expect(aggregateChecks({ ...results, checks: [] })).toEqual([])
  })
})

describe('compareChecks', () => {
  const two = madeResults({
    items,
    systems: ['s', 't'],
    edits: [
      ...items.map(({ key }) => pictured('s', `en/${key}`)),
      ...items.slice(1).map(({ key }) => pictured('t', `en/${key}`)),
      refusedEdit('t', 'en/a-0'),
    ],
    checks: items.flatMap(({ key }, i) => [
      { system: 's', item: `en/${key}`, report: report(i === 1 ? 'unknown' : 'pass', 0.9) },
      ...(i === 0 ? [] : [{ system: 't', item: `en/${key}`, report: report(i % 2 ? 'fail' : 'pass', 0.6) }]),
    ]),
  })
  const of = (measure: string) =>
    compareChecks(two, { samples: 500 }).find((each) => each.measure === measure)!

  it('compares what checks could tell by kind, and what was done of all items with a refusal as none', () => {
    // a: pass − pass, pass − fail; b: pass − pass, pass − fail.
    expect(of('passed')).toMatchObject({ language: 'en', first: 's', second: 't', difference: 0.5, n: 4 })
    // s: all but the unknown one, t: two of six.
    expect(of('done')).toMatchObject({ difference: expect.closeTo(3 / 6, 12), n: 6 })
    expect(of('done').low!).toBeLessThan(0.5)
    expect(of('done').corrected).toBe(of('done').p)
  })

  it('compares what stayed where both have a picture', () => {
    expect(of('kept')).toMatchObject({ difference: expect.closeTo(0.3, 12), p: expect.any(Number), n: 5 })
    expect(of('kept').p!).toBeLessThan(0.01)
    expect(compareChecks({ ...two, checks: [] })).toEqual([])
  })
})
