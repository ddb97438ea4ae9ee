import { getConnInfo } from '@hono/node-server/conninfo'
import type { Context } from 'hono'

/** The address of who asks; behind a proxy that is trusted, the last one that it names. */
export function clientOf(c: Context, trustProxy: boolean): string {
  const forwarded = trustProxy ? c.req.header('x-forwarded-for')?.split(',').at(-1)?.trim() : undefined
  return forwarded || connected(c)
}

/** Requests of tests come without a socket. */
function connected(c: Context): string {
  const incoming = (c.env as { incoming?: unknown } | undefined)?.incoming
  return incoming === undefined ? '127.0.0.1' : (getConnInfo(c).remote.address ?? 'unknown')
}

/** Whether it asks from this machine, and not through a proxy. */
export function isOnThisMachine(c: Context): boolean {
  const address = connected(c).replace(/^::ffff:/, '')
  return (address === '::1' || address.startsWith('127.')) && c.req.header('x-forwarded-for') === undefined
}
