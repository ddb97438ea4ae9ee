import type { Random } from '../random/index.ts'
import type { FactsByKind, FactsOf } from './facts.ts'
import type { Fillings } from './grammar.ts'

/** What can be said in one language of one edit. */
export interface Wording {
  readonly fillings: Fillings
  /** Facts that every sentence has to say: their names, as the fillings list them. */
  readonly say: readonly string[]
  /**
   * Templates of what to do: a verb phrase in the base form. They stand as they are, and go into `please …`, `could you
   * …?`, `请…`, `能不能…？`.
   */
  readonly orders: readonly string[]
  /** Templates that stand by themselves and ask for the edit: wishes, questions, a few words. */
  readonly sentences: readonly string[]
  /** Templates that only say what the result shows: people who edit write so, but no label of a dataset does. */
  readonly captions?: readonly string[]
}

/** How edits of a kind are put into words. */
export interface Phrasing<K extends keyof FactsByKind> {
  /** Leaves out, for some instructions, what they need not say; both languages then leave it out. */
  readonly mention?: (facts: FactsOf<K>, random: Random) => FactsOf<K>
  en(facts: FactsOf<K>): Wording
  cn(facts: FactsOf<K>, random: Random): Wording
}

/** The names whose values are known. */
export function known(values: Readonly<Record<string, unknown>>): string[] {
  return Object.keys(values).filter((name) => values[name] !== undefined)
}
