import { useSyncExternalStore } from 'react'
import { type DecisionRequest, newNonce, ServerError, server } from './server.ts'

type Message = { readonly decision: DecisionRequest } | { readonly undo: string }

/** What is still to be sent, and why it could not be. */
interface Outgoing {
  readonly waiting: number
  readonly problem?: string
  /** The latest that the server refused for good. */
  readonly refused?: string
}

const place = `outbox ${location.pathname}`

/**
 * Decisions on their way to the server, in their order: the next pair is shown at once. They are kept by the browser, so
 * that none is lost by a reload or while the server is away.
 */
class Outbox {
  #messages: readonly Message[] = JSON.parse(localStorage.getItem(place) ?? '[]') as Message[]
  #state: Outgoing = { waiting: this.#messages.length }
  #isSending = false
  #refused: string | undefined
  readonly #listeners = new Set<() => void>()

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  readonly state = (): Outgoing => this.#state

  decide(decision: Omit<DecisionRequest, 'nonce'>): void {
    this.#add({ decision: { ...decision, nonce: newNonce() } })
  }

  undo(): void {
    this.#add({ undo: newNonce() })
  }

  /** Ends when everything was sent. @throws ServerError */
  async flush(): Promise<void> {
    while (this.#isSending) await new Promise((done) => setTimeout(done, 20))
    await this.send()
    if (this.#state.problem !== undefined) throw new ServerError(0, this.#state.problem)
  }

  async send(): Promise<void> {
    if (this.#isSending) return
    this.#isSending = true
    this.#tell()
    try {
      for (let next = this.#messages[0]; next; next = this.#messages[0]) {
        this.#refused = (await sent(next)) ?? this.#refused
        this.#keep(this.#messages.slice(1))
        this.#tell()
      }
    } catch (error) {
      this.#tell((error as Error).message)
    } finally {
      this.#isSending = false
    }
  }

  #add(message: Message): void {
    this.#keep([...this.#messages, message])
    void this.send()
  }

  #keep(messages: readonly Message[]): void {
    this.#messages = messages
    localStorage.setItem(place, JSON.stringify(messages))
  }

  #tell(problem?: string): void {
    this.#state = {
      waiting: this.#messages.length,
      ...(problem !== undefined && { problem }),
      ...(this.#refused !== undefined && { refused: this.#refused }),
    }
    for (const listener of this.#listeners) listener()
  }
}

/** What the server has refused for good is not sent again: it would stop all that comes after it. */
async function sent(message: Message): Promise<string | undefined> {
  try {
    await ('undo' in message ? server.undo(message.undo) : server.decide(message.decision))
    return undefined
  } catch (error) {
    const { status, message: why } = error as ServerError
    if (status !== 409 && status !== 400) throw error
    return why
  }
}

export const outbox = new Outbox()

export const useOutbox = (): Outgoing => useSyncExternalStore(outbox.subscribe, outbox.state)
