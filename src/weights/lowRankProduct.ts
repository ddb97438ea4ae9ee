import { setImmediate } from 'node:timers/promises'
import type { LowRankFactors } from './adapterPlan.ts'

/** Computes up @ down, [out, inner]. */
export type LowRankProduct = (factors: LowRankFactors) => Promise<Float32Array>

/** Multiplications between two yields to the event loop: a tenth of a second. */
const multiplicationsAtOnce = 2 ** 26

/** up @ down on one core in plain JavaScript, summed in f64: about 0.8 billion multiplications a second. */
export async function lowRankProduct({ up, down, out, rank, inner }: LowRankFactors): Promise<Float32Array> {
  const result = new Float32Array(out * inner)
  const row = new Float64Array(inner)
  const rowsAtOnce = Math.max(1, Math.floor(multiplicationsAtOnce / (rank * inner)))
  for (let i = 0; i < out; i++) {
    row.fill(0)
    // Four rows of `down` in one go halve the time. Past the last row it is taken again, times zero.
    const factor = (r: number): number => (r < rank ? (up[i * rank + r] as number) : 0)
    const start = (r: number): number => Math.min(r, rank - 1) * inner
    for (let r = 0; r < rank; r += 4) {
      const [f0, f1, f2, f3] = [factor(r), factor(r + 1), factor(r + 2), factor(r + 3)]
      const [s0, s1, s2, s3] = [start(r), start(r + 1), start(r + 2), start(r + 3)]
      for (let k = 0; k < inner; k++)
        row[k] =
          (row[k] as number) +
          f0 * (down[s0 + k] as number) +
          f1 * (down[s1 + k] as number) +
          f2 * (down[s2 + k] as number) +
          f3 * (down[s3 + k] as number)
    }
    result.set(row, i * inner)
    if (i % rowsAtOnce === rowsAtOnce - 1) await setImmediate()
  }
  return result
}
