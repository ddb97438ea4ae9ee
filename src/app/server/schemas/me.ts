import { z } from '@hono/zod-openapi'

/** `GET /v1/me` */
export interface Me {
  /** Null if a key is needed and the request has none. */
  readonly owner: string | null
  readonly needsKey: boolean
  /** Whether they may pull and delete models and packs. */
  readonly isAdmin: boolean
  readonly version: string
  readonly limits: {
    readonly pictureBytes: number
    readonly bodyBytes: number
    readonly requestsPerMinute: number
    readonly pageLength: number
  }
}

export const meSchema: z.ZodType<Me> = z
  .object({
    owner: z.string().nullable().describe('Null if a key is needed and the request has none.'),
    needsKey: z.boolean(),
    isAdmin: z.boolean().describe('Whether they may pull and delete models and packs.'),
    version: z.string(),
    limits: z.object({
      pictureBytes: z.int().describe('Bytes of one picture file.'),
      bodyBytes: z.int().describe('Bytes of a request with several pictures.'),
      requestsPerMinute: z.int().describe('For each key; 0 for no limit.'),
      pageLength: z.int().describe('Maximum number of entries of a list per request.'),
    }),
  })
  .openapi('Me')

/** `POST /v1/login` */
export const loginRequest: z.ZodType<{ key: string }> = z
  .strictObject({ key: z.string().min(1).max(1000) })
  .openapi('Login')
