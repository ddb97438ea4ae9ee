import type { TrainingWish } from 'pentimento/train'

/** How often kinds are seen, next to one another; those that are not named are not seen. */
export type Shares = Readonly<Record<string, number>>

/** What is learned first: changes of the whole picture, which every part of it shows. */
const wholePicture: Shares = { tone_transfer: 30, style_change: 24, nothing: 3 }

const allKinds: Shares = {
  tone_transfer: 34,
  style_change: 24,
  color_alter: 10,
  'subject-remove': 8,
  background_change: 6,
  material_alter: 4,
  ps_human: 3,
  'subject-add': 1,
  'subject-replace': 1,
  text_change: 1,
  nothing: 4,
}

/** What it has learned best is learned further. */
const mostlyTone: Shares = { tone_transfer: 45, style_change: 20, color_alter: 4, nothing: 4 }

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

/** Times next to 1, where the one step of an edit begins. */
const late: TrainingWish = { ...common, shift: 1000 }

/**
 * Small squares of changes of the whole picture first; then every kind; then larger squares, at a falling rate. From the
 * second phase on times are next to 1: at 0.9 the brightness and the colours of the target still show through the noise,
 * so that part of what is learned there is to read them.
 */
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
    views: 3,
    shares: allKinds,
    options: {
      ...late,
      steps: 900,
      batch: 16,
      learningRate: 1e-3,
      warmup: 30,
      average: 0.99,
    },
  },
  {
    name: '3-large',
    size: 208,
    views: 3,
    shares: allKinds,
    options: {
      ...late,
      steps: 420,
      batch: 8,
      learningRate: 6e-4,
      warmup: 10,
      average: 0.98,
    },
  },
  {
    name: '4-settle',
    size: 208,
    views: 3,
    shares: allKinds,
    options: {
      ...late,
      steps: 120,
      batch: 8,
      learningRate: 1.5e-4,
      average: 0.98,
      seed: 1,
    },
  },
  {
    name: '5-more',
    size: 208,
    views: 4,
    shares: mostlyTone,
    options: {
      ...late,
      steps: 330,
      batch: 8,
      learningRate: 6e-4,
      warmup: 10,
      average: 0.98,
      seed: 2,
    },
  },
  {
    name: '6-settle',
    size: 208,
    views: 4,
    shares: mostlyTone,
    options: {
      ...late,
      steps: 80,
      batch: 8,
      learningRate: 1.5e-4,
      average: 0.98,
      seed: 3,
    },
  },
]
