import { describe, expect, it } from 'vitest'
import { krippendorffAlpha, type Metric } from './krippendorff.ts'

/** Raters as lines, units as columns, `.` where there is no value. */
const units = (...raters: readonly string[]): (number | undefined)[][] =>
  [...raters[0]!].map((_, u) => raters.map((row) => (row[u] === '.' ? undefined : Number(row[u]))))

describe('krippendorffAlpha', () => {
  // Krippendorff, Computing Krippendorff's Alpha-Reliability (2011), section C: four observers, twelve units.
  it.each([
    ['nominal', 0.743],
    ['ordinal', 0.815],
    ['interval', 0.849],
  ] as const)('is that of the published example: %s %d', (metric, wanted) => {
    const data = units('123321412...', '1233224125.3', '.3332342251.', '12332441251.')
    const found = krippendorffAlpha(data, metric, { samples: 200 })!
    expect(found.value).toBeCloseTo(wanted, 3)
    expect(found.n).toBe(11)
    expect(found.low).toBeLessThan(found.value)
    expect(found.high).toBeGreaterThan(found.value)
  })

  // Wikipedia, Krippendorff's alpha: three coders, fifteen units.
  it.each([
    ['nominal', 0.691],
    ['interval', 0.811],
  ] as const)('is that of the example with many missing values: %s %d', (metric, wanted) => {
    const data = units('.....34121133.3', '1.213343.......', '..21344.21133.4')
    expect(krippendorffAlpha(data, metric)!.value).toBeCloseTo(wanted, 3)
  })

  it.each(['nominal', 'ordinal', 'interval'] as const)('is 1 where all agree: %s', (metric: Metric) => {
    expect(krippendorffAlpha(units('1234', '1234'), metric)!.value).toBe(1)
  })

  it('is undefined where nothing can be compared', () => {
    expect(krippendorffAlpha(units('12..', '..34'), 'nominal')).toBeUndefined()
    expect(krippendorffAlpha(units('2222', '2222'), 'interval')).toBeUndefined()
    expect(krippendorffAlpha([], 'ordinal')).toBeUndefined()
  })
})
