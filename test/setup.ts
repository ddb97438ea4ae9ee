import { numbersOf, type TensorValue } from 'pentimento/graph'
import { expect } from 'vitest'

interface Tolerance {
  /** Absolute part. Default: 0. */
  readonly atol?: number
  /** Part of the wanted number. Default: 0. */
  readonly rtol?: number
}

declare module 'vitest' {
  interface Assertion {
    /** Same dtype and shape, and every element within `atol + rtol·|wanted|`; NaN equals NaN. */
    toBeAllclose(wanted: TensorValue, tolerance?: Tolerance): void
  }
}

expect.extend({
  toBeAllclose(found: TensorValue, wanted: TensorValue, { atol = 0, rtol = 0 }: Tolerance = {}) {
    const kind = (value: TensorValue): string => `${value.dtype} [${value.shape}]`
    if (kind(found) !== kind(wanted))
      return { pass: false, message: () => `expected ${kind(wanted)}, got ${kind(found)}` }
    const [a, b] = [numbersOf(found), numbersOf(wanted)]
    const isClose = (x: number, y: number): boolean =>
      Object.is(x, y) || x === y || Math.abs(x - y) <= atol + rtol * Math.abs(y)
    const wrong = Array.from(a.keys()).filter((i) => !isClose(a[i]!, b[i]!))
    const [first = 0] = wrong
    const difference = wrong.reduce((most, i) => Math.max(most, Math.abs(a[i]! - b[i]!)), 0)
    return {
      pass: wrong.length === 0,
      message: () =>
        `expected ${kind(wanted)} within ${atol} + ${rtol}·|wanted|; ${wrong.length} of ${a.length} differ, ` +
        `the first at ${first}: wanted ${b[first]}, got ${a[first]}; the most by ${difference}`,
    }
  },
})
