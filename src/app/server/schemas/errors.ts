import { z } from '@hono/zod-openapi'
import type { ApiErrorBody } from '../apiError.ts'

const errorSchema: z.ZodType<ApiErrorBody> = z
  .object({
    error: z.object({
      message: z.string(),
      type: z.enum([
        'invalid_request_error',
        'authentication_error',
        'permission_error',
        'not_found_error',
        'conflict_error',
        'rate_limit_error',
        'server_error',
      ]),
      param: z.string().nullable().describe('The invalid field, if there is one.'),
      code: z.string().describe('Stable, for programs.'),
    }),
  })
  .openapi('Error')

interface JsonAnswer<Schema> {
  description: string
  content: { 'application/json': { schema: Schema } }
}

/** An answer of JSON, for a route's `responses`. */
export function json<Schema>(schema: Schema, description: string): JsonAnswer<Schema> {
  return { description, content: { 'application/json': { schema } } }
}

/** Every answer that is no success, for a route's `responses`. */
export const failures: { default: JsonAnswer<typeof errorSchema> } = {
  default: json(errorSchema, 'Any answer without success'),
}
