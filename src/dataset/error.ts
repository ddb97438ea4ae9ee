import { PentimentoError } from '../error/index.ts'

/** The category of an error. */
export type DatasetErrorCode =
  | 'configuration'
  | 'workspace'
  | 'source'
  | 'export'
  | 'verify'
  | 'review'
  | 'cancelled'

/** An error of the dataset pipeline; the message says where, what, expected, got and what to do. */
export class DatasetError extends PentimentoError<DatasetErrorCode> {
  override readonly name = 'DatasetError'
}
