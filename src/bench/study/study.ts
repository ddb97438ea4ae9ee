import { digestOf } from '../../jobs/index.ts'
import type { Language } from '../suite/suite.ts'

/** The five levels of the paper, section 4.2.2, from 1 to 5; as scores 2, 4, 6, 8, 10. */
export const studyLevels = ['worst', 'poor', 'fair', 'good', 'excellent'] as const

/** The names of the tasks. */
export const studyModes = ['rate', 'rank', 'pair'] as const

/**
 * What participants do. `rate`: give each picture one of five levels; `rank`: put the pictures of an item into an order;
 * `pair`, an arena's: say which of two is better, or that both are alike, or both bad.
 */
export type StudyMode = (typeof studyModes)[number]

/** The answers of `pair`, as ranks: both of two bad pictures are second. */
export const pairAnswers = { first: [1, 2], second: [2, 1], tie: [1, 1], bad: [2, 2] } as const

/** An item of a study. */
export interface StudyItem {
  /** Its name, such as `en/0123`. */
  readonly item: string
  readonly kind: string
  readonly language: Language
  readonly instruction: string
  /** Path of the source picture in the suite. */
  readonly source: string
  /** Of each system's picture the name in the file store; null where the system gave none. */
  readonly pictures: readonly (string | null)[]
}

/** Something a participant is shown: an item's pictures in an order of their own. */
export interface StudyTask {
  /** Place of the item in the study's list. */
  readonly item: number
  /** Places of the systems in the study's list, in the order in which they are shown as A, B, …. */
  readonly order: readonly number[]
  /** Number of the earlier task with the same item, where this one tests consistency. */
  readonly repeats?: number | undefined
}

export interface StudyParticipant {
  /** `p01`, …. */
  readonly name: string
  /** The secret of the participant's link. */
  readonly token: string
  readonly tasks: readonly StudyTask[]
}

/** A user study: who is shown what in which order. Participants never learn which system made a picture. */
export interface Study {
  readonly name: string
  /** Hash of the design without the links: what votes belong to. */
  readonly id: string
  readonly mode: StudyMode
  readonly seed: number
  /** Identity of the suite. */
  readonly suite: string
  readonly systems: readonly string[]
  readonly items: readonly StudyItem[]
  readonly participants: readonly StudyParticipant[]
}

/** Whether all systems of the study gave a picture of an item: the paper's intersection subset. */
export function inIntersection({ pictures }: Pick<StudyItem, 'pictures'>): boolean {
  return pictures.every((picture) => picture !== null)
}

/** A vote, of a task that was shown. */
export interface Vote {
  /** Name of the participant. */
  readonly participant: string
  /** Number of the task, from 0. */
  readonly task: number
  /**
   * In the order in which the pictures were shown: levels from 1 to 5, or ranks from 1, the best; equal ones share a
   * rank.
   */
  readonly answers: readonly number[]
  /** How long the task was looked at. */
  readonly seconds?: number
  /** When it was counted, ISO 8601. */
  readonly at: string
}

/** The hash of a design: of everything but the links. */
export function studyId({
  name,
  mode,
  seed,
  suite,
  systems,
  items,
  participants,
}: Omit<Study, 'id'>): string {
  const tasks = participants.map((person) => [person.name, person.tasks])
  return digestOf({ name, mode, seed, suite, systems, items, tasks })
}
