import type { Light } from '../../operations/index.ts'
import type { Random } from '../../random/index.ts'

/** Draws a light that most scenes bear: shadows to one side, neither long nor hard. */
export function drawLight(random: Random): Light {
  return {
    lean: random.between(0.25, 0.6) * (random.chance(0.5) ? 1 : -1),
    strength: random.between(0.3, 0.42),
  }
}
