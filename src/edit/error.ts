import { PentimentoError } from '../error/index.ts'

/** What stopped an edit. */
export type EditErrorCode =
  | 'input'
  | 'checkpoint'
  | 'memory'
  | 'numbers'
  | 'cancelled'
  | 'closed'
  | 'recipe'
  /** The instruction could not be read surely enough to act on it. */
  | 'unclear'
  /** The instruction was understood, and this editor cannot do it. */
  | 'beyond'
  /** What the instruction names was not found in the picture. */
  | 'not-found'
  /** The instruction fits several things in the picture. */
  | 'ambiguous'
  /** The picture is not fit for what was asked. */
  | 'unfit'

/** A refusal in one line: where, what, expected, got, what to do. */
export class EditError extends PentimentoError<EditErrorCode> {
  override readonly name = 'EditError'
}
