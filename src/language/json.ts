import { readFile } from 'node:fs/promises'
import type { z } from 'zod'
import { LanguageError } from './error.ts'

/** The content of a JSON file; undefined if the file is missing. @throws LanguageError */
export async function readJson<T>(file: string, schema: z.ZodType<T>): Promise<T | undefined> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw new LanguageError('checkpoint', `${file}: cannot be read (${error.message})`, { cause: error })
  })
  if (text === undefined) return undefined
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (error) {
    throw new LanguageError('checkpoint', `${file}: not JSON (${(error as Error).message})`, { cause: error })
  }
  const parsed = schema.safeParse(json)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new LanguageError(
    'checkpoint',
    `${file}: ${issue?.path.join('.') || 'the document'}: ${issue?.message}`,
  )
}
