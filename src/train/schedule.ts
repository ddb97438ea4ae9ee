/** How the learning rate goes from step to step. */
export interface ScheduleOptions {
  readonly learningRate: number
  /** Steps over which the rate rises in a straight line from 0. */
  readonly warmup: number
  /** Share of the rate that is left at the last step; 1 keeps it constant. */
  readonly decayTo: number
  /** How it falls to that share after the warmup: in a straight line, or along half a cosine. */
  readonly decay: Decay
  /** Steps in all. */
  readonly steps: number
}

export type Decay = 'linear' | 'cosine'

/**
 * The learning rate of a step, counted from 1:
 * rate · step / warmup before step `warmup`, then rate · (1 − (1 − decayTo) · fall(u)) with
 * u = (step − warmup) / (steps − warmup), fall(u) = u (`linear`) or (1 − cos πu) / 2 (`cosine`).
 */
export function learningRateAt(
  step: number,
  { learningRate, warmup, decayTo, decay, steps }: ScheduleOptions,
): number {
  if (step < warmup) return learningRate * (step / warmup)
  const share = Math.min(1, (step - warmup) / Math.max(1, steps - warmup))
  const fallen = decay === 'linear' ? share : 0.5 * (1 - Math.cos(Math.PI * share))
  return learningRate * (1 - (1 - decayTo) * fallen)
}
