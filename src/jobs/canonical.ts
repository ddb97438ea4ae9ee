import { hash } from 'node:crypto'

/** JSON with the keys of every object in order, so that equal values give equal text. Values left undefined are left out. */
export function canonicalJson(value: unknown): string {
  // A function that is called for each part takes longer than all the rest.
  if (!hasObjects(value)) return JSON.stringify(value)
  return JSON.stringify(value, (_, part: unknown) =>
    part !== null && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
      : part,
  )
}

const hasObjects = (value: unknown): boolean =>
  Array.isArray(value) ? value.some(hasObjects) : value !== null && typeof value === 'object'

/** SHA-256 of a value's canonical JSON, in hexadecimal: the key of a unit from all that decides its output. */
export function digestOf(value: unknown): string {
  return hash('sha256', canonicalJson(value), 'hex')
}

/** A number in [0, 1) that the words decide: for shares that stay when others come or go. */
export function unitOf(...words: readonly (string | number)[]): number {
  return Number.parseInt(hash('sha256', JSON.stringify(words), 'hex').slice(0, 8), 16) / 2 ** 32
}
