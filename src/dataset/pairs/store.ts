import type { Kind } from '../taxonomy.ts'
import type { Caption, Decision, Dossier, Judgement, Measure, Pair } from './pair.ts'

/**
 * The pairs of a dataset with all that is known of them, in the tables of its database. Adding what is there already
 * (the same id; of measures the same check, version and tools) does nothing.
 */
export interface PairStore {
  add(pairs: readonly Pair[]): Promise<void>
  addMeasures(pair: string, measures: readonly Measure[]): Promise<void>
  addCaptions(pair: string, captions: readonly Caption[]): Promise<void>
  addJudgements(pair: string, judgements: readonly Judgement[]): Promise<void>
  /** Appends to the journal of decisions. @returns the decisions with their time */
  decide(decisions: readonly Omit<Decision, 'at'>[]): Promise<readonly Decision[]>
  /** All decisions in the order in which they were made, read in pages while you iterate. */
  decisions(): AsyncIterable<Decision>
  get(pair: string): Promise<Dossier | undefined>
  /** All pairs of one source after another, in the order of the sources' ids, read in pages while you iterate. */
  bySource(): AsyncIterable<readonly Dossier[]>
  /** In the order of their ids, read in pages while you iterate. */
  dossiers(filter?: {
    readonly kinds?: readonly Kind[]
    /** Only those after this id. */
    readonly after?: string
  }): AsyncIterable<Dossier>
}
