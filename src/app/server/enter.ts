import type { Context, MiddlewareHandler } from 'hono'
import { getCookie } from 'hono/cookie'
import type { Owner } from '../../service/index.ts'
import { ApiError } from './apiError.ts'
import type { ApiKeys } from './keys.ts'
import { RateLimit } from './limits.ts'
import type { Env } from './parts.ts'

/** Its port is in the name: browsers give cookies of one port of a host to the others. */
export const cookieOf = (port: string): string => `pentimento-${port}`

export const portOf = (c: Context): string => /:(\d+)$/.exec(c.req.header('host') ?? '')?.[1] ?? 'web'

/** Whose request it is, by its key or its login. @throws ApiError for a wrong key */
export function ownerOf(c: Context, keys: ApiKeys): Owner | undefined {
  if (!keys.areNeeded) return 'local'
  const header = c.req.header('authorization')
  if (header !== undefined) {
    const owner = keys.find(/^Bearer +(\S+)$/i.exec(header)?.[1] ?? '')
    if (owner === undefined)
      throw new ApiError(401, 'invalid_api_key', 'unknown API key; ask the operator of the server for one')
    return owner
  }
  const login = getCookie(c, cookieOf(portOf(c)))
  return login === undefined ? undefined : keys.findLogin(login, Date.now() / 1000)
}

/** Lets requests in that have a key, where one is needed, and counts them. */
export function enter(keys: ApiKeys, requestsPerMinute: number): MiddlewareHandler<Env> {
  const limit = keys.areNeeded && requestsPerMinute > 0 ? new RateLimit(requestsPerMinute) : undefined
  return async (c, next) => {
    const owner = ownerOf(c, keys)
    if (owner === undefined)
      throw new ApiError(
        401,
        'missing_api_key',
        "this server needs an API key: send 'Authorization: Bearer <key>', or log in at its start page",
      )
    c.set('owner', owner)
    if (limit) count(c, limit, owner)
    return next()
  }
}

/** Counts a request, and tells what is left. @throws ApiError 429 */
export function count(c: Context, limit: RateLimit, name: string): void {
  const { isGiven, left, nextSeconds, wholeSeconds } = limit.take(name)
  c.header('x-ratelimit-limit-requests', String(limit.perMinute))
  c.header('x-ratelimit-remaining-requests', String(left))
  c.header('x-ratelimit-reset-requests', `${wholeSeconds.toFixed(1)}s`)
  if (!isGiven)
    throw new ApiError(
      429,
      'rate_limit_exceeded',
      `more than ${limit.perMinute} requests per minute; try again in ${Math.ceil(nextSeconds)} s`,
      { retryAfterSeconds: nextSeconds },
    )
}
