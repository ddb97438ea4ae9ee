import { setTimeout as wait } from 'node:timers/promises'
import type { Answer, Send } from '../../network/index.ts'
import { ToolError } from '../error.ts'

/** A server behind a tool. */
export interface Service {
  /** Such as `vision (qwen2.5-vl)`: messages begin with it. */
  readonly name: string
  readonly baseUrl: string
  readonly headers?: Readonly<Record<string, string>>
  /** What must not be in any message. */
  readonly secret?: string | undefined
  /** How often a request is sent again that failed in passing. Default: 4. */
  readonly retries?: number
  /** The wait before the first retry, doubled with each. Default: 1. */
  readonly backoffSeconds?: number
  /** Answers that a retry would not change, in addition to those of {@link isUsedUp}. */
  isFinal?(reply: ServiceReply): boolean
  /** The wait that an answer asks for in another way than by `Retry-After`. */
  waitSeconds?(reply: ServiceReply): number | undefined
  /** `manual` leaves redirections to the caller, so that no key goes elsewhere. Default: follow. */
  readonly redirect?: 'follow' | 'manual'
  /** Sends requests; forms reach it as bytes. Default: directly, through no proxy. */
  readonly fetch?: Send
}

/** One request. */
export interface ServiceRequest {
  readonly method?: 'GET' | 'POST'
  readonly path: string
  /** In place of the service's address and {@link path}. */
  readonly url?: string
  /** In addition to the service's. */
  readonly headers?: Readonly<Record<string, string>>
  readonly json?: unknown
  readonly form?: FormData
  /** The longest answer, in bytes. Default: 256 MiB. */
  readonly mostBytes?: number
  /** Ends it, whatever it waits for. */
  readonly signal: AbortSignal
}

/** What came back. */
export interface ServiceReply {
  readonly status: number
  readonly headers: Headers
  readonly bytes: Uint8Array
}

/** Statuses after which the same request may succeed. */
const passing = new Set([408, 409, 425, 429, 500, 502, 503, 504, 529])

/** The longest wait that a server may ask for. */
const longestWaitSeconds = 120

/**
 * Sends a request until it is answered, with growing waits between the tries, or those that the server asks for. Gives
 * back any answer that another try would not change, errors too.
 * @throws ToolError `tool-server` when there was none
 */
export async function send(service: Service, request: ServiceRequest): Promise<ServiceReply> {
  const { retries = 4, backoffSeconds = 1 } = service
  for (let attempt = 0; ; attempt++) {
    const outcome = await once(service, request)
    if (outcome.tooLong !== undefined) throw serverError(service, outcome.tooLong)
    const last = attempt >= retries
    if (outcome.reply && (last || !mayPass(service, outcome.reply))) return outcome.reply
    if (last || request.signal.aborted) throw unreachable(service, request, outcome.failure, attempt + 1)
    const seconds = outcome.waitSeconds ?? backoffSeconds * 2 ** attempt
    if (seconds > longestWaitSeconds)
      throw serverError(
        service,
        `asks to wait ${Math.round(seconds)} s before the next request, expected at most ${longestWaitSeconds}; try later`,
      )
    try {
      await wait(1000 * seconds, undefined, { signal: request.signal })
    } catch {
      throw unreachable(service, request, outcome.failure ?? `HTTP ${outcome.reply?.status}`, attempt + 1)
    }
  }
}

interface Outcome {
  readonly reply?: ServiceReply
  readonly failure?: string
  /** An answer that is longer than is taken: another try would be too. */
  readonly tooLong?: string
  readonly waitSeconds?: number | undefined
}

async function once(
  service: Service,
  { method = 'GET', path, url, headers, json, form, signal, mostBytes = 2 ** 28 }: ServiceRequest,
): Promise<Outcome> {
  try {
    const body = form && new Response(form)
    const response = await (service.fetch ?? fetch)(url ?? `${service.baseUrl.replace(/\/+$/, '')}${path}`, {
      method,
      signal,
      redirect: service.redirect ?? 'follow',
      headers: {
        ...service.headers,
        ...headers,
        ...(json !== undefined && { 'content-type': 'application/json' }),
        ...(body && { 'content-type': body.headers.get('content-type') ?? '' }),
      },
      ...(json !== undefined && { body: JSON.stringify(json) }),
      ...(body && { body: new Uint8Array(await body.arrayBuffer()) }),
    })
    const bytes = await bodyOf(response, mostBytes)
    if (!bytes) return { tooLong: `the answer is longer than ${Math.round(mostBytes / 2 ** 20)} MiB` }
    const reply = { status: response.status, headers: response.headers, bytes }
    return {
      reply,
      waitSeconds: retryAfter(response.headers.get('retry-after')) ?? service.waitSeconds?.(reply),
    }
  } catch (error) {
    return { failure: causeOf(error) }
  }
}

