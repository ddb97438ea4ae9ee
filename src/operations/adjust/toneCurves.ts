import { levelOfLinear, linearOfLevel } from '../../image/index.ts'
import { unit } from '../ramp.ts'

const levels = (value: (level: number) => number): Uint8Array =>
  Uint8Array.from({ length: 256 }, (_, level) => Math.round(255 * unit(value(level / 255))))

/**
 * Lightness of each level after brightening by `amount`, −1 to 1: about 1.6 stops in the middle tones, in linear light.
 * White and black stay; highlights are compressed and keep their steps.
 */
export function brightnessCurve(amount: number): Uint8Array {
  const gain = 2 ** (1.6 * amount)
  return Uint8Array.from({ length: 256 }, (_, level) => {
    const light = linearOfLevel[level]!
    // g·x / (1 + (g − 1)·x): slope g at black, 1/g at white, and the inverse of itself with 1/g.
    return levelOfLinear((gain * light) / (1 + (gain - 1) * light))
  })
}

/** Contrast around a middle level of 0 to 1 by `amount`, −1 (flat) to 1 (hard); no level is clipped. */
export function contrastCurve(amount: number, middle: number): Uint8Array {
  const power = amount >= 0 ? 1 + 1.1 * amount : 1 / (1 - 0.8 * amount)
  const pivot = Math.min(0.65, Math.max(0.3, middle))
  return levels((x) => {
    if (x <= 0) return amount < 0 ? -0.06 * amount : 0
    if (x >= 1) return amount < 0 ? 1 + 0.04 * amount : 1
    // A power on both sides of the pivot: an S with slope `power` there.
    const y = x < pivot ? pivot * (x / pivot) ** power : 1 - (1 - pivot) * ((1 - x) / (1 - pivot)) ** power
    return amount < 0 ? -0.06 * amount + y * (1 + 0.1 * amount) : y
  })
}

/** Blacks lifted and whites dimmed as on faded paper; below 0 both go to their ends. `amount` −1 to 1. */
export function fadeCurve(amount: number): Uint8Array {
  if (amount < 0) return levels((x) => (x + 0.12 * amount) / (1 + 0.2 * amount))
  return levels((x) => {
    const lifted = 0.2 * amount + x * (1 - 0.27 * amount)
    // The darkest tones run together, the others keep their steps.
    return lifted + 0.05 * amount * Math.sin(Math.PI * x) * x
  })
}
