import { JobError } from './error.ts'
import type { Json, Unit } from './store.ts'

/** Postgres cannot index much longer texts. */
const longestKey = 1000

/**
 * A key as the database stores it. Its text type holds everything except NUL and lone surrogates, so these and the
 * backslash are written as escapes.
 */
export function storedKey(key: string): string {
  const stored = key
    .replaceAll('\\', '\\\\')
    .replaceAll('\0', '\\0')
    .replace(/\p{Surrogate}/gu, (half) => `\\u${half.charCodeAt(0).toString(16)}`)
  const bytes = Buffer.byteLength(stored)
  if (bytes >= 1 && bytes <= longestKey) return stored
  throw new JobError('option', `key: expected 1 to ${longestKey} bytes, got ${bytes}, give a hash`)
}

/** The inverse of {@link storedKey}. */
export function originalKey(stored: string): string {
  return stored.replace(/\\(?:\\|0|u([0-9a-f]{4}))/g, (sequence, half?: string) => {
    if (half !== undefined) return String.fromCharCode(Number.parseInt(half, 16))
    return sequence === '\\0' ? '\0' : '\\'
  })
}

/** Refuses a name of a queue, tool or worker that the database cannot store. */
export function checkName(what: string, name: string): string {
  if (name.length >= 1 && name.length <= 200 && !/\p{Surrogate}/u.test(name) && !name.includes('\0'))
    return name
  throw new JobError(
    'option',
    `${what}: expected 1 to 200 characters without NUL and lone surrogates, got ${JSON.stringify(name.slice(0, 200))}`,
  )
}

/** Refuses a schema's name that would have to be quoted. */
export function checkSchema(schema: string): string {
  if (/^[a-z_][a-z0-9_]{0,39}$/.test(schema)) return schema
  throw new JobError(
    'option',
    `schema: expected up to 40 lower-case letters, digits and underscores, not a digit first, got ${JSON.stringify(schema)}`,
  )
}

/** Refuses a unit that cannot be stored. */
export function checkUnit({ queue, priority = 0, tools = [] }: Unit): void {
  checkName('queue', queue)
  for (const tool of tools) checkName('tool', tool)
  if (!Number.isInteger(priority) || Math.abs(priority) > 2 ** 31 - 1) {
    throw new JobError('option', `priority: expected a whole number of 32 bits, got ${priority}`)
  }
}

/** Refuses numbers that are invalid for an option. */
export function checkNumber(
  what: string,
  value: number,
  expected: 'whole' | 'positive',
  least: number,
): void {
  const fits = expected === 'whole' ? Number.isInteger(value) : Number.isFinite(value)
  if (fits && value >= least) return
  const kind = expected === 'whole' ? 'a whole number' : 'a number'
  throw new JobError('option', `${what}: expected ${kind} of at least ${least}, got ${value}`)
}

/** Maximum length of a payload or an output: the embedded database takes ten times its size in memory. */
const longestJson = 16 * 2 ** 20

/** JSON as text; refuses values that JSON cannot represent or that are too long for a row. */
export function jsonText(what: string, value: Json): string {
  const text = JSON.stringify(value) as string | undefined
  if (text === undefined) {
    throw new JobError(
      'option',
      `${what}: expected JSON, got ${typeof value}, return null where there is nothing`,
    )
  }
  if (text.length <= longestJson) return text
  throw new JobError(
    'option',
    `${what}: expected at most ${longestJson} characters of JSON, got ${text.length}, put it into the file store`,
  )
}
