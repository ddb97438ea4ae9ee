import { PentimentoError } from '../error/index.ts'

/** What kind of mistake a request for random numbers has. */
export type RandomErrorCode = 'argument'

/** A seed or a count that makes no sense. */
export class RandomError extends PentimentoError<RandomErrorCode> {
  override readonly name = 'RandomError'
}
