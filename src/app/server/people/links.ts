import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'

/** Somebody who has a link. */
export interface Guest {
  /** A pseudonym: no name of a person is stored anywhere. */
  readonly name: string
  readonly role: 'reviewer' | 'participant' | 'organiser'
}

/** A guest with a secret that was drawn before. */
export interface KnownGuest extends Guest {
  readonly token?: string
}

/**
 * Links for people: the secret that was drawn for them, else the HMAC-SHA256 of role and pseudonym by a secret, which stays
 * the same when the server is started again without a list of them.
 */
export class Links {
  readonly guests: readonly Guest[]
  readonly #tokens: readonly string[]

  constructor(secret: Uint8Array, guests: readonly KnownGuest[]) {
    this.guests = guests.map(({ name, role }) => ({ name, role }))
    this.#tokens = guests.map(({ name, role, token }) => token ?? tokenOf(secret, `${role} ${name}`))
  }

  tokenOf({ name, role }: Guest): string {
    return this.#tokens[this.guests.findIndex((each) => each.name === name && each.role === role)] as string
  }

  /** Who has this token. All are compared, each in constant time. */
  find(token: string): Guest | undefined {
    const given = Buffer.from(token)
    let found: Guest | undefined
    for (const [i, each] of this.#tokens.entries()) {
      const own = Buffer.from(each)
      if (own.length === given.length && timingSafeEqual(own, given)) found = this.guests[i]
    }
    return found
  }
}

/** A name or link that only who has the secret can make: 144 bits of an HMAC-SHA256. */
export const tokenOf = (secret: Uint8Array, words: string): string =>
  createHmac('sha256', secret).update(words).digest('base64url').slice(0, 24)

/**
 * The secret in a file that only its owner may read; made where there is none, once even if several processes do. Without
 * the file, all that was made with it is new.
 */
export async function readSecret(file: string): Promise<Uint8Array> {
  const known = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  if (known !== undefined && /^[0-9a-f]{64}$/.test(known.trim())) return Buffer.from(known.trim(), 'hex')
  const secret = randomBytes(32)
  const written = await writeFile(file, `${secret.toString('hex')}\n`, {
    mode: 0o600,
    flag: known === undefined ? 'wx' : 'w',
  }).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'EEXIST') return false
      throw error
    },
  )
  return written ? secret : readSecret(file)
}
