import type { JobStore } from '../../jobs/index.ts'
import { findParticipant } from './openStudy.ts'
import type { Study } from './study.ts'

/** A participant's consent. */
export interface Consent {
  readonly participant: string
  /** SHA-256 of the text that was agreed to. */
  readonly text: string
  /** When, ISO 8601, by the database's clock. */
  readonly at: string
}

/** The consents of a study, in a journal separate from its votes; each participant consents once. */
export interface Consents {
  /** Records consent. @throws BenchError `study` if the link is unknown */
  give(token: string, text: string): Promise<void>
  /** @throws BenchError `study` where the link is unknown */
  of(token: string): Promise<Consent | undefined>
  all(): AsyncIterable<Consent>
}

export function openConsents(study: Study, jobs: Pick<JobStore, 'append' | 'entries'>): Consents {
  const journal = `study ${study.id} consent`
  return {
    async give(token, text) {
      const { name } = findParticipant(study, token)
      await jobs.append(journal, [{ key: name, content: { participant: name, text } }])
    },
    async of(token) {
      const { name } = findParticipant(study, token)
      for await (const { key, content, at } of jobs.entries(journal, { prefix: name }))
        if (key === name) return { ...(content as unknown as Omit<Consent, 'at'>), at }
      return undefined
    },
    async *all() {
      for await (const { content, at } of jobs.entries(journal))
        yield { ...(content as unknown as Omit<Consent, 'at'>), at }
    },
  }
}
