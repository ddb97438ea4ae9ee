import { z } from 'zod'

/** What the pages of reviews, studies and arenas have in common over HTTP. */

/** Drawn by the page, so that what is sent again counts once. */
export const nonce: z.ZodString = z.string().min(8).max(64)

/** How many items a page may ask for. */
export const itemCount: z.ZodType<number> = z.coerce.number().int().min(1).max(50).default(6)

/** A guest and his link, for the organiser. */
export interface GuestLink {
  readonly name: string
  readonly link: string
}
