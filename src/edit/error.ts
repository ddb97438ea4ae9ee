import { PentimentoError } from '../error/index.ts'

/** What stopped an edit. */
export type EditErrorCode = 'input' | 'checkpoint' | 'memory' | 'numbers' | 'cancelled' | 'closed' | 'recipe'

/** A refusal in one line: where, what, expected, got, what to do. */
export class EditError extends PentimentoError<EditErrorCode> {
  override readonly name = 'EditError'
}
