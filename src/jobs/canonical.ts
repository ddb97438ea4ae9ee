import { hash } from 'node:crypto'

/** JSON with the keys of every object in order, so that equal values give equal text. Undefined values are omitted. */
export function canonicalJson(value: unknown): string {
  // Calling a function for each part would take longer than everything else.
  if (!hasObjects(value)) return JSON.stringify(value)
  return JSON.stringify(value, (_, part: unknown) =>
    part !== null && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
      : part,
  )
}

const hasObjects = (value: unknown): boolean =>
  Array.isArray(value) ? value.some(hasObjects) : value !== null && typeof value === 'object'

/**
 * SHA-256 of a value's canonical JSON, in hexadecimal: the key of a unit from everything that determines its output.
 */
export function digestOf(value: unknown): string {
  return hash('sha256', canonicalJson(value), 'hex')
}

/** A number in [0, 1) determined by the words: for shares that stay the same when others are added or removed. */
export function unitOf(...words: readonly (string | number)[]): number {
  return Number.parseInt(hash('sha256', JSON.stringify(words), 'hex').slice(0, 8), 16) / 2 ** 32
}
