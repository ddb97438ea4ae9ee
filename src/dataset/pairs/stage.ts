import type { FileStore } from '../../jobs/index.ts'
import type { Toolbox } from '../../tools/index.ts'
import type { Dossier } from './pair.ts'
import type { PairStore } from './store.ts'

/** The context of a stage over pairs. */
export interface PairContext {
  readonly files: FileStore
  readonly pairs: PairStore
  readonly tools: Toolbox
  /** Of the dataset's configuration. */
  readonly seed: number
  readonly signal: AbortSignal
}

/** A captioner as its rows name it. */
export interface CaptionerEdition {
  readonly name: string
  readonly version: string
  /** The hash of its prompts and settings, where it has some. */
  readonly prompt?: string
}

/**
 * Something that is done with pairs, each for itself: measuring, captioning, judging. Every pair for which it has
 * something to do is a unit of the stage's queue, whose key is the digest of {@link PairStage.name}, of the pair's id
 * and of {@link PairStage.keyOf}; so changing a captioner's prompt makes captions again and nothing else.
 */
export interface PairStage {
  /** The queue's name: `measures`, `captions`, `judgements`. */
  readonly name: string
  /**
   * All that decides what it gives for this pair (names, versions, settings, ids of captions that it looks at);
   * undefined where it has nothing to do with the pair.
   */
  keyOf(dossier: Dossier): string | undefined
  /** Of captioners: whose words are the newest of their name from the next run on, whenever they were written. */
  readonly editions?: readonly CaptionerEdition[]
  /** Names of servers that a unit uses and how many calls each takes at a time. */
  readonly limits: Readonly<Record<string, number>>
  /** Runs the stage on a pair and stores the result. Running it twice stores the same. */
  run(dossier: Dossier, context: PairContext): Promise<void>
}
