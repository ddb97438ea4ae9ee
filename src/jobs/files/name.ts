import { createHash } from 'node:crypto'
import { JobError } from '../error.ts'

const pattern = /^[0-9a-f]{64}$/

/** The name of bytes: their SHA-256 in lower-case hex. */
export function nameOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

export function isName(text: string): boolean {
  return pattern.test(text)
}

/** Refuses an invalid name, which could lead out of the folder. */
export function checkFileName(name: string): string {
  if (isName(name)) return name
  throw new JobError(
    'option',
    `file: expected a name of 64 hex digits as put() gives it, got ${JSON.stringify(name.slice(0, 100))}`,
  )
}

/** Refuses bytes that do not match their name. */
export function checkBytes(where: string, name: string, bytes: Uint8Array): Uint8Array {
  const found = nameOf(bytes)
  if (found === name) return bytes
  throw new JobError(
    'file-damaged',
    `${where}: expected content with the SHA-256 of its name, got ${found}, delete it and make it again`,
  )
}

export function missing(where: string): JobError {
  return new JobError('file-missing', `${where}: no such file in the store, make it again`)
}
