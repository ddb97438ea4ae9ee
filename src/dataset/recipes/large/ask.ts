import { z } from 'zod'
import type { Picture } from '../../../image/index.ts'
import { Rejection, type Toolbox, ToolError } from '../../../tools/index.ts'

/** A name or a phrase in both languages, as a vision model is asked for it. */
export const bothLanguages: z.ZodObject<{ en: z.ZodString; cn: z.ZodString }, z.core.$strict> =
  z.strictObject({
    en: z.string().min(1).max(80).describe('in English, without an article'),
    cn: z
      .string()
      .min(1)
      .max(40)
      .regex(/\p{Script=Han}/u, 'expected Chinese')
      .describe('in Chinese'),
  })

/**
 * Asks the vision model for one JSON value. @throws Rejection `vision-refused` where it does not answer,
 * `vision-unreadable` where its answer is not what was asked for
 */
export async function askVision<T>(
  tools: Toolbox,
  schema: z.ZodType<T>,
  parts: readonly (string | Picture)[],
): Promise<T> {
  const { $schema: _, ...jsonSchema } = z.toJSONSchema(schema)
  let answer: string
  try {
    answer = await tools.get('vision').ask({ parts, jsonSchema, temperature: 0 })
  } catch (error) {
    if (error instanceof ToolError && error.code === 'tool-refused') throw new Rejection('vision-refused')
    if (error instanceof ToolError && error.code === 'tool-answer') throw new Rejection('vision-unreadable')
    throw error
  }
  let json: unknown
  try {
    json = JSON.parse(answer)
  } catch {
    throw new Rejection('vision-unreadable', { answer: answer.slice(0, 200) })
  }
  const parsed = schema.safeParse(json)
  if (parsed.success) return parsed.data
  throw new Rejection('vision-unreadable', {
    answer: answer.slice(0, 200),
    fault: parsed.error.issues[0]?.message ?? '',
  })
}
