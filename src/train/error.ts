import { PentimentoError } from '../error/index.ts'

export type TrainErrorCode =
  /** An option or a model that does not fit. */
  | 'input'
  /** A list of triplets, or a picture of it, that cannot be used. */
  | 'data'
  /** A saved state that is damaged or belongs to another run, or a folder that another run uses. */
  | 'state'
  /** Less memory than the optimizer needs. */
  | 'memory'
  /** The loss is no number any more, or has risen too far. */
  | 'diverged'
  /** The caller's signal stopped the training; what was reached is saved. */
  | 'cancelled'

/** What stopped a training. */
export class TrainError extends PentimentoError<TrainErrorCode> {
  override readonly name = 'TrainError'
}
