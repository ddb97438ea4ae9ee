import { readFile } from 'node:fs/promises'
import type { z } from 'zod'
import { EditError } from '../error.ts'

/** The content of a JSON file; undefined if there is no such file. @throws EditError */
export async function readJson<T>(file: string, schema: z.ZodType<T>): Promise<T | undefined> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined
    throw new EditError('checkpoint', `${file}: cannot be read (${error.message})`, { cause: error })
  })
  return text === undefined ? undefined : parseJson(file, text, schema)
}

/** Parses and checks a JSON text. @throws EditError that names the first field which does not fit */
export function parseJson<T>(name: string, text: string, schema: z.ZodType<T>): T {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (error) {
    throw new EditError('checkpoint', `${name}: not JSON (${(error as Error).message})`, {
      cause: error,
    })
  }
  const parsed = schema.safeParse(json)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new EditError('checkpoint', `${name}: ${issue?.path.join('.') || 'the document'}: ${issue?.message}`)
}

/** Without undefined fields. */
export function definedOnly<T extends object>(
  given: T | undefined,
): { [Name in keyof T]?: NonNullable<T[Name]> } {
  return Object.fromEntries(Object.entries(given ?? {}).filter(([, value]) => value !== undefined)) as {
    [Name in keyof T]?: NonNullable<T[Name]>
  }
}
