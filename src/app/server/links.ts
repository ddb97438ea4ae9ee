import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'

/** Somebody who has a link. */
export interface Guest {
  /** A pseudonym: no name of a person is stored anywhere. */
  readonly name: string
  readonly role: 'reviewer' | 'organiser'
}

/**
 * Links for people, as the HMAC-SHA256 of role and pseudonym by a secret: they stay the same when the server is started
 * again, and no list of them is stored.
 */
export class Links {
  readonly #secret: Uint8Array
  readonly #guests: readonly Guest[]

  constructor(secret: Uint8Array, guests: readonly Guest[]) {
    this.#secret = secret
    this.#guests = guests
  }

  get guests(): readonly Guest[] {
    return this.#guests
  }

  tokenOf({ name, role }: Guest): string {
    return createHmac('sha256', this.#secret).update(`${role} ${name}`).digest('base64url').slice(0, 24)
  }

  /** Who has this token. All are compared, each in constant time. */
  find(token: string): Guest | undefined {
    const given = Buffer.from(token)
    let found: Guest | undefined
    for (const guest of this.#guests) {
      const own = Buffer.from(this.tokenOf(guest))
      if (own.length === given.length && timingSafeEqual(own, given)) found = guest
    }
    return found
  }
}

/** The secret in a file that only its owner may read; made where there is none. Without the file, all links are new. */
export async function readSecret(file: string): Promise<Uint8Array> {
  const known = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  if (known !== undefined && /^[0-9a-f]{64}$/.test(known.trim())) return Buffer.from(known.trim(), 'hex')
  const secret = randomBytes(32)
  await writeFile(file, `${secret.toString('hex')}\n`, { mode: 0o600 })
  return secret
}
