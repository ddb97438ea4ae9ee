import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import { Agent, request } from 'undici'
import { fileKind } from '../../image/index.ts'
import { ServiceError } from '../../service/index.ts'
import { isPublicAddress } from './publicAddress.ts'

/** Which pictures the server may fetch by address. */
export interface UrlRules {
  /** `any`, or names of hosts: `example.org`, `*.example.org`, with a port: `example.org:8443`. */
  readonly hosts: 'any' | readonly string[]
  /** Of one file, in bytes. Default: 50 MiB. */
  readonly mostBytes?: number | undefined
  /** For names, connections, redirects and the file together. Default: 15,000. */
  readonly timeoutMs?: number | undefined
  /** Which addresses may be connected to. Default: those of the public Internet. */
  readonly isAllowed?: ((address: string) => boolean) | undefined
  /** Default: the system's resolver. */
  readonly resolve?: ((host: string) => Promise<readonly ResolvedAddress[]>) | undefined
}

export interface ResolvedAddress {
  readonly address: string
  readonly family: number
}

/** A picture file that was fetched. */
export interface FetchedPicture {
  /** The last part of its address. */
  readonly name: string
  readonly bytes: Uint8Array
}

/** Fetches a picture. @throws ServiceError `input` or `picture` */
export type FetchPicture = (url: string) => Promise<FetchedPicture>

const mostRedirects = 3
const redirects: ReadonlySet<number> = new Set([301, 302, 303, 307, 308])

/**
 * Fetches pictures by http(s) URL without being led into a private network: every address of a name is checked, the
 * connection goes to a checked one, so that the name cannot mean another by then, and each redirect is checked in the
 * same way. Proxies of the environment are not used: they would look names up themselves.
 */
export function fetchPictures(rules: UrlRules): FetchPicture {
  const { timeoutMs = 15_000 } = rules
  return async (given) => {
    const signal = AbortSignal.timeout(timeoutMs)
    try {
      let url = checkedUrl(given, rules)
      for (let hop = 0; hop <= mostRedirects; hop++) {
        const answer = await load(url, rules, signal)
        if ('bytes' in answer) return { name: nameOf(url), bytes: picture(url, answer.bytes) }
        url = checkedUrl(answer.location, rules, url)
      }
      throw refused(url, `expected at most ${mostRedirects} redirects, got more`)
    } catch (error) {
      if (error instanceof ServiceError) throw error
      if (signal.aborted)
        throw new ServiceError('input', `url: did not answer in full within ${timeoutMs / 1000} s`)
      throw new ServiceError(
        'input',
        `url: cannot be fetched (${(error as NodeJS.ErrnoException).code ?? 'failed'})`,
        {
          cause: error,
        },
      )
    }
  }
}

/** @throws ServiceError for another scheme, a password, a host or port that is not allowed */
function checkedUrl(text: string, { hosts }: UrlRules, base?: URL): URL {
  if (text.length > 4096) throw new ServiceError('input', `url: expected at most 4096 characters`)
  if (!URL.canParse(text, base?.href))
    throw new ServiceError('input', 'url: expected an http or https address')
  const url = new URL(text, base)
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw new ServiceError('input', `url: expected http or https, got ${url.protocol.slice(0, 20)}`)
  if (url.username !== '' || url.password !== '')
    throw refused(url, 'expected an address without user and password')
  const port = url.port === '' ? (url.protocol === 'http:' ? 80 : 443) : Number(url.port)
  const host = url.hostname.replace(/\.$/, '')
  const isUsual = port === 80 || port === 443
  const isFit =
    hosts === 'any'
      ? isUsual
      : hosts.some((each) => {
          const [, name = '', itsPort] = /^(.*?)(?::(\d+))?$/.exec(each.toLowerCase()) ?? []
          const isPort = itsPort === undefined ? isUsual : Number(itsPort) === port
          return isPort && (name === host || (name.startsWith('*.') && host.endsWith(name.slice(1))))
        })
  if (!isFit)
    throw refused(
      url,
      hosts === 'any'
        ? `expected port 80 or 443, got ${port}`
        : 'this host and port are not among those of --urls',
    )
  return url
}

type Answer = { readonly bytes: Uint8Array } | { readonly location: string }

async function load(url: URL, rules: UrlRules, signal: AbortSignal): Promise<Answer> {
  const { mostBytes = 50 * 1024 * 1024 } = rules
  const addresses = await abortable(checkedAddresses(url, rules), signal)
  const agent = new Agent({
    connect: {
      lookup: (_host, options, done) => {
        if (options.all) done(null, [...addresses])
        else done(null, addresses[0]!.address, addresses[0]!.family)
      },
    },
    pipelining: 0,
  })
  try {
    const { statusCode, headers, body } = await request(url, {
      dispatcher: agent,
      signal,
      headers: { accept: 'image/*', 'accept-encoding': 'identity', 'user-agent': 'pentimento' },
    })
    const { location } = headers
    if (redirects.has(statusCode) && typeof location === 'string') return { location }
    if (statusCode !== 200) throw refused(url, `expected status 200, got ${statusCode}`)
    return { bytes: await read(url, body, Number(headers['content-length'] ?? 0), mostBytes) }
  } finally {
    void agent.destroy().catch(() => undefined)
  }
}

/** @throws ServiceError where one address of the host is not a public one, or there is none */
async function checkedAddresses(url: URL, rules: UrlRules): Promise<readonly ResolvedAddress[]> {
  const { isAllowed = isPublicAddress, resolve = (host) => lookup(host, { all: true }) } = rules
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const family = isIP(host)
  const found = family === 0 ? await resolve(host) : [{ address: host, family }]
  if (found.length === 0 || !found.every(({ address }) => isAllowed(address)))
    throw refused(url, 'this host is not on the public Internet')
  return found
}

async function read(
  url: URL,
  body: AsyncIterable<Uint8Array>,
  announced: number,
  mostBytes: number,
): Promise<Uint8Array> {
  const tooLarge = (): ServiceError =>
    new ServiceError('picture', `${shown(url)}: expected a file of at most ${mostBytes} bytes`)
  if (announced > mostBytes) throw tooLarge()
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of body) {
    size += chunk.length
    if (size > mostBytes) throw tooLarge()
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/** Tells a picture by its first bytes, so that nothing else that the server can reach is passed on. */
function picture(url: URL, bytes: Uint8Array): Uint8Array {
  const kind = fileKind(bytes)
  if ('format' in kind) return bytes
  throw new ServiceError('picture', `${shown(url)}: expected a picture, got ${kind.other}`)
}

function abortable<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((done, fail) => {
    signal.addEventListener('abort', () => fail(signal.reason), { once: true })
    work.then(done, fail)
  })
}

function nameOf(url: URL): string {
  const last = url.pathname.split('/').at(-1) ?? ''
  try {
    return decodeURIComponent(last) || 'picture'
  } catch {
    return 'picture'
  }
}

const refused = (url: URL, why: string): ServiceError => new ServiceError('input', `${shown(url)}: ${why}`)

/** Without its query, which may hold a key. */
const shown = (url: URL): string => `${url.protocol}//${url.host}${url.pathname}`.slice(0, 200)
