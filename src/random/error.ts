import { PentimentoError } from '../error/index.ts'

/** What kind of mistake a request for random numbers has. */
export type RandomErrorCode = 'argument'

/** An invalid seed or count. */
export class RandomError extends PentimentoError<RandomErrorCode> {
  override readonly name = 'RandomError'
}
