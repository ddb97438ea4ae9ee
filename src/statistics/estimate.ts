/** A number with what it rests on. */
export interface Estimate {
  readonly value: number
  /** Bounds of the interval; absent where it cannot be told: a group of one item has no spread. */
  readonly low?: number
  readonly high?: number
  /** Items. */
  readonly n: number
}

/** How intervals are drawn. */
export interface SampleOptions {
  /** Bootstrap samples. Default: 2,000. */
  readonly samples?: number
  /** Default: 0. */
  readonly seed?: number
  /** Share of intervals that hold the true value, in (0, 1). Default: 0.95. */
  readonly confidence?: number
}

export const defaults: Required<SampleOptions> = { samples: 2000, seed: 0, confidence: 0.95 }

/** The bounds that leave half of 1 − confidence of the drawn values on each side; the values are sorted in place. */
export function bounds(drawn: Float64Array, confidence: number): { low: number; high: number } {
  drawn.sort()
  const side = (1 - confidence) / 2
  return { low: quantile(drawn, side), high: quantile(drawn, 1 - side) }
}

/** Of sorted values, with linear interpolation, as NumPy's default. */
export function quantile(sorted: ArrayLike<number>, share: number): number {
  const place = share * (sorted.length - 1)
  const below = Math.floor(place)
  const low = sorted[below]!
  return low + (place - below) * (sorted[Math.min(below + 1, sorted.length - 1)]! - low)
}

export function mean(values: ArrayLike<number>): number {
  let sum = 0
  for (let i = 0; i < values.length; i++) sum += values[i]!
  return sum / values.length
}

/**
 * Wilson's interval of a share (1927): it stays within 0 to 1 and is honest for few items.
 * (p + z²/2n ± z·√(p(1−p)/n + z²/4n²)) / (1 + z²/n)
 */
export function wilson(passed: number, n: number, confidence: number = defaults.confidence): Estimate {
  const value = passed / n
  const z = normalQuantile(1 - (1 - confidence) / 2)
  const middle = value + (z * z) / (2 * n)
  const half = z * Math.sqrt((value * (1 - value)) / n + (z * z) / (4 * n * n))
  const all = 1 + (z * z) / n
  return { value, low: Math.max(0, (middle - half) / all), high: Math.min(1, (middle + half) / all), n }
}

/** The value that a normal variable stays below with this probability: Acklam's approximation, to 1.2e-9. */
export function normalQuantile(probability: number): number {
  const a = [
    -39.69683028665376, 220.9460984245205, -275.9285104469687, 138.357751867269, -30.66479806614716,
    2.506628277459239,
  ]
  const b = [-54.47609879822406, 161.5858368580409, -155.6989798598866, 66.80131188771972, -13.28068155288572]
  const c = [
    -0.007784894002430293, -0.3223964580411365, -2.400758277161838, -2.549732539343734, 4.374664141464968,
    2.938163982698783,
  ]
  const d = [0.007784695709041462, 0.3224671290700398, 2.445134137142996, 3.754408661907416]
  const along = (coefficients: readonly number[], x: number): number =>
    coefficients.reduce((sum, each) => sum * x + each, 0)
  if (probability > 0.5) return -normalQuantile(1 - probability)
  if (probability < 0.02425) {
    const q = Math.sqrt(-2 * Math.log(probability))
    return along(c, q) / (along(d, q) * q + 1)
  }
  const q = probability - 0.5
  return (along(a, q * q) * q) / (along(b, q * q) * q * q + 1)
}
