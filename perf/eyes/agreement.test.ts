import type { Checked } from 'pentimento/bench'
import { expect, it } from 'vitest'
import { agreementOf, type EyeLabel, kappaOf } from './agreement.ts'

const label = (item: string, eye: 'pass' | 'fail', system = 'one'): EyeLabel => ({
  system,
  item,
  eye,
  pixels: '',
})
const checked = (item: string, verdict: 'pass' | 'fail' | 'unknown', system = 'one'): Checked => ({
  system,
  item,
  report: {
    verdict,
    results: [{ check: 'colour', verdict, seen: `it is ${verdict}` }],
    preservation: { sizeKept: true },
  },
})

it('counts where eyes and checks agree, and names where they do not', () => {
  const labels = [
    label('en/a', 'pass'),
    label('en/b', 'pass'),
    label('en/c', 'fail'),
    label('en/d', 'fail'),
    label('en/e', 'fail'),
    label('en/not-checked', 'pass'),
    label('en/a', 'fail', 'other'),
  ]
  const reports = [
    checked('en/a', 'pass'),
    checked('en/b', 'fail'),
    checked('en/c', 'fail'),
    checked('en/d', 'unknown'),
    checked('en/e', 'pass'),
    checked('en/a', 'fail', 'other'),
  ]
  const [one, other] = agreementOf(labels, reports)
  expect(one).toEqual({
    system: 'one',
    ...{ passPass: 1, passFail: 1, failPass: 1, failFail: 1, unknown: 1 },
    apart: [
      { item: 'en/b', eye: 'pass', seen: 'colour: it is fail' },
      { item: 'en/e', eye: 'fail', seen: 'colour: it is pass' },
    ],
  })
  expect(kappaOf(one!)).toBe(0)
  expect(other).toMatchObject({ system: 'other', failFail: 1, apart: [] })
})

it("has Cohen's kappa of a published example", () => {
  // 20 both yes, 15 both no, 5 and 10 apart: https://en.wikipedia.org/wiki/Cohen%27s_kappa
  const counts = { passPass: 20, passFail: 5, failPass: 10, failFail: 15, unknown: 0 }
  expect(kappaOf({ system: 'x', ...counts, apart: [] })).toBeCloseTo(0.4, 12)
})
