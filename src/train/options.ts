import { createHash } from 'node:crypto'
import { TrainError } from './error.ts'
import type { LoraOptions } from './lora.ts'
import type { Balance } from './loss.ts'
import type { Decay } from './schedule.ts'
import { defaultShift, type TimestepSampling } from './timesteps.ts'

/** Every option of a run with its value; {@link trainingOptions} has the range, the default and the meaning of each. */
export interface TrainingSettings {
  readonly steps: number
  readonly batch: number
  readonly accumulate: number
  readonly learningRate: number
  readonly warmup: number
  readonly decayTo: number
  readonly decay: Decay
  readonly beta1: number
  readonly beta2: number
  readonly epsilon: number
  readonly weightDecay: number
  readonly clip: number
  readonly average: number
  readonly seed: number
  readonly timesteps: TimestepSampling
  readonly shift: number
  readonly balance: Balance
  readonly dropout: number
  readonly checkpointing: boolean
  readonly saveEvery: number
  readonly keep: number
  readonly sampleEvery: number
  readonly evaluateEvery: number
  readonly divergence: number
  readonly sessions: number
  readonly arena: boolean
  /** Selects the weights to train, if there is no LoRA. Default: all. */
  readonly trains?: ((path: string) => boolean) | undefined
}

/** Options of a run; undefined is the default. */
export type TrainingOptions = {
  readonly [Name in keyof TrainingSettings]?: TrainingSettings[Name] | undefined
}

/** One option of a run, with everything that checks, schemas, flags and documentation need. */
export interface TrainingOption<T> {
  readonly kind: 'whole' | 'number' | 'switch' | 'choice'
  /** What it does, in one sentence. */
  readonly doc: string
  /** Its valid values, in words: `a whole number above 0`. */
  readonly expected: string
  readonly default: T
  /** The values of a `choice`. */
  readonly choices?: readonly T[]
  /** Whether a resumed run may change it. */
  readonly mayChange?: true
  accepts(value: unknown): value is T
}

type OptionName = Exclude<keyof TrainingSettings, 'trains'>

/**
 * The options of a run. The paper says "fixed learning rate"; its value and the other defaults are those of the
 * original's scripts, or usual ones. Configuration, flags and documentation follow from this table.
 */
export const trainingOptions: { readonly [Name in OptionName]: TrainingOption<TrainingSettings[Name]> } = {
  steps: { ...whole(1, 1000), doc: 'Number of steps.', mayChange: true },
  batch: { ...whole(1, 1), doc: 'Batch size; all triplets of a batch have one shape.' },
  accumulate: { ...whole(1, 1), doc: 'Batches per step, whose gradients are averaged.' },
  learningRate: { ...number(0, 10, 1e-4), doc: 'Learning rate of AdamW after the warmup.' },
  warmup: { ...whole(0, 0), doc: 'Steps over which the learning rate rises linearly from 0.' },
  decayTo: {
    ...number(0, 1, 1),
    doc: 'Share of the learning rate that remains at the last step; 1 keeps it constant.',
  },
  decay: { ...choice(['linear', 'cosine'], 'linear'), doc: 'Shape of the decay of the learning rate.' },
  beta1: { ...fraction(0.9), doc: "AdamW's decay of the mean gradient." },
  beta2: { ...fraction(0.999), doc: "AdamW's decay of the mean squared gradient." },
  epsilon: {
    ...number(Number.MIN_VALUE, 1, 1e-8),
    expected: 'a number above 0, up to 1',
    doc: "AdamW's epsilon, which prevents a division by zero.",
  },
  weightDecay: { ...number(0, 10, 0.01), doc: "AdamW's weight decay." },
  clip: { ...atLeast(0, 1), doc: 'Maximum norm of the gradient; 0 disables clipping.' },
  average: {
    ...fraction(0),
    doc: 'Decay of a moving average of the weights, such as 0.999, which samples and result then use; 0 disables it.',
  },
  seed: {
    ...number(0, Number.MAX_SAFE_INTEGER, 0),
    kind: 'whole',
    expected: 'a whole number from 0 to 2^53 - 1',
    accepts: (value): value is number => Number.isSafeInteger(value) && (value as number) >= 0,
    doc: 'Seed of order, noise, times and initial values.',
  },
  timesteps: {
    ...choice(['uniform', 'sigmoid', 'shift'], 'shift'),
    doc: 'Distribution of the times: uniform, sigmoid of a normal variable, or that shifted toward noise.',
  },
  shift: {
    ...number(1e-3, 1e3, defaultShift),
    doc: 'How far the distribution `shift` moves times toward noise.',
  },
  balance: {
    ...choice(['mean', 'decibels'], 'mean'),
    doc: 'Mean of the losses, as in the paper, or of their decibels, in which small changes count as much as large ones; the latter only for models that predict a change, such as nano.',
  },
  dropout: {
    ...number(0, 1, 0.1),
    doc: 'Share of the triplets that are trained without an instruction, for guidance.',
  },
  checkpointing: {
    ...onOrOff(false),
    doc: 'Recompute segments in the backward pass: less memory, a quarter more time.',
    mayChange: true,
  },
  saveEvery: {
    ...whole(0, 100),
    doc: 'Steps between saved states; 0 saves only at the end.',
    mayChange: true,
  },
  keep: { ...whole(1, 2), doc: 'Number of saved states to keep.', mayChange: true },
  sampleEvery: { ...whole(0, 0), doc: 'Steps between sample edits; 0 disables them.', mayChange: true },
  evaluateEvery: {
    ...whole(0, 0),
    doc: 'Steps between evaluations on held-out triplets; 0 disables them.',
    mayChange: true,
  },
  divergence: {
    ...atLeast(0, 20),
    doc: 'Stop when the mean loss exceeds this many times its best; 0 disables the check.',
    mayChange: true,
  },
  sessions: { ...whole(1, 4), doc: 'Number of shapes whose sessions are kept.', mayChange: true },
  arena: {
    ...onOrOff(false),
    doc: 'Keep the memory of a step in the session for the next one: faster, but more memory with several shapes.',
    mayChange: true,
  },
}

