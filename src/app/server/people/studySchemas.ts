import { z } from 'zod'
import type { StudyMode, StudyReport } from '../../../bench/index.ts'
import { type GuestLink, nonce } from './schemas.ts'

/** What goes over HTTP between the pages of studies and arenas and their server. The pages take the types alone. */

/** `GET api/me`. Nothing in it tells which systems there are; nor is the study's name told, which might. */
export type StudyMe = ParticipantMe | { readonly role: 'organiser'; readonly mode: StudyMode }

export interface ParticipantMe {
  readonly role: 'participant'
  /** The pseudonym. */
  readonly name: string
  readonly mode: StudyMode
  readonly done: number
  readonly total: number
  /** What is to be agreed to before anything is shown; absent once it was. */
  readonly consent?: ConsentText
}

export interface ConsentText {
  /** SHA-256 of the texts. */
  readonly id: string
  /** Paragraphs, with empty lines between. */
  readonly en: string
  readonly cn: string
}

/** `POST api/consent` */
export interface ConsentRequest {
  readonly text: string
}

export const consentRequest: z.ZodType<ConsentRequest> = z.strictObject({ text: z.string().max(64) })

/** A task as it is shown: pictures by names that are this participant's and this task's alone. */
export interface StudyTaskAnswer {
  readonly number: number
  readonly instruction: string
  readonly language: string
  /** Of all its pictures, in pixels. */
  readonly width: number
  readonly height: number
  readonly source: string
  readonly pictures: readonly string[]
}

/** `GET api/tasks`: the next ones. */
export interface TasksAnswer {
  readonly done: number
  readonly total: number
  readonly tasks: readonly StudyTaskAnswer[]
}

/** What `POST api/votes` takes. */
export interface VoteRequest {
  readonly task: number
  /** Levels or ranks, in the order of the pictures. */
  readonly answers: readonly number[]
  readonly seconds: number
  readonly nonce: string
}

export const voteRequest: z.ZodType<VoteRequest> = z.strictObject({
  task: z.int().min(0),
  answers: z.array(z.int().min(1).max(100)).min(1).max(100),
  seconds: z.number().min(0).max(1e6),
  nonce,
})

/** `POST api/votes` */
export interface VotedAnswer {
  readonly done: number
  readonly total: number
}

export interface StudyPerson extends GuestLink {
  readonly done: number
  readonly total: number
  /** When the participant agreed, ISO 8601. */
  readonly agreedAt?: string
}

/** `GET api/figures`, for the organiser. */
export interface StudyFigures {
  readonly study: string
  readonly items: number
  readonly people: readonly StudyPerson[]
  readonly report: StudyReport
}

/** `GET api/ratings` of an arena, for voters who are done, where the organiser shows them. */
export interface RatingsAnswer {
  readonly ranking: StudyReport['ranking']
}
