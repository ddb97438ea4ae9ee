import type { TrainingWish } from 'pentimento/train'

/** How often kinds are seen, next to one another; those that are not named are not seen. */
export type Shares = Readonly<Record<string, number>>

/** What is learned first: changes of the whole picture, which every part of it shows. */
const wholePicture: Shares = { tone_transfer: 30, style_change: 24, nothing: 3 }

const allKinds: Shares = {
  ...wholePicture,
  color_alter: 14,
  'subject-remove': 10,
  background_change: 8,
  material_alter: 6,
  ps_human: 4,
  'subject-add': 2,
  'subject-replace': 2,
  text_change: 1,
}

/** A stretch of the transformer's training; each goes on from the average of the one before. */
export interface Phase {
  readonly name: string
  /** Pixels of the squares. */
  readonly size: number
  readonly views: number
  readonly shares: Shares
  readonly options: TrainingWish
}

const common: TrainingWish = {
  dropout: 0,
  timesteps: 'shift',
  shift: 8,
  weightDecay: 0.01,
  saveEvery: 100,
  keep: 1,
  divergence: 0,
  arena: true,
}

/** Small squares of changes of the whole picture first; then every kind; then larger squares, at a falling rate. */
export const phases: readonly Phase[] = [
  {
    name: '1-whole',
    size: 128,
    views: 4,
    shares: wholePicture,
    options: { ...common, steps: 1000, batch: 16, learningRate: 1e-3, warmup: 100, average: 0.99 },
  },
  {
    name: '2-all',
    size: 128,
    views: 2,
    shares: allKinds,
    options: { ...common, steps: 700, batch: 16, learningRate: 5e-4, warmup: 20, average: 0.99 },
  },
  {
    name: '3-large',
    size: 208,
    views: 2,
    shares: allKinds,
    options: { ...common, steps: 300, batch: 8, learningRate: 2e-4, warmup: 10, average: 0.98 },
  },
]

/** The decoder's training. */
export const decoderRun = { steps: 300, batch: 8, learningRate: 1e-3, warmup: 30, average: 0.99 }
