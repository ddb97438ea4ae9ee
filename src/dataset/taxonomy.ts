/** The 11 kinds of edit, under the names that GEdit-Bench gives them as `task_type`, in its order. */
export const kinds = [
  'background_change',
  'color_alter',
  'material_alter',
  'motion_change',
  'ps_human',
  'style_change',
  'subject-add',
  'subject-remove',
  'subject-replace',
  'text_change',
  'tone_transfer',
] as const

/** One of the 11 kinds of edit of the paper's section 3.1. */
export type Kind = (typeof kinds)[number]

/** What a triplet of a kind must satisfy before it is kept. */
export interface Demands {
  /** Description of such an edit, in one sentence. */
  readonly meaning: string
  /** Whether a part of the picture changes, which a mask tells, or all of it. */
  readonly where: 'region' | 'everywhere'
  /** The least and the largest share of pixels that may change visibly. */
  readonly changed: readonly [least: number, most: number]
  /**
   * The least correlation of edges between source and target: what keeps the scene keeps its edges. Left out
   * where the scene itself changes.
   */
  readonly structure?: number
}

/** The kinds with their requirements; the recipes define how each is made. Source: section 3.1.1 of the paper. */
export const taxonomy: { readonly [K in Kind]: Demands } = {
  background_change: {
    meaning: 'The subject stays as it is; what is behind it becomes another place.',
    where: 'region',
    changed: [0.2, 0.97],
  },
  color_alter: {
    meaning: 'An object takes another colour; its shading, and everything else, stays.',
    where: 'region',
    changed: [0.01, 0.8],
    structure: 0.6,
  },
  material_alter: {
    meaning: 'An object is made of something else; its form, and everything else, stays.',
    where: 'region',
    changed: [0.01, 0.8],
  },
  motion_change: {
    meaning: 'A subject moves or takes another pose; the background stays.',
    where: 'region',
    changed: [0.002, 0.7],
  },
  ps_human: {
    meaning: 'A face or a figure is retouched; the person stays the same.',
    where: 'region',
    changed: [0.001, 0.6],
    structure: 0.5,
  },
  style_change: {
    meaning: 'The whole picture is drawn in another way; the scene stays.',
    where: 'everywhere',
    changed: [0.3, 1],
  },
  'subject-add': {
    meaning: 'A subject that was not there appears; everything else stays.',
    where: 'region',
    changed: [0.004, 0.6],
  },
  'subject-remove': {
    meaning: 'A subject is gone, and what was behind it is there; everything else stays.',
    where: 'region',
    changed: [0.004, 0.6],
  },
  'subject-replace': {
    meaning: 'Another subject stands in the place of one; everything else stays.',
    where: 'region',
    changed: [0.004, 0.8],
  },
  text_change: {
    meaning: 'Written words become others, or go or come; lettering and everything else stay.',
    where: 'region',
    changed: [0.0005, 0.5],
  },
  tone_transfer: {
    meaning: 'Light, weather, season or grading of the whole picture changes; the scene stays.',
    where: 'everywhere',
    changed: [0.15, 1],
    structure: 0.3,
  },
}
