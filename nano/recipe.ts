import type { TrainingWish } from 'pentimento/train'

/** How often kinds are seen, next to one another; those that are not named are not seen. */
export type Shares = Readonly<Record<string, number>>

/** What is learned first: changes of the whole picture, which every part of it shows. */
const wholePicture: Shares = { tone_transfer: 36, style_change: 24, color_alter: 5, nothing: 4 }

/** Then every kind that the dataset has. */
const allKinds: Shares = {
  tone_transfer: 36,
  style_change: 22,
  color_alter: 10,
  'subject-remove': 8,
  background_change: 6,
  material_alter: 4,
  ps_human: 3,
  'subject-add': 2,
  'subject-replace': 2,
  text_change: 2,
  nothing: 5,
}

/** More of what it learns well; of the rest as much as it has triplets that differ. */
const sureKinds: Shares = {
  tone_transfer: 40,
  style_change: 26,
  color_alter: 6,
  'subject-remove': 6,
  text_change: 4,
  material_alter: 3,
  'subject-add': 2,
  'subject-replace': 2,
  background_change: 1.5,
  ps_human: 0.3,
  nothing: 5,
}

/** Still more of what it learns best. */
const mostlyTone: Shares = {
  ...sureKinds,
  tone_transfer: 70,
  style_change: 22,
}

/** Parts of pictures, which count as much as whole ones. */
const parts: Shares = {
  tone_transfer: 30,
  style_change: 18,
  color_alter: 14,
  'subject-remove': 14,
  material_alter: 8,
  background_change: 3,
  text_change: 4,
  'subject-replace': 2,
  'subject-add': 1,
  ps_human: 0.3,
  nothing: 4,
}

/** Both. */
const mixed: Shares = {
  ...parts,
  tone_transfer: 40,
  style_change: 22,
  'subject-remove': 8,
  material_alter: 6,
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

/**
 * Small squares of changes of the whole picture first; then every kind; then pictures as large as an edit's, at a
 * falling rate. They are as they were run: the third ended where the triplets of the dataset's last round came in, and
 * the colour maps came in with the eleventh; a run from nothing has both from the start.
 */
export const phases: readonly Phase[] = [
  {
    name: '1-whole',
    size: 128,
    views: 4,
    shares: wholePicture,
    options: { ...common, steps: 2500, batch: 16, learningRate: 1e-3, warmup: 100, average: 0.99 },
  },
  {
    name: '2-all',
    size: 128,
    views: 3,
    shares: allKinds,
    options: { ...common, steps: 2500, batch: 16, learningRate: 1e-3, warmup: 30, average: 0.99 },
  },
  {
    name: '3-large',
    size: 256,
    views: 2,
    shares: allKinds,
    options: { ...common, steps: 694, batch: 6, learningRate: 6e-4, warmup: 10, average: 0.98 },
  },
  {
    name: '4-sure',
    size: 128,
    views: 4,
    shares: sureKinds,
    options: { ...common, steps: 1000, batch: 16, learningRate: 6e-4, warmup: 10, average: 0.995, seed: 1 },
  },
  {
    name: '5-large',
    size: 256,
    views: 2,
    shares: sureKinds,
    options: { ...common, steps: 800, batch: 6, learningRate: 4e-4, warmup: 10, average: 0.99, seed: 2 },
  },
  {
    name: '6-settle',
    size: 256,
    views: 2,
    shares: sureKinds,
    options: { ...common, steps: 500, batch: 6, learningRate: 1e-4, average: 0.99, seed: 3 },
  },
  {
    name: '7-settle',
    size: 256,
    views: 2,
    shares: sureKinds,
    options: { ...common, steps: 200, batch: 6, learningRate: 2e-5, average: 0.99, seed: 4 },
  },
  {
    name: '8-tone',
    size: 256,
    views: 4,
    shares: mostlyTone,
    options: { ...common, steps: 650, batch: 6, learningRate: 3e-4, warmup: 10, average: 0.99, seed: 5 },
  },
  {
    name: '9-settle',
    size: 256,
    views: 4,
    shares: mostlyTone,
    options: { ...common, steps: 250, batch: 6, learningRate: 4e-5, average: 0.99, seed: 6 },
  },
  {
    name: '10-parts',
    size: 128,
    views: 4,
    shares: parts,
    options: {
      ...common,
      steps: 1000,
      batch: 16,
      learningRate: 6e-4,
      warmup: 50,
      average: 0.99,
      balance: 'decibels',
      seed: 7,
    },
  },
  {
    name: '11-maps',
    size: 128,
    views: 4,
    shares: mixed,
    options: {
      ...common,
      steps: 2500,
      batch: 16,
      learningRate: 8e-4,
      warmup: 50,
      average: 0.99,
      balance: 'decibels',
      seed: 8,
    },
  },
  {
    name: '12-large',
    size: 256,
    views: 4,
    shares: mixed,
    options: {
      ...common,
      steps: 900,
      batch: 6,
      learningRate: 4e-4,
      warmup: 20,
      average: 0.99,
      balance: 'decibels',
      seed: 9,
    },
  },
  {
    name: '13-large',
    size: 256,
    views: 4,
    shares: mixed,
    options: {
      ...common,
      steps: 600,
      batch: 6,
      learningRate: 1.5e-4,
      average: 0.99,
      balance: 'decibels',
      seed: 10,
    },
  },
  {
    name: '14-settle',
    size: 256,
    views: 4,
    shares: mixed,
    options: {
      ...common,
      steps: 500,
      batch: 6,
      learningRate: 3e-5,
      average: 0.995,
      balance: 'decibels',
      seed: 11,
    },
  },
]
