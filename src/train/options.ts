import { createHash } from 'node:crypto'
import { TrainError } from './error.ts'
import type { Balance } from './loss.ts'
import type { LoraOptions } from './model.ts'
import { defaultShift, type TimestepSampling } from './timesteps.ts'

/** How a run is made, with its defaults. */
export interface TrainingOptions {
  readonly steps: number
  /** Triplets at a time. */
  readonly batch: number
  /** Batches whose mean gradient makes one step. */
  readonly accumulate: number
  readonly learningRate: number
  /** Steps over which the rate rises from 0. */
  readonly warmup: number
  /** Share of the rate that is left at the last step; it falls straight to there. 1 keeps it fixed, as in the paper. */
  readonly decayTo: number
  readonly beta1: number
  readonly beta2: number
  readonly epsilon: number
  readonly weightDecay: number
  /** The gradient is shortened to this length; 0 leaves it. */
  readonly clip: number
  /** Part of the moving average that stays at each step; 0 keeps none. */
  readonly average: number
  readonly seed: number
  readonly timesteps: TimestepSampling
  readonly shift: number
  /** How the losses of a batch become one. */
  readonly balance: Balance
  /** Share of the examples whose instruction is left out, which guidance needs. */
  readonly dropout: number
  readonly checkpointing: boolean
  /** Steps between states, and how many of them stay. */
  readonly saveEvery: number
  readonly keep: number
  readonly sampleEvery: number
  /** Stops when the running mean of the loss is so many times its best; 0 never. */
  readonly divergence: number
  /** Grids whose sessions are kept at a time. */
  readonly sessions: number
  /** Sessions hold on to the memory of a step for the next one: quicker, and more memory where there are several grids. */
  readonly arena: boolean
  /** Which weights are trained, without a LoRA; all unless given. */
  readonly trains?: ((path: string) => boolean) | undefined
}

/** Options of which each may be left out. */
export type TrainingWish = { readonly [Name in keyof TrainingOptions]?: TrainingOptions[Name] | undefined }

/** The paper says "fixed learning rate"; its value and the rest are those of the original's scripts, or usual ones. */
export const defaultOptions: Omit<TrainingOptions, 'trains'> = {
  steps: 1000,
  batch: 1,
  accumulate: 1,
  learningRate: 1e-4,
  warmup: 0,
  decayTo: 1,
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
  weightDecay: 0.01,
  clip: 1,
  average: 0,
  seed: 0,
  timesteps: 'shift',
  shift: defaultShift,
  balance: 'mean',
  dropout: 0.1,
  checkpointing: false,
  saveEvery: 100,
  keep: 2,
  sampleEvery: 0,
  divergence: 20,
  sessions: 4,
  arena: false,
}

/** @throws TrainError that names the first option which is out of range */
export function checkOptions(wish: TrainingWish): TrainingOptions {
  const given = Object.fromEntries(Object.entries(wish).filter(([, value]) => value !== undefined))
  const o: TrainingOptions = { ...defaultOptions, ...given }
  const whole = (value: number, least: number) => Number.isSafeInteger(value) && value >= least
  const within = (value: number, least: number, most: number) => value >= least && value <= most
  const rules: readonly (readonly [keyof TrainingOptions, boolean, string])[] = [
    ['steps', whole(o.steps, 1), 'a whole number above 0'],
    ['batch', whole(o.batch, 1), 'a whole number above 0'],
    ['accumulate', whole(o.accumulate, 1), 'a whole number above 0'],
    ['learningRate', within(o.learningRate, 0, 10), 'a number from 0 to 10'],
    ['warmup', whole(o.warmup, 0), 'a whole number of at least 0'],
    ['decayTo', within(o.decayTo, 0, 1), 'a number from 0 to 1'],
    ['beta1', o.beta1 >= 0 && o.beta1 < 1, 'a number from 0 to below 1'],
    ['beta2', o.beta2 >= 0 && o.beta2 < 1, 'a number from 0 to below 1'],
    ['epsilon', within(o.epsilon, Number.MIN_VALUE, 1), 'a small number above 0'],
    ['weightDecay', within(o.weightDecay, 0, 10), 'a number from 0 to 10'],
    ['clip', o.clip >= 0, 'a number of at least 0'],
    ['average', o.average >= 0 && o.average < 1, 'a number from 0 to below 1'],
    ['seed', whole(o.seed, 0), 'a whole number from 0 to 2^53 - 1'],
    ['timesteps', ['uniform', 'sigmoid', 'shift'].includes(o.timesteps), "'uniform', 'sigmoid' or 'shift'"],
    ['shift', within(o.shift, 1e-3, 1e3), 'a number from 0.001 to 1000'],
    ['balance', ['mean', 'decibels'].includes(o.balance), "'mean' or 'decibels'"],
    ['dropout', within(o.dropout, 0, 1), 'a number from 0 to 1'],
    ['saveEvery', whole(o.saveEvery, 0), 'a whole number of at least 0'],
    ['keep', whole(o.keep, 1), 'a whole number above 0'],
    ['sampleEvery', whole(o.sampleEvery, 0), 'a whole number of at least 0'],
    ['divergence', o.divergence >= 0, 'a number of at least 0'],
    ['sessions', whole(o.sessions, 1), 'a whole number above 0'],
  ]
  for (const [name, holds, expected] of rules)
    if (!holds) throw new TrainError('input', `${name}: expected ${expected}, got ${String(o[name])}`)
  return o
}

/** The rate of a step, counted from 1: a straight rise, then fixed or a straight fall to the last step. */
export function rateAt(
  step: number,
  {
    learningRate,
    warmup,
    decayTo,
    steps,
  }: Pick<TrainingOptions, 'learningRate' | 'warmup' | 'decayTo' | 'steps'>,
): number {
  if (step < warmup) return learningRate * (step / warmup)
  const fallen = Math.min(1, (step - warmup) / Math.max(1, steps - warmup))
  return learningRate * (1 - (1 - decayTo) * fallen)
}

/** What must not change when a run goes on; steps, savings and samples may. */
export function fingerprintOf(
  options: TrainingOptions,
  beside: { readonly data: string; readonly model: string; readonly lora: LoraOptions | undefined },
): Readonly<Record<string, string | number | boolean>> {
  const { batch, accumulate, seed, timesteps, shift, balance, dropout, average, warmup, decayTo } = options
  const { learningRate, beta1, beta2, epsilon, weightDecay, clip } = options
  const lora = beside.lora ? JSON.stringify(beside.lora) : 'none'
  const short = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 16)
  return {
    data: short(beside.data),
    model: short(beside.model),
    lora,
    batch,
    accumulate,
    seed,
    timesteps,
    shift,
    // Runs that were begun before there was a choice go on.
    ...(balance !== 'mean' && { balance }),
    ...(decayTo !== 1 && { decayTo }),
    dropout,
    average,
    warmup,
    learningRate,
    beta1,
    beta2,
    epsilon,
    weightDecay,
    clip,
  }
}
