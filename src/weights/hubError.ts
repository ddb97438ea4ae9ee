import { withoutPassword } from '../network/index.ts'
import { fileError, WeightsError } from './error.ts'
import type { HubRepo } from './hub.ts'

/** An answer of a hub that is no success. */
export class HubStatusError extends Error {
  readonly status: number
  /** Seconds that the hub asks to wait; 0 where it does not say. */
  readonly retryAfter: number

  constructor(status: number, retryAfter: string | null) {
    super(`status ${status}`)
    this.status = status
    this.retryAfter = Math.max(0, Number(retryAfter) || 0)
  }
}

/** Maximum pause in milliseconds, even if the hub requests more. */
const longestPause = 60_000

/** Milliseconds before the next try: twice as many each time, and not less than the hub asked for. */
export function pauseAfter(error: WeightsError, failures: number, retryDelay: number): number {
  const asked = error.cause instanceof HubStatusError ? error.cause.retryAfter * 1000 : 0
  return Math.min(longestPause, Math.max(asked, retryDelay * 2 ** (failures - 1)))
}

const unreachable = new Set([
  'ENOTFOUND',
  'EAI_AGAIN',
  'ECONNREFUSED',
  'ENETUNREACH',
  'ENETDOWN',
  'EHOSTUNREACH',
  'ETIMEDOUT',
  'UND_ERR_CONNECT_TIMEOUT',
])

/** What went wrong between us and a hub, in one line. @param path a file of the repository, or '' */
export function hubError(
  repo: HubRepo,
  path: string,
  error: unknown,
  signal: AbortSignal | undefined,
): WeightsError {
  if (error instanceof WeightsError) return error
  const what = path === '' ? repo.name : `${repo.name}: ${path}`
  if (signal?.aborted) return fileError(what, 'download', signal.reason)
  const { endpoint, token, revision, type = 'model' } = repo
  const status = error instanceof HubStatusError ? error.status : undefined
  if (status === 401 || status === 403) {
    const help = token
      ? `this HF_TOKEN may not read it; accept the ${type}'s terms at ${endpoint}/${type === 'dataset' ? 'datasets/' : ''}${repo.name} or use another token`
      : `it is private or gated, or there is no such ${type}; set HF_TOKEN to read it`
    return new WeightsError('access', `${what}: ${endpoint} answers ${status}: ${help}`)
  }
  if (status === 404) {
    const where = revision === undefined ? '' : ` at revision ${revision}`
    return new WeightsError('missing', `${what}: not found at ${endpoint}${where}, check the name`)
  }
  const message = error instanceof Error ? error.message : String(error)
  if (/access token must start/.test(message))
    return new WeightsError('argument', "HF_TOKEN: expected a token that starts with 'hf_'")
  const { code, reason } = causeOf(error)
  if (unreachable.has(code) || /HTTP Tunneling/.test(reason))
    return new WeightsError(
      'offline',
      `${what}: ${endpoint} cannot be reached (${reason}), ${adviceOn(repo)}`,
      { cause: error },
    )
  return new WeightsError('network', `${what}: ${endpoint} cannot be read, got ${reason}`, { cause: error })
}

function adviceOn({ endpoint, proxy }: HubRepo): string {
  if (!proxy) return 'are you offline? Behind a proxy, set HTTPS_PROXY'
  const address = endpoint.startsWith('https:') ? proxy.https : proxy.http
  const through = address === '' ? 'directly' : `through the proxy ${withoutPassword(address)}`
  return `asked ${through}; check the network, HTTPS_PROXY, HTTP_PROXY and NO_PROXY`
}

/** The innermost cause, which `fetch` hides behind "fetch failed", and its code. */
function causeOf(error: unknown): { readonly code: string; readonly reason: string } {
  if (!(error instanceof Error)) return { code: '', reason: String(error) }
  let cause = error
  for (let inner: unknown = error; inner instanceof Error; ) {
    cause = inner
    // Several addresses of a host were tried.
    inner = inner instanceof AggregateError ? inner.errors[0] : inner.cause
  }
  const given: unknown = (cause as NodeJS.ErrnoException).code
  const code = typeof given === 'string' ? given : ''
  return { code, reason: code === '' || code.startsWith('UND_ERR_') ? cause.message : code }
}
