import { PentimentoError } from '../error/index.ts'

/** What stopped a language model. */
export type LanguageErrorCode = 'input' | 'checkpoint' | 'cancelled' | 'closed'

/** A refusal in one line: where, what, expected, got, what to do. */
export class LanguageError extends PentimentoError<LanguageErrorCode> {
  override readonly name = 'LanguageError'
}