type Values<T> = Omit<TrainingOption<T>, 'doc' | 'mayChange'>

function isWithin(value: unknown, least: number, most: number): value is number {
  return typeof value === 'number' && value >= least && value <= most
}

function whole(least: number, usual: number): Values<number> {
  return {
    kind: 'whole',
    default: usual,
    expected: least === 1 ? 'a whole number above 0' : `a whole number of at least ${least}`,
    accepts: (value): value is number => Number.isSafeInteger(value) && (value as number) >= least,
  }
}

function number(least: number, most: number, usual: number): Values<number> {
  return {
    kind: 'number',
    default: usual,
    expected: `a number from ${least} to ${most}`,
    accepts: (value): value is number => isWithin(value, least, most),
  }
}

function atLeast(least: number, usual: number): Values<number> {
  return { ...number(least, Number.MAX_VALUE, usual), expected: `a number of at least ${least}` }
}

function fraction(usual: number): Values<number> {
  return {
    ...number(0, 1, usual),
    expected: 'a number from 0 to below 1',
    accepts: (value): value is number => isWithin(value, 0, 1) && value < 1,
  }
}

function onOrOff(usual: boolean): Values<boolean> {
  return {
    kind: 'switch',
    default: usual,
    expected: 'true or false',
    accepts: (value): value is boolean => typeof value === 'boolean',
  }
}

function choice<T extends string>(choices: readonly T[], usual: T): Values<T> {
  const named = choices.map((each) => `'${each}'`)
  return {
    kind: 'choice',
    default: usual,
    choices,
    expected: `${named.slice(0, -1).join(', ')} or ${named.at(-1)}`,
    accepts: (value): value is T => choices.includes(value as T),
  }
}

/** Fills in the defaults. @throws TrainError that names the first option which is out of range */
export function checkOptions(options: TrainingOptions): TrainingSettings {
  const names = Object.keys(trainingOptions) as OptionName[]
  const settings = names.map((name) => {
    const value = options[name] ?? trainingOptions[name].default
    checkOption(name, value)
    return [name, value] as const
  })
  return { ...(Object.fromEntries(settings) as unknown as TrainingSettings), trains: options.trains }
}

/** @throws TrainError when the value of an option is out of range */
export function checkOption(name: OptionName, value: unknown): void {
  const { expected, accepts } = trainingOptions[name]
  if (!accepts(value)) throw new TrainError('input', `${name}: expected ${expected}, got ${String(value)}`)
}

/** The settings that a resumed run must share, by name. */
export type Fingerprint = Readonly<Record<string, string | number | boolean>>

/** The fingerprint of a run: data, model, LoRA, and every option that may not change. */
export function fingerprintOf(
  settings: TrainingSettings,
  beside: { readonly data: string; readonly model: string; readonly lora: LoraOptions | undefined },
): Fingerprint {
  const { batch, accumulate, seed, timesteps, shift, balance, dropout, average, warmup } = settings
  const { learningRate, decayTo, decay, steps, beta1, beta2, epsilon, weightDecay, clip } = settings
  const short = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 16)
  return {
    data: short(beside.data),
    model: short(beside.model),
    lora: beside.lora ? JSON.stringify(beside.lora) : 'none',
    batch,
    accumulate,
    seed,
    timesteps,
    shift,
    // Only what is not the default: states of earlier versions do not name these.
    ...(balance !== 'mean' && { balance }),
    // A rate that falls to the last step depends on which step that is.
    ...(decayTo !== 1 && { decayTo, decaySteps: steps }),
    ...(decayTo !== 1 && decay !== 'linear' && { decay }),
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
