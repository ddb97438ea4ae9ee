import { PentimentoError } from '../error/index.ts'

export type NetworkErrorCode =
  /** A variable of the environment with a proxy that cannot be used. */
  'proxy'

/** A wrong setting of the network. */
export class NetworkError extends PentimentoError<NetworkErrorCode> {
  override readonly name = 'NetworkError'
}
