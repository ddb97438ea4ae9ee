import type {
  DecidedAnswer,
  DecisionRequest,
  DisputesAnswer,
  FiguresAnswer,
  ItemsAnswer,
  Me,
} from '../../../src/app/server/people/reviewSchemas.ts'
import { ask, send } from '../shared/ask.ts'

export type Item = ItemsAnswer['items'][number]
export type Dispute = DisputesAnswer['items'][number]
export type { DecisionRequest, FiguresAnswer, ItemsAnswer, Me }

/** The requests of the review; all are relative to the link, `/r/<token>/`, and throw ServerError. */
export const server = {
  me: (): Promise<Me> => ask('api/me'),
  items: (count: number): Promise<ItemsAnswer> => ask(`api/items?count=${count}`),
  disputes: (count: number): Promise<DisputesAnswer> => ask(`api/disputes?count=${count}`),
  decide: (decision: DecisionRequest): Promise<DecidedAnswer> => send('POST', 'api/decisions', decision),
  undo: (nonce: string): Promise<DecidedAnswer> => send('POST', 'api/undo', { nonce }),
  figures: (): Promise<FiguresAnswer> => ask('api/figures'),
  retouched: (pair: string, file: File): Promise<{ pair: string }> =>
    ask(`api/retouched/${pair}`, { method: 'POST', body: file }),
}

/** The address of a picture of the store. */
export const pictureUrl = (name: string): string => `pictures/${name}.png`
