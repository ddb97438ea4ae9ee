import { mean } from './estimate.ts'

/** Pearson's r; undefined where one side does not vary. */
export function pearson(x: ArrayLike<number>, y: ArrayLike<number>): number | undefined {
  const [meanX, meanY] = [mean(x), mean(y)]
  let [xx, yy, xy] = [0, 0, 0]
  for (let i = 0; i < x.length; i++) {
    const [dx, dy] = [x[i]! - meanX, y[i]! - meanY]
    xx += dx * dx
    yy += dy * dy
    xy += dx * dy
  }
  return xx === 0 || yy === 0 ? undefined : xy / Math.sqrt(xx * yy)
}

/** Spearman's ρ: Pearson's r of the ranks, ties sharing theirs. */
export function spearman(x: ArrayLike<number>, y: ArrayLike<number>): number | undefined {
  return pearson(ranks(x), ranks(y))
}

/** Ranks from 1; equal values share the mean of theirs. */
export function ranks(values: ArrayLike<number>): Float64Array {
  const order = Array.from(values, (_, i) => i).sort((a, b) => values[a]! - values[b]!)
  const found = new Float64Array(values.length)
  for (let start = 0; start < order.length; ) {
    let end = start
    while (end < order.length && values[order[end]!] === values[order[start]!]) end++
    for (let i = start; i < end; i++) found[order[i]!] = (start + 1 + end) / 2
    start = end
  }
  return found
}

/** Kendall's τ-b: (concordant − discordant) / √((pairs − ties of x)(pairs − ties of y)), by Knight's sort. */
export function kendall(x: ArrayLike<number>, y: ArrayLike<number>): number | undefined {
  const n = x.length
  const order = Array.from(x, (_, i) => i).sort((a, b) => x[a]! - x[b]! || y[a]! - y[b]!)
  const pairs = (n * (n - 1)) / 2
  const tiesX = tiedPairs(order, (a, b) => x[a] === x[b])
  const tiesBoth = tiedPairs(order, (a, b) => x[a] === x[b] && y[a] === y[b])
  const sorted = order.map((i) => y[i]!)
  const discordant = sortCounting(sorted)
  const tiesY = tiedPairs(
    sorted.map((_, i) => i),
    (a, b) => sorted[a] === sorted[b],
  )
  const concordantLess = pairs - tiesX - tiesY + tiesBoth - 2 * discordant
  const scale = Math.sqrt((pairs - tiesX) * (pairs - tiesY))
  return scale === 0 ? undefined : concordantLess / scale
}

/** Pairs of equal neighbours in an order that has equals together. */
function tiedPairs(order: readonly number[], equal: (a: number, b: number) => boolean): number {
  let [ties, run] = [0, 0]
  for (let i = 1; i < order.length; i++) {
    run = equal(order[i - 1]!, order[i]!) ? run + 1 : 0
    ties += run
  }
  return ties
}

/** Sorts in place by merging, and counts the exchanges of neighbours that this takes. */
function sortCounting(values: number[]): number {
  let swaps = 0
  let [from, to] = [values, new Array<number>(values.length)]
  for (let width = 1; width < from.length; width *= 2) {
    for (let start = 0; start < from.length; start += 2 * width) {
      const [middle, end] = [Math.min(start + width, from.length), Math.min(start + 2 * width, from.length)]
      let [left, right] = [start, middle]
      for (let at = start; at < end; at++)
        if (left < middle && (right >= end || from[left]! <= from[right]!)) to[at] = from[left++]!
        else {
          swaps += middle - left
          to[at] = from[right++]!
        }
    }
    ;[from, to] = [to, from]
  }
  for (let i = 0; i < values.length; i++) values[i] = from[i]!
  return swaps
}
