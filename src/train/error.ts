import { PentimentoError } from '../error/index.ts'

/** What stopped a training run. */
export type TrainErrorCode = 'input' | 'data' | 'state' | 'diverged' | 'cancelled'

/** A refusal in one line: where, what, expected, got, what to do. */
export class TrainError extends PentimentoError<TrainErrorCode> {
  override readonly name = 'TrainError'
}
