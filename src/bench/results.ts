import type { EditUsage, RefusalKind } from '../edit/index.ts'
import type { CheckReport } from './checks/check.ts'
import type { EditJudgeCall } from './judges/judge.ts'
import type { SuiteFacts, SuiteItem } from './suite/suite.ts'

/** The outcome of an item with a system. */
export type EditResult = { readonly system: string; readonly item: string } & (
  | {
      readonly outcome: 'picture'
      /** Name in the bench's file store: the SHA-256 of the PNG. */
      readonly picture: string
      readonly width: number
      readonly height: number
      /** Name of the picture it started from, where that is what the system made of the turn before. */
      readonly input?: string
      readonly seconds: number
      readonly usage?: EditUsage
    }
  | {
      readonly outcome: 'refused'
      readonly kind: RefusalKind
      readonly input?: string
      readonly reason: string
      readonly text: string
      readonly seconds: number
      readonly usage?: EditUsage
    }
  /** Given up after its retries, with the last reason. */
  | { readonly outcome: 'failed'; readonly reason: string }
  /** Missing, or not made yet. */
  | { readonly outcome: 'missing' }
)

/** A judge's scores of one edit: the calls of `sc` and `pq` of one repeat. */
export interface Judgement {
  readonly system: string
  readonly item: string
  readonly judge: string
  readonly repeat: number
  /** The smallest of the list; undefined where its answer is missing. */
  readonly sc?: number
  readonly pq?: number
  readonly calls: { readonly sc?: EditJudgeCall; readonly pq?: EditJudgeCall }
}

/** Which of two systems a judge preferred on an item: one order of one repeat. */
export interface Preference {
  readonly item: string
  readonly judge: string
  readonly repeat: number
  readonly first: string
  readonly second: string
  readonly preferred: 'first' | 'second' | 'tie' | undefined
  readonly call: EditJudgeCall
}

/** A question to a judge, or a check, that was given up after its retries. */
export interface Unanswered {
  readonly item: string
  /** Whose edit it is about; both, where two are compared. */
  readonly systems: readonly string[]
  /** `sc`, `pq` or `pair` of a judge, or `check`. */
  readonly question: 'sc' | 'pq' | 'pair' | 'check'
  readonly judge?: string
  readonly reason: string
}

/** The embedded checks of one edit. */
export interface Checked {
  readonly system: string
  readonly item: string
  readonly report: CheckReport
}

/** Facts about a system under test. */
export interface SystemFacts {
  readonly name: string
  readonly identity: string
  /** The source of its pictures, as text: `darkroom 1.4`, `openai gpt-image-1.5`, `folder gpt4o`. */
  readonly source: string
}

/** Everything a bench knows, without pictures: the input of statistics, reports and exports. */
export interface BenchResults {
  readonly suite: SuiteFacts & { readonly identity: string }
  /** The items that were chosen, in the suite's order. */
  readonly items: readonly SuiteItem[]
  readonly systems: readonly SystemFacts[]
  readonly judges: readonly string[]
  readonly edits: readonly EditResult[]
  readonly judgements: readonly Judgement[]
  readonly preferences: readonly Preference[]
  readonly checks: readonly Checked[]
  /** Questions and checks that failed; `--retry-failed` tries them again. */
  readonly unanswered?: readonly Unanswered[]
}
