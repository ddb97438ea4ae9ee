import type { Service } from '../../tools/index.ts'
import type { EditError } from '../error.ts'
import { ask, errorOf } from './service.ts'

/** The longest file of a picture that is taken, in bytes. */
const mostBytes = 64 * 2 ** 20

/** How often a download may be sent on. */
const mostRedirects = 3

/** The bytes of base64, with or without `data:…;base64,` before it. @throws EditError `server` where it is none */
export function bytesOfBase64(service: Service, text: string): Uint8Array {
  const bare = text.replace(/^data:[^,]{0,200},/, '').replace(/\s+/g, '')
  const isWhole = /^[A-Za-z0-9+/_-]+={0,2}$/.test(bare) && bare.replace(/=+$/, '').length % 4 !== 1
  if (!isWhole)
    throw errorOf(
      service,
      'server',
      `broken base64 in the answer, expected a picture, got ${bare.length} characters that begin with '${bare.slice(0, 24)}'; try again`,
    )
  return new Uint8Array(Buffer.from(bare, 'base64'))
}

/**
 * Fetches a picture that an answer names by its address, without the service's key: over HTTP alone, up to 64 MiB,
 * over at most 3 redirections, and not from within a private network unless the service itself is in one.
 * @throws EditError `server`
 */
export async function download(service: Service, address: string, signal: AbortSignal): Promise<Uint8Array> {
  if (address.startsWith('data:')) return bytesOfBase64(service, address)
  const isInside = isPrivate(new URL(service.baseUrl).hostname)
  for (let url = address, hops = 0; ; hops++) {
    checkAddress(service, url, isInside)
    const { retries, backoffSeconds } = service
    // A service of its own: its messages name the address that they are of, and the key stays here.
    const { origin, pathname } = new URL(url)
    const source: Service = {
      name: `${service.name}: the picture`,
      baseUrl: `${origin}${pathname}`,
      redirect: 'manual',
      ...(service.fetch && { fetch: service.fetch }),
      ...(retries !== undefined && { retries }),
      ...(backoffSeconds !== undefined && { backoffSeconds }),
    }
    const reply = await ask(source, { path: '', url, signal, mostBytes })
    const next = reply.headers.get('location')
    if (reply.status >= 300 && reply.status < 400 && next !== null) {
      if (hops >= mostRedirects)
        throw errorOf(source, 'server', `expected at most ${mostRedirects} redirections, got more`)
      if (!URL.canParse(next, url)) throw errorOf(source, 'server', 'redirects to no address')
      url = new URL(next, url).href
      continue
    }
    if (reply.status !== 200)
      throw errorOf(source, 'server', `HTTP ${reply.status}, expected a picture; links expire: try again`)
    return reply.bytes
  }
}

function checkAddress(service: Service, url: string, isInside: boolean): void {
  const parsed = URL.canParse(url) ? new URL(url) : undefined
  if (!parsed || !/^https?:$/.test(parsed.protocol))
    throw errorOf(
      service,
      'server',
      `expected a picture's address with http or https, got '${url.slice(0, 60)}'`,
    )
  if (!isInside && isPrivate(parsed.hostname))
    throw errorOf(
      service,
      'server',
      `the answer's picture lies at ${parsed.hostname}, within a private network; it was not fetched`,
    )
}

/** Whether a host is this machine or within a private network, as far as its name or address says. */
export function isPrivate(host: string): boolean {
  const name = host.toLowerCase().replace(/^\[|\]$/g, '')
  if (name === 'localhost' || name.endsWith('.localhost') || name.endsWith('.internal')) return true
  if (name.includes(':')) return /^(::1?$|f[cd]|fe[89ab]|::ffff:)/.test(name)
  const parts = name.split('.').map(Number)
  if (parts.length !== 4 || !parts.every((part) => Number.isInteger(part))) return false
  const [a, b] = parts as [number, number, number, number]
  return (
    a === 0 ||
    a === 10 ||
    a === 127 ||
    (a === 100 && b >= 64 && b < 128) ||
    (a === 169 && b === 254) ||
    (a === 172 && b >= 16 && b < 32) ||
    (a === 192 && b === 168)
  )
}

/** The one picture of an answer that gives it as base64 or by its address. @throws EditError `server` where it has neither */
export async function pictureBytes(
  service: Service,
  { base64, url }: { readonly base64?: string | null | undefined; readonly url?: string | null | undefined },
  signal: AbortSignal,
): Promise<Uint8Array | undefined> {
  if (base64) return bytesOfBase64(service, base64)
  return url ? download(service, url, signal) : undefined
}

/** The error of an answer that is none of the API's forms. */
export function strangeAnswer(service: Service, expected: string, got: unknown): EditError {
  const text = JSON.stringify(got) ?? String(got)
  return errorOf(service, 'server', `expected ${expected}, got ${text.slice(0, 120)}; is this the right API?`)
}
