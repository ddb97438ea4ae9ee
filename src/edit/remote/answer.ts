import type { RefusalKind } from '../error.ts'

/** What an answer of a server means, whatever its protocol. */
export type RemoteAnswer =
  /** Here is the picture, or where it lies. */
  | { readonly type: 'picture'; readonly base64: string; readonly used: RemoteUse }
  | { readonly type: 'url'; readonly url: string; readonly used: RemoteUse }
  /** It will not, or gives words or nothing in place of a picture. */
  | {
      readonly type: 'refused'
      readonly kind: RefusalKind
      /** Code or finish reason of the server. */
      readonly reason: string
      readonly text: string
      readonly used: RemoteUse
    }
  /** It cannot: `passing` where the same request may succeed later. */
  | {
      readonly type: 'failed'
      readonly code: 'server' | 'quota' | 'input'
      readonly passing: boolean
      readonly what: string
      /** How long the body asks to wait, in seconds. */
      readonly waitSeconds?: number | undefined
    }

/** What an answer says of itself. */
export interface RemoteUse {
  readonly model?: string
  readonly requestId?: string
  readonly inputTokens?: number
  readonly outputTokens?: number
  /** In USD, where the server names it. */
  readonly cost?: number
}
