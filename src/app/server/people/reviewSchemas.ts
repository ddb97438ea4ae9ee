import { z } from 'zod'
import type { Decided, DisputedItem, ReviewFigures, ReviewItem } from '../../../dataset/index.ts'
import type { Guest } from './links.ts'
import { type GuestLink, nonce } from './schemas.ts'

/** What goes over HTTP between the review's pages and its server. The pages take the types alone. */

const id: z.ZodString = z.string().regex(/^[0-9a-f]{64}$/, 'expected 64 hexadecimal digits')
const words: z.ZodOptional<z.ZodString> = z.string().max(2000).optional()

/** `POST api/decisions` */
export interface DecisionRequest {
  readonly pair: string
  readonly verdict: 'accept' | 'reject' | 'skip' | 'adjudicate-accept' | 'adjudicate-reject'
  readonly nonce: string
  readonly reason?: string | undefined
  readonly note?: string | undefined
  readonly caption?: string | undefined
  readonly text?: { readonly en?: string | undefined; readonly cn?: string | undefined } | undefined
  readonly seconds?: number | undefined
  /** A PNG file in base64. */
  readonly mask?: string | undefined
}

export const decisionRequest: z.ZodType<DecisionRequest> = z.strictObject({
  pair: id,
  verdict: z.enum(['accept', 'reject', 'skip', 'adjudicate-accept', 'adjudicate-reject']),
  nonce,
  reason: z.string().max(40).optional(),
  note: words,
  caption: z.string().max(128).optional(),
  text: z.strictObject({ en: words, cn: words }).optional(),
  seconds: z.number().min(0).optional(),
  mask: z.base64().optional(),
})

/** `POST api/undo` */
export interface UndoRequest {
  readonly nonce: string
}

export const undoRequest: z.ZodType<UndoRequest> = z.strictObject({ nonce })

/** `GET api/me` */
export interface Me {
  readonly name: string
  readonly role: Guest['role']
  readonly dataset: string
  readonly reasons: readonly string[]
}

/** How far a person is: `left` is how many pairs wait as far as the dataset has been read. */
export interface OwnProgress {
  readonly done: number
  readonly left: number
  readonly isWhole: boolean
}

/** `GET api/items` */
export interface ItemsAnswer extends OwnProgress {
  readonly items: readonly ReviewItem[]
}

/** `GET api/disputes` */
export interface DisputesAnswer {
  readonly items: readonly DisputedItem[]
}

/** `POST api/decisions`, `POST api/undo` */
export type DecidedAnswer = Decided & { readonly pair?: string }

/** `GET api/figures`, for the organiser. */
export interface FiguresAnswer {
  readonly figures: ReviewFigures
  readonly links: readonly GuestLink[]
}
