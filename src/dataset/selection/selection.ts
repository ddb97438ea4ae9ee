import type { Kind } from '../taxonomy.ts'

/** The allowed range of a value; outside of it a pair is not kept. */
export interface Bound {
  readonly min?: number | undefined
  readonly max?: number | undefined
  /** Whether a pair that was not measured so is refused. Default: it passes, as its tool may not be installed. */
  readonly required?: boolean | undefined
}

/** How scores of several judges are combined. `all`: every judge's score must reach the minimum; the lowest one counts. */
export type Combination = 'mean' | 'median' | 'min' | 'all'

/** The conditions for keeping pairs. It is a query: changing it invalidates nothing. */
export interface Criteria {
  /** By `<check>.<value>`, such as `changed.share`. */
  readonly measures: Readonly<Record<string, Bound>>
  readonly judges: {
    /** The least score, 0 to 10, by question; `*` stands for every question that was scored. */
    readonly least: Readonly<Record<string, number>>
    readonly combine: Combination
    /** Names of the judges that count. Default: all. */
    readonly names?: readonly string[] | undefined
    /** How many judges must have scored a pair. 0: pairs without judgements pass. */
    readonly required: number
  }
  readonly decisions: {
    /**
     * `accepted`: only pairs that people accepted are kept; `none`: pairs that nobody reviewed are selected by measures
     * and scores.
     */
    readonly require: 'none' | 'accepted'
    /** How many reviewers must have accepted it, where acceptance is required. */
    readonly reviewers: number
    /** Whether an acceptance keeps a pair whose measures or scores are too low. A rejection always counts. */
    readonly overrules: boolean
  }
  readonly captions: {
    /** The least agreement, 0 to 1, of a caption's rounds. */
    readonly agreement: number
    /** Wordings a pair, at most. */
    readonly wordings: number
    /** `last`: of every captioner the latest round only; or the latest up to this one. */
    readonly round: 'last' | number
    /** Names of captioners in order of preference; others follow. */
    readonly prefer: readonly string[]
    /** Names of the only captioners whose captions are used. Default: all. */
    readonly only?: readonly string[] | undefined
  }
  /** How many are kept in the end: the best by score. */
  readonly ratio: {
    /** At most so many of a kind. */
    readonly most?: number | undefined
    /** At most this share of the pairs of a kind that were made: 0.05 is the paper's 20:1. */
    readonly share?: number | undefined
    /** The ranking criterion: the mean of the judges' scores, or a measure by its name. */
    readonly by: string
  }
  /** Pairs of one kind that look alike and say the same: only the best is kept. */
  readonly duplicates: 'drop' | 'keep'
}

/** The criteria of every kind. */
export type Selection = { readonly [K in Kind]: Criteria }

/** Where a pair was refused. */
export type SelectionStage = 'measures' | 'captions' | 'judgements' | 'decisions' | 'duplicates' | 'ratio'

/** An instruction that goes with a kept pair. */
export interface ChosenCaption {
  readonly en: string
  readonly cn: string
  /** Ids of the captions; left out where a person wrote it. */
  readonly ids: readonly string[]
  readonly captioner: string
  readonly round: number
  readonly agreement: number
  readonly detail?: 'terse' | 'plain' | 'detailed'
  /** A person changed it. */
  readonly edited?: true
}

/** The outcome of a pair under a selection. */
export type Selected =
  | {
      readonly state: 'kept'
      readonly captions: readonly [ChosenCaption, ...ChosenCaption[]]
      /** The score by which the best pairs are chosen; higher is better. */
      readonly score: number
      readonly accepted: boolean
      /** Name of the mask that a person drew to replace the pair's. */
      readonly mask?: string
    }
  | {
      /** `waiting`: not refused, but something that the selection requires has not been done yet. */
      readonly state: 'rejected' | 'waiting'
      readonly stage: SelectionStage
      /** Of a measure: the check that gave it. */
      readonly check?: string
      /** A short name that the funnel counts by. */
      readonly reason: string
      readonly values: Readonly<Record<string, number | string>>
    }
