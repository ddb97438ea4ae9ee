import { z } from '@hono/zod-openapi'

/** `GET /healthz` */
export interface Health {
  readonly status: 'ok' | 'failing'
  readonly checks: {
    readonly database: 'ok' | 'failing'
    /** `none`: others work. */
    readonly worker: 'ok' | 'failing' | 'none'
    readonly disk: 'ok' | 'failing'
  }
}

export const healthSchema: z.ZodType<Health> = z
  .object({
    status: z.enum(['ok', 'failing']),
    checks: z.object({
      database: z.enum(['ok', 'failing']),
      worker: z
        .enum(['ok', 'failing', 'none'])
        .describe('`none`: this server only accepts edits; others make them.'),
      disk: z
        .enum(['ok', 'failing'])
        .describe('`failing`: less than 256 MB are free where pictures are kept.'),
    }),
  })
  .openapi('Health')
