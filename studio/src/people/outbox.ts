import { useSyncExternalStore } from 'react'
import { ServerError } from '../shared/ask.ts'

/** The unsent answers, and the last error. */
export interface Outgoing {
  readonly waiting: number
  readonly problem?: string
  /** The latest that the server refused for good. */
  readonly refused?: string
}

/**
 * Answers on their way to the server, in their order: the next item is shown at once. They are kept by the browser, so
 * that none is lost by a reload or while the server is away; each has a nonce, so that one that is sent again counts once.
 */
export class Outbox<Message> {
  readonly #place = `outbox ${location.pathname}`
  readonly #send: (message: Message) => Promise<unknown>
  #messages = JSON.parse(localStorage.getItem(this.#place) ?? '[]') as readonly Message[]
  #state: Outgoing = { waiting: this.#messages.length }
  #isSending = false
  #refused: string | undefined
  readonly #listeners = new Set<() => void>()

  constructor(send: (message: Message) => Promise<unknown>) {
    this.#send = send
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  readonly state = (): Outgoing => this.#state

  add(message: Message): void {
    this.#keep([...this.#messages, message])
    void this.send()
  }

  /** Ends when everything was sent. @throws ServerError */
  async flush(): Promise<void> {
    while (this.#isSending) await new Promise((done) => setTimeout(done, 20))
    await this.send()
    if (this.#state.problem !== undefined) throw new ServerError(0, 'unreachable', this.#state.problem)
  }

  async send(): Promise<void> {
    if (this.#isSending) return
    this.#isSending = true
    this.#tell()
    try {
      for (let next = this.#messages[0]; next; next = this.#messages[0]) {
        this.#refused = (await this.#sent(next)) ?? this.#refused
        this.#keep(this.#messages.slice(1))
        this.#tell()
      }
    } catch (error) {
      this.#tell((error as Error).message)
    } finally {
      this.#isSending = false
    }
  }

  /** What the server has refused for good is not sent again: it would stop all that comes after it. */
  async #sent(message: Message): Promise<string | undefined> {
    try {
      await this.#send(message)
      return undefined
    } catch (error) {
      const { status, message: why } = error as ServerError
      if (status !== 409 && status !== 400) throw error
      return why
    }
  }

  #keep(messages: readonly Message[]): void {
    this.#messages = messages
    localStorage.setItem(this.#place, JSON.stringify(messages))
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

export const useOutbox = (outbox: Pick<Outbox<never>, 'subscribe' | 'state'>): Outgoing =>
  useSyncExternalStore(outbox.subscribe, outbox.state)

/** Drawn by chance, for each answer. */
export const newNonce = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join(
    '',
  )
