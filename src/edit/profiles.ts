import { type Profile, type ProfileEvent, profileOf, type Session } from '../onnx/index.ts'

/** Profiles of sessions by the part of the model, kept after the sessions were freed. */
export class Profiles {
  readonly #events = new Map<string, ProfileEvent[]>()

  /** Frees a session that was loaded to be profiled. */
  async free(part: string, session: Session): Promise<void> {
    try {
      const events = this.#events.get(part) ?? []
      this.#events.set(part, events)
      events.push(...(await session.profile()).events)
    } finally {
      await session.release()
    }
  }

  /** All profiles since the last call. */
  take(): Readonly<Record<string, Profile>> {
    const taken = [...this.#events].map(([part, events]) => [part, profileOf(events)] as const)
    this.#events.clear()
    return Object.fromEntries(taken)
  }
}
