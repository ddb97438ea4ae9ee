import type { TrainingOptions } from 'pentimento/train'

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

/** Parts still, and more of what changes whole pictures. */
const mixed: Shares = {
  ...parts,
  tone_transfer: 40,
  style_change: 22,
  'subject-remove': 8,
  material_alter: 6,
}

/** Mostly what is taken away, coloured or put behind. */
const placed: Shares = {
  ...parts,
  tone_transfer: 20,
  style_change: 16,
  color_alter: 14,
  'subject-remove': 32,
  background_change: 6,
  material_alter: 5,
}

/** Things that were put into pictures, fresh at nearly every sight, before all others. */
const pasted: Shares = {
  ...parts,
  'pasted removal': 30,
  'pasted dye': 12,
  tone_transfer: 20,
  style_change: 14,
  color_alter: 6,
  'subject-remove': 7,
  material_alter: 4,
  background_change: 2,
  text_change: 2,
}

/** The same with more of styles, which filters are for. */
const filtered: Shares = {
  ...pasted,
  'pasted removal': 24,
  'pasted dye': 11,
  tone_transfer: 22,
  style_change: 26,
}

/** And at last of tones again, which it does best. */
const last: Shares = { ...filtered, tone_transfer: 42, style_change: 28 }

/** A phase of the transformer's training; each continues from the average of the previous one. */
export interface Phase {
  readonly name: string
  /** Pixels of the squares. */
  readonly size: number
  readonly views: number
  /** Edits of pasted things, of each sort that has a share. */
  readonly drawn?: number
  readonly shares: Shares
  readonly options: TrainingOptions
}

const common: TrainingOptions = {
  average: 0.99,
  dropout: 0,
  timesteps: 'shift',
  shift: 8,
  weightDecay: 0.01,
  saveEvery: 100,
  keep: 1,
  divergence: 0,
  arena: true,
}

/** Squares, how many views there are of a triplet and how many pasted edits, and how many are taken at a time. */
interface Squares extends Pick<Phase, 'size' | 'views' | 'drawn'> {
  readonly batch: number
}

const small: Squares = { size: 128, views: 4, batch: 16 }
const large: Squares = { size: 256, views: 4, batch: 6 }
const fewer: Squares = { ...large, views: 2 }

const phase = (
  name: string,
  { batch, ...squares }: Squares,
  shares: Shares,
  options: TrainingOptions,
): Phase => ({ name, ...squares, shares, options: { ...common, batch, ...options } })

/** The same with losses in decibels, so that parts count as much as wholes. */
const balanced = (...[name, squares, shares, options]: Parameters<typeof phase>): Phase =>
  phase(name, squares, shares, { balance: 'decibels', ...options })

/**
 * Small squares of changes of the whole picture first; then every kind; then pictures as large as an edit's, at a
 * falling rate. They are as they were run: the third ended where the triplets of the dataset's last round came in, the
 * colour maps came in with the eleventh, the quarters with the sixteenth, the filters with the next; a run from nothing
 * has all of them from the start.
 */
export const phases: readonly Phase[] = [
  phase('1-whole', small, wholePicture, { steps: 2500, learningRate: 1e-3, warmup: 100 }),
  phase('2-all', { ...small, views: 3 }, allKinds, { steps: 2500, learningRate: 1e-3, warmup: 30 }),
  phase('3-large', fewer, allKinds, { steps: 694, learningRate: 6e-4, warmup: 10, average: 0.98 }),
  phase('4-sure', small, sureKinds, { steps: 1000, learningRate: 6e-4, warmup: 10, average: 0.995, seed: 1 }),
  phase('5-large', fewer, sureKinds, { steps: 800, learningRate: 4e-4, warmup: 10, seed: 2 }),
  phase('6-settle', fewer, sureKinds, { steps: 500, learningRate: 1e-4, seed: 3 }),
  phase('7-settle', fewer, sureKinds, { steps: 200, learningRate: 2e-5, seed: 4 }),
  phase('8-tone', large, mostlyTone, { steps: 650, learningRate: 3e-4, warmup: 10, seed: 5 }),
  phase('9-settle', large, mostlyTone, { steps: 250, learningRate: 4e-5, seed: 6 }),
  balanced('10-parts', small, parts, { steps: 1000, learningRate: 6e-4, warmup: 50, seed: 7 }),
  balanced('11-maps', small, mixed, { steps: 2500, learningRate: 8e-4, warmup: 50, seed: 8 }),
  balanced('12-large', large, mixed, { steps: 900, learningRate: 4e-4, warmup: 20, seed: 9 }),
  balanced('13-large', large, mixed, { steps: 600, learningRate: 1.5e-4, seed: 10 }),
  balanced('14-settle', large, mixed, { steps: 500, learningRate: 3e-5, average: 0.995, seed: 11 }),
  balanced('15-parts', { ...small, views: 12 }, placed, {
    steps: 707,
    learningRate: 7e-4,
    warmup: 50,
    seed: 12,
  }),
  balanced('16-pasted', { ...small, drawn: 8000 }, pasted, {
    steps: 2251,
    learningRate: 8e-4,
    warmup: 100,
    seed: 13,
  }),
  balanced('17-filters', { ...small, drawn: 12000 }, filtered, {
    steps: 2349,
    learningRate: 8e-4,
    warmup: 100,
    seed: 14,
  }),
  balanced('18-large', { ...large, drawn: 3000 }, filtered, {
    steps: 1100,
    learningRate: 4e-4,
    warmup: 30,
    seed: 15,
  }),
  balanced('19-large', { ...large, drawn: 3000 }, last, { steps: 600, learningRate: 1.5e-4, seed: 16 }),
  balanced('20-settle', { ...large, drawn: 3000 }, last, {
    steps: 350,
    learningRate: 2.5e-5,
    average: 0.995,
    seed: 17,
  }),
]
