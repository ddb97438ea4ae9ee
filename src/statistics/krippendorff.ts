import { bounds, defaults, type Estimate, type SampleOptions } from './estimate.ts'
import { Draws } from './generator.ts'

/** How far two values lie apart: equal or not; by ranks; by their numbers. */
export type Metric = 'nominal' | 'ordinal' | 'interval'

/**
 * Krippendorff's α of values that several raters gave to units, any of which may be missing: 1 is full agreement, 0 that
 * of chance. `units`: for each unit the values of its raters, `undefined` where one gave none. `n` is the number of units
 * with two values or more; α is undefined where there are none or all values are equal. The interval draws units.
 * Source: Krippendorff, Computing Krippendorff's Alpha-Reliability (2011).
 */
export function krippendorffAlpha(
  units: readonly (readonly (number | undefined)[])[],
  metric: Metric,
  { samples = 1000, seed = defaults.seed, confidence = defaults.confidence }: SampleOptions = {},
): Estimate | undefined {
  const told = units
    .map((unit) => unit.filter((value) => value !== undefined))
    .filter((values) => values.length > 1)
  const scale = [...new Set(told.flat())].sort((a, b) => a - b)
  const place = new Map(scale.map((value, i) => [value, i]))
  const counts = told.map((values) => {
    const row = new Float64Array(scale.length)
    for (const value of values) row[place.get(value)!]! += 1
    return row
  })
  const value = alphaOf(counts, scale, metric)
  if (value === undefined) return undefined
  const draws = new Draws('krippendorff', seed, metric)
  const drawn: number[] = []
  for (let s = 0; s < samples && told.length > 1; s++) {
    const alpha = alphaOf(
      counts.map(() => counts[draws.below(counts.length)]!),
      scale,
      metric,
    )
    if (alpha !== undefined) drawn.push(alpha)
  }
  return {
    value,
    ...(drawn.length > 1 ? bounds(Float64Array.from(drawn), confidence) : {}),
    n: told.length,
  }
}

/** α = 1 − observed/expected disagreement, from the counts of each value in each unit. */
function alphaOf(
  counts: readonly Float64Array[],
  scale: readonly number[],
  metric: Metric,
): number | undefined {
  const size = scale.length
  const totals = new Float64Array(size)
  const coincidences = new Float64Array(size * size)
  for (const row of counts) {
    const m = row.reduce((sum, n) => sum + n, 0)
    for (let c = 0; c < size; c++) {
      if (row[c] === 0) continue
      totals[c]! += row[c]!
      for (let k = 0; k < size; k++)
        coincidences[c * size + k]! += (row[c]! * (row[k]! - (c === k ? 1 : 0))) / (m - 1)
    }
  }
  const n = totals.reduce((sum, each) => sum + each, 0)
  const apart = distances(scale, totals, metric)
  let [observed, expected] = [0, 0]
  for (let c = 0; c < size; c++)
    for (let k = 0; k < size; k++) {
      observed += coincidences[c * size + k]! * apart(c, k)
      expected += (totals[c]! * totals[k]! * apart(c, k)) / (n - 1)
    }
  return expected > 0 ? 1 - observed / expected : undefined
}

/** δ² of two places on the scale. Ordinal: (values from c to k, those at both ends by half)². */
function distances(
  scale: readonly number[],
  totals: Float64Array,
  metric: Metric,
): (c: number, k: number) => number {
  if (metric === 'nominal') return (c, k) => (c === k ? 0 : 1)
  if (metric === 'interval') return (c, k) => (scale[c]! - scale[k]!) ** 2
  const upTo = new Float64Array(scale.length + 1)
  totals.forEach((n, i) => {
    upTo[i + 1] = upTo[i]! + n
  })
  const middle = (i: number): number => upTo[i]! + totals[i]! / 2
  return (c, k) => (middle(c) - middle(k)) ** 2
}
