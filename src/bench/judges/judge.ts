import type { FilePicture } from '../../image/index.ts'
import type { JudgeCall, JudgeRequest } from '../../judges/index.ts'

/** A question to a judge of edits: VIEScore of one edit, or which of two edits is better. */
export type EditQuestion =
  | {
      /** Semantic consistency: source and edited picture. */
      readonly type: 'sc'
      readonly instruction: string
      readonly source: FilePicture
      readonly edited: FilePicture
    }
  /** Perceptual quality: the edited picture alone. */
  | {
      readonly type: 'pq'
      readonly edited: FilePicture
      readonly sourceSize: { readonly width: number; readonly height: number }
    }
  /** Two edits of one item; asked in both orders by two questions. */
  | {
      readonly type: 'pair'
      readonly instruction: string
      readonly source: FilePicture
      readonly first: FilePicture
      readonly second: FilePicture
    }

/** The parsed answer to a question. */
export interface EditAnswer {
  /** VIEScore's list of scores; undefined where there is a problem. */
  readonly scores?: readonly number[]
  /** The numbers of an answer with a problem, as the official parser reads them; they do not count. */
  readonly read?: readonly number[]
  /** Of a pair. */
  readonly preferred?: 'first' | 'second' | 'tie'
}

/** One call of a judge of edits, stored whole. */
export interface EditJudgeCall extends JudgeCall, EditAnswer {
  readonly question: EditQuestion['type']
}

/** Something that judges edits. */
export interface EditJudge {
  readonly name: string
  /** What determines its answers apart from the question: model, address, convention, prompts, parameters. */
  readonly identity: string
  readonly concurrency: number
  /** What a question will cost in USD by the price table, roughly; undefined where the judge has no price. */
  estimate?(question: EditQuestion): number
  /** Asks, with bounded retries of what could not be read. @throws JudgeError as a judge's `ask` does */
  ask(question: EditQuestion, request: JudgeRequest): Promise<EditJudgeCall>
}
