import { digestOf } from '../../jobs/index.ts'
import type { Question } from './judge.ts'

/** A question by hashes: what is asked, without pictures in memory. */
export interface QuestionFacts {
  readonly type: Question['type']
  /** Not of `pq`: that judge does not see it. */
  readonly instruction?: string
  /**
   * Hashes of the pictures in the order of the question: source and edited of `sc`, edited of `pq`, source, first and second
   * of `pair`.
   */
  readonly pictures: readonly string[]
  /** Of `pq`: the size to which the edited picture is stretched. */
  readonly sourceSize?: { readonly width: number; readonly height: number }
}

/**
 * The key of a judge call among the units of a job store: equal where judge, question and repeat are, so that no question is
 * asked twice. Two systems with the same picture of an item share the call.
 */
export function judgeKey({
  judge,
  question: { type, instruction, pictures, sourceSize },
  repeat,
}: {
  /** The judge's identity. */
  readonly judge: string
  readonly question: QuestionFacts
  readonly repeat: number
}): string {
  return `judge:${digestOf({ judge, type, instruction, pictures, sourceSize, repeat })}`
}
