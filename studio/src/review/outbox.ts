import { Outbox } from '../people/outbox.ts'
import { type DecisionRequest, server } from './server.ts'

type Message = { readonly decision: DecisionRequest } | { readonly undo: string }

/** Decisions and undos, in their order. */
export const outbox: Outbox<Message> = new Outbox((message) =>
  'undo' in message ? server.undo(message.undo) : server.decide(message.decision),
)
