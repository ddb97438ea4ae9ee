import type { TorchGenerator } from '../random/index.ts'

/**
 * How times of training are drawn: `uniform` in 0 … 1; `sigmoid` of a normal number, dense in the middle; `shift`,
 * which moves those toward noise as the schedule of sampling does at 1024 px.
 */
export type TimestepSampling = 'uniform' | 'sigmoid' | 'shift'

/** e^1.15, the original's shift of the logit-normal times. */
export const defaultShift = 3.1582

/** One time in (0, 1): 1 is pure noise. */
export function drawTime(
  random: TorchGenerator,
  { sampling, shift }: { readonly sampling: TimestepSampling; readonly shift: number },
): number {
  // The generator gives 0 once in 2^24 draws; between it and its next number no time is lost.
  if (sampling === 'uniform') return random.rand(1)[0]! || 2 ** -25
  const t = 1 / (1 + Math.exp(-random.randn(1)[0]!))
  return sampling === 'sigmoid' ? t : (t * shift) / (1 + (shift - 1) * t)
}
