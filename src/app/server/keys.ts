import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import type { Owner } from '../../service/index.ts'
import { UsageError } from '../failure.ts'

const leastLength = 16

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

/**
 * The keys of a server, by the names of their owners. Keys are compared by their hashes, each in constant time, so that
 * the time of a refusal tells nothing. A login is an HMAC of owner, key and expiry by a secret of the server: it ends
 * when the key is taken away, and does not tell the key.
 */
export class ApiKeys {
  readonly #hashes: ReadonlyMap<Owner, Buffer>
  readonly #admins: ReadonlySet<Owner>
  readonly #secret: Uint8Array

  /** @param text `name=key`, `name:admin=key` or plain keys with commas between; @throws UsageError */
  constructor(text: string, secret: Uint8Array) {
    const { hashes, admins } = parseKeys(text)
    this.#hashes = hashes
    this.#admins = admins
    this.#secret = secret
  }

  /** Whether a key is needed. */
  get areNeeded(): boolean {
    return this.#hashes.size > 0
  }

  get owners(): readonly Owner[] {
    return [...this.#hashes.keys()]
  }

  /** Whether an owner may pull and delete models: one marked `:admin`, and everybody where no key is needed. */
  isAdmin(owner: Owner): boolean {
    return !this.areNeeded || this.#admins.has(owner)
  }

  /** Whose key this is. */
  find(key: string): Owner | undefined {
    const given = digest(key)
    let found: Owner | undefined
    for (const [owner, own] of this.#hashes) if (timingSafeEqual(own, given)) found = owner
    return found
  }

  /** A login that holds until then. @param expires in seconds since 1970 */
  login(owner: Owner, expires: number): string {
    const name = Buffer.from(owner).toString('base64url')
    return `${name}.${expires}.${this.#sign(owner, expires)}`
  }

  /** Whose login this is, if it still holds. @param now in seconds since 1970 */
  findLogin(login: string, now: number): Owner | undefined {
    const [name = '', expires = '', signature = ''] = login.split('.')
    const owner = Buffer.from(name, 'base64url').toString()
    if (!/^\d{1,12}$/.test(expires) || Number(expires) <= now || !this.#hashes.has(owner)) return undefined
    const isOwn = timingSafeEqual(digest(this.#sign(owner, Number(expires))), digest(signature))
    return isOwn ? owner : undefined
  }

  #sign(owner: Owner, expires: number): string {
    const key = this.#hashes.get(owner)?.toString('hex') ?? ''
    return createHmac('sha256', this.#secret).update(`login ${owner} ${key} ${expires}`).digest('base64url')
  }
}

function parseKeys(text: string): {
  readonly hashes: ReadonlyMap<Owner, Buffer>
  readonly admins: ReadonlySet<Owner>
} {
  const found = new Map<Owner, Buffer>()
  const admins = new Set<Owner>()
  const entries = text
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')
  for (const [i, entry] of entries.entries()) {
    const [, name, mark, rest] = /^([A-Za-z0-9_-]{1,40})(:admin)?=(.*)$/s.exec(entry) ?? []
    const key = rest ?? entry
    const where = `PENTIMENTO_API_KEYS: key ${i + 1}`
    if (key.length < leastLength)
      throw new UsageError(
        `${where}: expected at least ${leastLength} characters, got ${key.length}; make one with 'openssl rand -hex 24'`,
      )
    if (!/^[\x21-\x7e]+$/.test(key))
      throw new UsageError(`${where}: expected letters, digits and signs of ASCII without spaces`)
    const owner = name ?? `key-${digest(key).toString('hex').slice(0, 12)}`
    if (owner === 'local') throw new UsageError(`${where}: the name 'local' is taken; choose another`)
    if (found.has(owner)) throw new UsageError(`${where}: '${owner}' already has a key; choose another name`)
    const hash = digest(key)
    if ([...found.values()].some((each) => each.equals(hash)))
      throw new UsageError(`${where}: another owner has the same key; give each owner a different one`)
    found.set(owner, hash)
    if (mark !== undefined) admins.add(owner)
  }
  return { hashes: found, admins }
}
