import { type Demands, type Kind, kinds, taxonomy } from '../taxonomy.ts'
import type { Bound, Criteria, Selection } from './selection.ts'

/** Bounds on the measures of every kind, in addition to its requirements. */
const common: Readonly<Record<string, Bound>> = {
  'intact.whole': { min: 1 },
  'intact.deviation': { min: 4 },
  'intact.clipped': { max: 0.3 },
  'intact.flat': { max: 0.6 },
  'safe.unsafe': { max: 0.7 },
}

/** Bounds on measures that only some kinds have. */
const ofKinds: { readonly [K in Kind]?: Readonly<Record<string, Bound>> } = {
  'subject-add': { 'appears.seen': { min: 0.25 } },
  'subject-remove': { 'gone.before': { min: 0.25 }, 'gone.left': { max: 0.5 } },
  'subject-replace': { 'appears.seen': { min: 0.25 }, 'gone.left': { max: 0.5 } },
  text_change: {
    'readable.from': { min: 0.7 },
    'readable.to': { min: 0.7 },
    'readable.remains': { max: 0.9 },
  },
}

/** The bounds that follow from a kind's requirements. */
function demanded({ where, changed: [min, max], structure }: Demands): Record<string, Bound> {
  return {
    'changed.share': { min, max },
    ...(where === 'region' ? { 'confined.region': { min: 1 } } : {}),
    'confined.leaked': { max: 0.002 },
    ...(structure === undefined ? {} : { 'structure.edges': { min: structure } }),
  }
}

function measuresOf(kind: Kind): Readonly<Record<string, Bound>> {
  const bounds: Record<string, Bound> = { ...common, ...demanded(taxonomy[kind]), ...ofKinds[kind] }
  // A studio wall is meant to be plain.
  if (kind === 'background_change') delete bounds['intact.flat']
  // A drawing is black on white, and has plain paper.
  if (kind === 'style_change') for (const name of ['intact.clipped', 'intact.flat']) delete bounds[name]
  return bounds
}

const criteriaOf = (kind: Kind): Criteria => ({
  measures: measuresOf(kind),
  judges: { least: {}, combine: 'mean', required: 0 },
  decisions: { require: 'none', reviewers: 1, overrules: true },
  captions: { agreement: 0.5, wordings: 50, round: 'last', prefer: [] },
  ratio: { by: 'judges' },
  duplicates: 'drop',
})

/** The default selection: the requirements of the taxonomy. */
export const defaultSelection: Selection = Object.fromEntries(
  kinds.map((kind) => [kind, criteriaOf(kind)]),
) as unknown as Selection

/** The funnel's names for values outside of their bounds. */
const names: Readonly<Record<string, { readonly low?: string; readonly high?: string }>> = {
  'intact.whole': { low: 'size' },
  'intact.deviation': { low: 'blank' },
  'intact.clipped': { high: 'clipped' },
  'intact.flat': { high: 'flat' },
  'changed.share': { low: 'unchanged', high: 'changed-too-much' },
  'confined.region': { low: 'no-region' },
  'confined.leaked': { high: 'leaks' },
  'structure.edges': { low: 'structure-lost' },
  'gone.before': { low: 'never-seen' },
  'gone.left': { high: 'still-there' },
  'appears.seen': { low: 'unseen' },
  'readable.from': { low: 'old-text-unread' },
  'readable.to': { low: 'new-text-unread' },
  'readable.remains': { high: 'text-remains' },
  'safe.unsafe': { high: 'unsafe' },
}

/** A short name for a measure that is too low or too high. */
export const reasonOf = (measure: string, side: 'low' | 'high'): string =>
  names[measure]?.[side] ?? `${side}-${measure}`
