import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import type { Owner } from '../../service/index.ts'

/** A picture that whoever has the link may read. */
export interface LinkedFile {
  readonly owner: Owner
  readonly id: string
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

/** Tokens for pictures that hold for some time without a key, signed by the server's secret. */
export class FileLinks {
  readonly #secret: Uint8Array

  constructor(secret: Uint8Array) {
    this.#secret = secret
  }

  /** @param expires in seconds since 1970 */
  tokenOf({ owner, id }: LinkedFile, expires: number): string {
    const name = Buffer.from(owner).toString('base64url')
    return `${name}.${id}.${expires}.${this.#sign(owner, id, expires)}`
  }

  /** What a token is for, if it still holds. @param now in seconds since 1970 */
  find(token: string, now: number): LinkedFile | undefined {
    const [name = '', id = '', expires = '', signature = ''] = token.split('.')
    const owner = Buffer.from(name, 'base64url').toString()
    if (!/^\d{1,12}$/.test(expires) || Number(expires) <= now) return undefined
    const isOwn = timingSafeEqual(digest(this.#sign(owner, id, Number(expires))), digest(signature))
    return isOwn ? { owner, id } : undefined
  }

  #sign(owner: Owner, id: string, expires: number): string {
    return createHmac('sha256', this.#secret).update(`file ${owner} ${id} ${expires}`).digest('base64url')
  }
}
