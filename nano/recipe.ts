import type { TrainingWish } from 'pentimento/train'

/** How often kinds are seen, next to one another: what a small model can learn before the rest. */
export const shares: Readonly<Record<string, number>> = {
  tone_transfer: 30,
  style_change: 22,
  color_alter: 14,
  'subject-remove': 8,
  background_change: 8,
  material_alter: 6,
  ps_human: 4,
  'subject-add': 2,
  'subject-replace': 2,
  text_change: 2,
  motion_change: 1,
  nothing: 3,
}

/** A stretch of the transformer's training; each goes on from the average of the one before. */
export interface Phase {
  readonly name: string
  /** Pixels of the squares. */
  readonly size: number
  readonly views: number
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

/** Small squares first, which show tone, colour and texture; then whole pictures; then at a falling rate. */
export const phases: readonly Phase[] = [
  {
    name: '1-small',
    size: 128,
    views: 4,
    options: { ...common, steps: 3000, batch: 16, learningRate: 1e-3, warmup: 200, average: 0.995 },
  },
  {
    name: '2-large',
    size: 256,
    views: 2,
    options: { ...common, steps: 600, batch: 8, learningRate: 4e-4, warmup: 20, average: 0.99 },
  },
  {
    name: '3-settle',
    size: 256,
    views: 2,
    options: { ...common, steps: 300, batch: 8, learningRate: 1e-4, average: 0.99, seed: 1 },
  },
]

/** The decoder's training. */
export const decoderRun = { steps: 600, batch: 8, learningRate: 1e-3, warmup: 50, average: 0.99 }
