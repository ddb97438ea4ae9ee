import { describe, expect, it } from 'vitest'
import { madeItems, madeResults, pictured, refusedEdit } from '../../../test/bench/madeResults.ts'
import type { CheckReport } from '../checks/check.ts'
import { aggregateChecks } from './checked.ts'

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
