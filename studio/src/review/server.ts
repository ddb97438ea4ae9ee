import type {
  DecidedAnswer,
  DecisionRequest,
  DisputesAnswer,
  ErrorAnswer,
  FiguresAnswer,
  ItemsAnswer,
  Me,
} from '../../../src/app/server/schemas.ts'

export type Item = ItemsAnswer['items'][number]
export type Dispute = DisputesAnswer['items'][number]
export type { DecisionRequest, FiguresAnswer, ItemsAnswer, Me }

/** What the server refused; `status` 0: it was not reached. */
export class ServerError extends Error {
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

/** Everything is relative to the link: `/r/<token>/`. */
async function ask<T>(path: string, init?: RequestInit): Promise<T> {
  const response = await fetch(`api/${path}`, init).catch((error: unknown) => {
    throw new ServerError(0, String((error as Error).message))
  })
  const answer: unknown = await response.json().catch(() => undefined)
  if (!response.ok)
    throw new ServerError(
      response.status,
      (answer as ErrorAnswer | undefined)?.error.message ?? response.statusText,
    )
  return answer as T
}

const post = <T>(path: string, body: unknown): Promise<T> =>
  ask<T>(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })

export const server = {
  me: (): Promise<Me> => ask('me'),
  items: (count: number): Promise<ItemsAnswer> => ask(`items?count=${count}`),
  disputes: (count: number): Promise<DisputesAnswer> => ask(`disputes?count=${count}`),
  decide: (decision: DecisionRequest): Promise<DecidedAnswer> => post('decisions', decision),
  undo: (nonce: string): Promise<DecidedAnswer> => post('undo', { nonce }),
  figures: (): Promise<FiguresAnswer> => ask('figures'),
  retouched: (pair: string, file: File): Promise<{ pair: string }> =>
    ask(`retouched/${pair}`, { method: 'POST', body: file }),
}

/** The address of a picture of the store. */
export const pictureUrl = (name: string): string => `pictures/${name}.png`

/** Drawn by chance, so that a decision that is sent again counts once. */
export const newNonce = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join(
    '',
  )
