/**
 * The Box-Muller transform as PyTorch's AVX2 kernel computes it: f32 polynomials of the Cephes library for
 * logarithm, sine and cosine, with each `a·b + c` fused. Every step is rounded as there, so that the results
 * are equal to the last bit; f64 functions rounded to f32 would differ by up to 1.5e-6.
 */
const { fround } = Math

/**
 * a·b + c of f32 numbers with one rounding. The product is exact in f64 (48 of 53 bits) but the sum is rounded
 * to 53 bits and then to 24. That goes wrong only where the f64 sum lies just between two f32 numbers without
 * being exact; then the error of the sum tells the side.
 */
export function fusedMultiplyAdd(a: number, b: number, c: number): number {
  const product = a * b
  const sum = product + c
  const rounded = fround(sum)
  const rest = sum - rounded
  const other = sum + rest // where `sum` is a midpoint: the f32 number on its other side
  if (rest === 0 || fround(other) !== other) return rounded
  const part = sum - product
  const error = product - (sum - part) + (c - part) // two-sum: exact
  if (error === 0) return rounded
  return error > 0 === other > rounded ? other : rounded
}

const fma = fusedMultiplyAdd

const sqrtHalf = fround(Math.SQRT1_2)
const log0 = fround(7.0376836292e-2)
const log1 = fround(-1.151461031e-1)
const log2 = fround(1.167699874e-1)
const log3 = fround(-1.2420140846e-1)
const log4 = fround(1.4249322787e-1)
const log5 = fround(-1.6668057665e-1)
const log6 = fround(2.0000714765e-1)
const log7 = fround(-2.4999993993e-1)
const log8 = fround(3.3333331174e-1)
/** ln 2 in two parts, the larger with few bits so that its product with an exponent is exact. */
const ln2Low = fround(-2.1219444e-4)
const ln2High = fround(0.693359375)

/** ln x of a normal f32 in (0, 1], to about 1 unit in the last place. */
function logarithm(value: number, bits: Uint32Array, floats: Float32Array): number {
  floats[0] = value
  const word = bits[0] as number
  let exponent = (word >>> 23) - 126
  bits[0] = (word & 0x007fffff) | 0x3f000000
  const significand = floats[0] as number // in [1/2, 1)
  // All of these differences and doublings are exact.
  let x = significand - 1
  if (significand < sqrtHalf) {
    exponent -= 1
    x += significand
  }
  const z = fround(x * x)
  let y = fma(log0, x, log1)
  y = fma(y, x, log2)
  y = fma(y, x, log3)
  y = fma(y, x, log4)
  y = fma(y, x, log5)
  y = fma(y, x, log6)
  y = fma(y, x, log7)
  y = fma(y, x, log8)
  y = fround(y * x)
  y = fma(y, z, fround(exponent * ln2Low))
  y = fround(y - z * 0.5)
  return fma(exponent, ln2High, fround(x + y))
}

const fourOverPi = fround(1.27323954473516)
/** −π/4 in three parts: the argument is reduced by multiples of it without loss. */
const reduce0 = fround(-0.78515625)
const reduce1 = fround(-0.00024187564849853516)
const reduce2 = fround(-3.774894977445941e-8)
const cos0 = fround(2.443315711809948e-5)
const cos1 = fround(-1.388731625493765e-3)
const cos2 = fround(4.166664568298827e-2)
const sin0 = fround(-1.9515295891e-4)
const sin1 = fround(8.3321608736e-3)
const sin2 = fround(-1.6666654611e-1)
const twoPi = fround(2 * Math.PI)

/** Turns the 16 uniform values from `at` on into normal ones: pairs (j, j + 8) are (1 − u₁, turn of u₂). */
export function normalBlock(values: Float32Array, at: number, scratch: NormalScratch): void {
  for (let j = at; j < at + 8; j++) {
    const radius = fround(
      Math.sqrt(fround(-2 * logarithm(1 - (values[j] as number), scratch.bits, scratch.floats))),
    )
    const angle = fround(twoPi * (values[j + 8] as number)) // in [0, 2π)
    const octant = (Math.trunc(fround(angle * fourOverPi)) + 1) & ~1
    const x = fma(octant, reduce2, fma(octant, reduce1, fma(octant, reduce0, angle)))
    const z = fround(x * x)
    let cosine = fma(fma(cos0, z, cos1), z, cos2)
    cosine = fround(cosine * z)
    cosine = fround(fma(cosine, z, fround(-0.5 * z)) + 1)
    let sine = fma(fma(sin0, z, sin1), z, sin2)
    sine = fma(fround(sine * z), x, x)
    const swap = (octant & 2) !== 0
    const sinTurn = (octant & 4) !== 0 ? -1 : 1
    const cosTurn = ((octant - 2) & 4) === 0 ? -1 : 1
    // The last + 0 is the kernel's mean; it turns −0 into 0.
    values[j] = radius * (swap ? sine : cosine) * cosTurn + 0
    values[j + 8] = radius * (swap ? cosine : sine) * sinTurn + 0
  }
}

/** One f32 seen as a float and as bits. */
export interface NormalScratch {
  readonly bits: Uint32Array
  readonly floats: Float32Array
}

export function createScratch(): NormalScratch {
  const floats = new Float32Array(1)
  return { floats, bits: new Uint32Array(floats.buffer) }
}
