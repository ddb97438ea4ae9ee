import { bounds, defaults, type Estimate, mean, type SampleOptions } from './estimate.ts'
import type { Draw } from './generator.ts'

/** One item: the values of its repeats, at least one, for each measure. */
export type Repeats<M extends string> = { readonly [K in M]: readonly number[] }

/** Means of groups, and the unweighted mean of those of them that have items. */
export interface GroupedMeans<M extends string> {
  readonly groups: readonly ({ readonly [K in M]: Estimate } | undefined)[]
  /** Undefined where no group has items. */
  readonly overall: { readonly [K in M]: Estimate } | undefined
}

/**
 * Means in groups and over them, with bootstrap intervals: items are drawn within their group, then repeats within the
 * item. Of n items n − 1 are drawn: so the variance of the drawn means is s²/n without bias (Rao and Wu 1988), which
 * matters in groups of few. A group of one item has no interval, nor has the mean over the groups then.
 */
export function groupedMeans<M extends string>(
  groups: readonly (readonly Repeats<M>[])[],
  names: readonly M[],
  draw: Draw,
  { samples = defaults.samples, confidence = defaults.confidence }: SampleOptions = {},
): GroupedMeans<M> {
  const present = groups.filter((items) => items.length > 0)
  if (present.length === 0) return { groups: groups.map(() => undefined), overall: undefined }
  const total = names.map(() => new Float64Array(samples))
  const values = names.map(() => [] as number[])
  const perGroup = groups.map((items) => {
    if (items.length === 0) return undefined
    const drawn = drawnMeans(items, names, draw, samples)
    return record(names, (name, m) => {
      const value = mean(items.map((item) => mean(item[name])))
      values[m]!.push(value)
      for (let s = 0; s < samples; s++) total[m]![s]! += drawn[m]![s]! / present.length
      return estimate(value, items.length, drawn[m]!, confidence, items.length > 1)
    })
  })
  const n = present.reduce((sum, items) => sum + items.length, 0)
  const known = present.every((items) => items.length > 1)
  return {
    groups: perGroup,
    overall: record(names, (_, m) => estimate(mean(values[m]!), n, total[m]!, confidence, known)),
  }
}

function estimate(
  value: number,
  n: number,
  drawn: Float64Array,
  confidence: number,
  known: boolean,
): Estimate {
  return known ? { value, ...bounds(drawn, confidence), n } : { value, n }
}

const record = <M extends string, V>(
  names: readonly M[],
  value: (name: M, index: number) => V,
): { [K in M]: V } =>
  Object.fromEntries(names.map((name, index) => [name, value(name, index)])) as { [K in M]: V }

/** Means of the drawn items, for each measure and sample; the same items for all measures. */
function drawnMeans<M extends string>(
  items: readonly Repeats<M>[],
  names: readonly M[],
  draw: Draw,
  samples: number,
): Float64Array[] {
  const n = items.length
  const most = Math.max(1, n - 1)
  const repeats = Int32Array.from(items, (item) => item[names[0]!].length)
  const starts = new Int32Array(n)
  for (let i = 1; i < n; i++) starts[i] = starts[i - 1]! + repeats[i - 1]!
  const flat = names.map((name) => Float64Array.from(items.flatMap((item) => item[name])))
  const drawn = names.map(() => new Float64Array(samples))
  const sums = new Float64Array(names.length)
  for (let s = 0; s < samples; s++) {
    sums.fill(0)
    for (let k = 0; k < most; k++) {
      const i = Math.floor(draw() * n)
      const of = repeats[i]!
      for (let r = 0; r < of; r++) {
        const at = starts[i]! + (of === 1 ? 0 : Math.floor(draw() * of))
        for (let m = 0; m < sums.length; m++) sums[m]! += flat[m]![at]! / of
      }
    }
    for (let m = 0; m < sums.length; m++) drawn[m]![s] = sums[m]! / most
  }
  return drawn
}
