import type { z } from 'zod'
import { DatasetError } from './error.ts'

/**
 * A JSON text as what a schema makes of it.
 * @param name of the file, for messages
 * @throws DatasetError `configuration` that names the first field which does not fit
 */
export function parsedJson<T>(name: string, text: string, schema: z.ZodType<T>): T {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (error) {
    throw new DatasetError(
      'configuration',
      `${name}: not JSON (${(error as Error).message}); correct the file`,
      {
        cause: error,
      },
    )
  }
  const parsed = schema.safeParse(json)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const where = issue?.path.join('.') || 'the whole'
  throw new DatasetError('configuration', `${name}: ${where}: ${issue?.message}`)
}