/** The body of an answer, or undefined where it is longer than that. */
async function bodyOf({ body, headers }: Answer, mostBytes: number): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = []
  const isTooLong = Number(headers.get('content-length')) > mostBytes
  let length = 0
  for await (const chunk of body ?? []) {
    length += chunk.length
    // Leaving the loop cancels the rest.
    if (isTooLong) return undefined
    if (length > mostBytes) return undefined
    chunks.push(chunk)
  }
  return new Uint8Array(Buffer.concat(chunks))
}

/** Whether the same request may succeed later. */
function mayPass(service: Service, reply: ServiceReply): boolean {
  return passing.has(reply.status) && !isUsedUp(reply) && service.isFinal?.(reply) !== true
}

/** Whether an account has nothing left: it stays so, although OpenAI answers 429 as for a rate limit. */
export function isUsedUp({ status, bytes }: ServiceReply): boolean {
  return (
    status === 402 ||
    (status >= 400 && /insufficient_quota|billing_(hard_limit|not_active)/.test(textOf(bytes)))
  )
}

/** `Retry-After`: seconds, or a date. */
export function retryAfter(header: string | null, now: number = Date.now()): number | undefined {
  if (header === null || header.trim() === '') return undefined
  const seconds = Number(header)
  if (Number.isFinite(seconds)) return Math.max(0, seconds)
  const date = Date.parse(header)
  return Number.isNaN(date) ? undefined : Math.max(0, (date - now) / 1000)
}

/** What a failed `fetch` failed of: it hides it in its causes. */
function causeOf(error: unknown): string {
  const { name, message, code, cause } = error as Error & { code?: string }
  if (name === 'TimeoutError') return 'the time limit was reached'
  if (name === 'AbortError') return 'it was cancelled'
  if (cause instanceof Error) return causeOf(cause)
  if (code === 'UND_ERR_SOCKET' || code === 'ECONNRESET') return 'the connection was lost'
  return code === undefined || message.includes(code) ? message : `${message} (${code})`
}

function unreachable(
  service: Service,
  { signal }: ServiceRequest,
  failure: string | undefined,
  tries: number,
): ToolError {
  const times = tries === 1 ? '1 try' : `${tries} tries`
  if (signal.aborted && (signal.reason as Error | undefined)?.name !== 'TimeoutError')
    return new ToolError('cancelled', `${service.name}: the request was cancelled`)
  if (signal.aborted)
    return serverError(
      service,
      `no answer within its time limit (${times}${failure && !/time limit/.test(failure) ? `, last: ${failure}` : ''}); raise timeLimitSeconds, or check the server`,
    )
  return serverError(
    service,
    `no answer after ${times}: ${failure}; check that the server runs and the address is correct`,
  )
}

/** An error of a server, with its address and without its key. */
export function serverError(
  service: Service,
  what: string,
  code: 'tool-server' | 'tool-refused' | 'tool-answer' = 'tool-server',
  status?: number,
): ToolError {
  return new ToolError(
    code,
    withoutSecret(service, `${service.name} at ${addressOf(service.baseUrl)}: ${what}`),
    { status },
  )
}

/** One line, at most 400 characters, without the key. */
function withoutSecret({ secret }: Service, text: string): string {
  const line = text.replace(/\s+/g, ' ').trim()
  const clean = secret ? line.replaceAll(secret, '…') : line
  return clean.length > 400 ? `${clean.slice(0, 399)}…` : clean
}

/** The address without user and password. */
function addressOf(url: string): string {
  try {
    const { protocol, host, pathname } = new URL(url)
    return `${protocol}//${host}${pathname.replace(/\/$/, '')}`
  } catch {
    return url
  }
}

export const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)

/** The JSON of a reply. @throws ToolError `tool-server` when it is none: a proxy's page, or half a body */
export function jsonOf(service: Service, { status, bytes }: ServiceReply): unknown {
  const text = textOf(bytes)
  try {
    return JSON.parse(text)
  } catch {
    throw serverError(
      service,
      `HTTP ${status} with '${text.slice(0, 80)}' instead of JSON; check that this is the server's API address`,
    )
  }
}
