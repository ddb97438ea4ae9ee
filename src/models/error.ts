import { PentimentoError } from '../error/index.ts'

/** What is wrong with a model's configuration or with what it is given. */
export type ModelErrorCode = 'config' | 'input'

/** A refusal in one line: where, what, expected, got, what to do. */
export class ModelError extends PentimentoError<ModelErrorCode> {
  override readonly name = 'ModelError'
}
