import { bounds, defaults, type Estimate, mean, type SampleOptions } from './estimate.ts'
import type { Draws } from './generator.ts'

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
  draws: Draws,
  { samples = defaults.samples, confidence = defaults.confidence }: SampleOptions = {},
): GroupedMeans<M> {
  const present = groups.filter((items) => items.length > 0)
  if (present.length === 0) return { groups: groups.map(() => undefined), overall: undefined }
  const total = names.map(() => new Float64Array(samples))
  const values = names.map(() => [] as number[])
  const perGroup = groups.map((items) => {
    if (items.length === 0) return undefined
    const drawn = drawnMeans(items, names, draws, samples)
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
  draws: Draws,
  samples: number,
): Float64Array[] {
  return drawnSums(
    items.map((item) => [names.map((name) => item[name])]),
    draws,
    samples,
  ).map((sums) => sums.map((sum) => sum / Math.max(1, items.length - 1)))
}

/**
 * Sums over n − 1 drawn of n items, for each measure and sample. An item is a sum of parts (two systems, the second
 * negated), each the mean of its repeats, drawn anew in it: `items[item][part][measure][repeat]`.
 */
export function drawnSums(
  items: readonly (readonly (readonly (readonly number[])[])[])[],
  draws: Draws,
  samples: number,
): Float64Array[] {
  const n = items.length
  const measures = items[0]![0]!.length
  if (measures > 3) throw new Error('internal: at most three measures are drawn together')
  const drawn = Array.from({ length: measures }, () => new Float64Array(samples))
  // Repeats of a part are drawn; what has one is looked up: three places an item, so that the sums are plain variables.
  const table = new Float64Array(3 * n)
  const repeated = items.map((parts, i) =>
    parts.filter((part) => {
      if (part[0]!.length > 1) return true
      part.forEach((values, m) => {
        table[3 * i + m]! += values[0]!
      })
      return false
    }),
  )
  const some = repeated.some((parts) => parts.length > 0)
  const chosen = new Int32Array(Math.max(1, n - 1))
  const more = new Float64Array(3)
  for (let s = 0; s < samples; s++) {
    draws.fill(chosen, n)
    let [first, second, third] = [0, 0, 0]
    for (let k = 0; k < chosen.length; k++) {
      const at = 3 * chosen[k]!
      first += table[at]!
      second += table[at + 1]!
      third += table[at + 2]!
    }
    more.fill(0)
    if (some)
      for (let k = 0; k < chosen.length; k++)
        for (const part of repeated[chosen[k]!]!) addRepeats(part, draws, more)
    const sums = [first, second, third]
    for (let m = 0; m < measures; m++) drawn[m]![s] = sums[m]! + more[m]!
  }
  return drawn
}

function addRepeats(part: readonly (readonly number[])[], draws: Draws, sums: Float64Array): void {
  const repeats = part[0]!.length
  for (let r = 0; r < repeats; r++) {
    const at = draws.below(repeats)
    for (let m = 0; m < part.length; m++) sums[m]! += part[m]![at]! / repeats
  }
}
