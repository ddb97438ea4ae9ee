import { isIP } from 'node:net'
import type { Context, MiddlewareHandler } from 'hono'
import { secureHeaders } from 'hono/secure-headers'
import { ApiError, answerError } from './apiError.ts'

/** Which names the server answers to, and from which pages it takes writes. */
export interface Doors {
  /** `host:port` as browsers send them, in lower case. */
  readonly hosts: ReadonlySet<string>
  /** `http://host:port`. */
  readonly origins: ReadonlySet<string>
  /**
   * Whether any IP address is a door, as where the server listens at all of its own: DNS rebinding needs a name.
   * Default: false.
   */
  readonly anyAddress?: boolean
}

/**
 * The doors of an address: loopback under its three names where it is bound to that, else the address that was chosen, and
 * `origin`, the one that a proxy gives it. Pages of the `allowed` origins may write, too.
 */
export function doorsOf(host: string, port: number, origin?: string, allowed: readonly string[] = []): Doors {
  const names = isLoopback(host) ? ['127.0.0.1', 'localhost', '[::1]'] : [bracketed(host)]
  const hosts = new Set(names.map((name) => `${name}:${port}`))
  const origins = new Set([...hosts].map((each) => `http://${each}`))
  if (origin !== undefined) {
    const url = new URL(origin)
    hosts.add(url.host)
    origins.add(url.origin)
  }
  for (const each of allowed) origins.add(each)
  return { hosts, origins, anyAddress: host === '0.0.0.0' || host === '::' }
}

/** Whether a `Host` header names an address, not a name that somebody else may let point here. */
function isAddress(host: string): boolean {
  const [, inBrackets, plain] = /^(?:\[([^\]]+)\]|([^:]+))(?::\d+)?$/.exec(host) ?? []
  return plain === 'localhost' || isIP(inBrackets ?? plain ?? '') !== 0
}

/** Whether an address is this machine alone. */
export const isLoopback = (host: string): boolean => ['127.0.0.1', 'localhost', '::1', '[::1]'].includes(host)

/** An address as written in a URL. */
export const bracketed = (host: string): string => (host.includes(':') ? `[${host}]` : host.toLowerCase())

/**
 * Refuses requests under another name (DNS rebinding), and writes from pages of others (cross-site request forgery). A
 * program that sends no `Origin` is no browser, and passes.
 */
export function guard(doors: () => Doors): MiddlewareHandler {
  return async (c, next) => {
    const { hosts, origins, anyAddress = false } = doors()
    const host = c.req.header('host')?.toLowerCase() ?? ''
    // A target with its own host (as sent to proxies) is not compared with the header: it is refused.
    const target = (c.env as { incoming?: { url?: string } } | undefined)?.incoming?.url
    if (target !== undefined && !target.startsWith('/'))
      return refuse(c, 400, 'target', 'expected a request target that begins with /')
    const isByAddress = anyAddress && isAddress(host)
    if (!hosts.has(host) && !isByAddress)
      return refuse(c, 421, 'host', `this server does not answer to '${host}'`)
    const isWrite = !['GET', 'HEAD', 'OPTIONS'].includes(c.req.method)
    const origin = c.req.header('origin')
    const isOwn = (from: string): boolean => origins.has(from) || (isByAddress && from === `http://${host}`)
    if (isWrite && (origin === undefined ? isCrossSite(c) : !isOwn(origin)))
      return refuse(c, 403, 'origin', `write requests from ${origin ?? 'another site'} are not accepted`)
    return next()
  }
}

/** Browsers that leave `Origin` out say in another header where a request is from. */
function isCrossSite(c: Context): boolean {
  const site = c.req.header('sec-fetch-site')
  return site !== undefined && site !== 'same-origin' && site !== 'none'
}

/** An error as JSON, in the shape of OpenAI. */
export function refuse(
  c: Context,
  status: 400 | 401 | 403 | 404 | 409 | 413 | 421 | 500,
  code: string,
  message: string,
): Response {
  return answerError(c, new ApiError(status, code, message))
}

/** Pages may load from this server alone, tell nobody where they are, and stand in no frame. */
export function headers(): MiddlewareHandler {
  return secureHeaders({
    contentSecurityPolicy: {
      defaultSrc: ["'self'"],
      imgSrc: ["'self'", 'blob:', 'data:'],
      objectSrc: ["'none'"],
      baseUri: ["'none'"],
      formAction: ["'self'"],
      frameAncestors: ["'none'"],
    },
    referrerPolicy: 'no-referrer',
    xFrameOptions: 'DENY',
    strictTransportSecurity: false,
  })
}
