import { WeightsError } from './error.ts'

/** Addresses of the proxies for requests; an empty one means none. */
export interface ProxySettings {
  /** For addresses that begin with `http:`. */
  readonly http: string
  /** For addresses that begin with `https:`. */
  readonly https: string
  /** Hosts that bypass the proxy: `localhost,.example.org,10.0.0.1:8080`, or `*`. */
  readonly except: string
}

/**
 * The proxies of an environment, as curl reads them: HTTPS_PROXY, HTTP_PROXY, ALL_PROXY, NO_PROXY, each in lower case
 * first. Undefined where there is none. @throws WeightsError that names the variable with an address it cannot use
 */
export function proxySettings(env: NodeJS.ProcessEnv): ProxySettings | undefined {
  const read = (...names: readonly string[]) => {
    const name = names.flatMap((each) => [each.toLowerCase(), each]).find((each) => env[each])
    return name === undefined ? '' : proxyAddress(name, env[name]!.trim())
  }
  const http = read('HTTP_PROXY', 'ALL_PROXY')
  const https = read('HTTPS_PROXY', 'ALL_PROXY') || http
  if (http === '' && https === '') return undefined
  return { http, https, except: env.no_proxy || env.NO_PROXY || '' }
}

function proxyAddress(name: string, value: string): string {
  const address = /^[a-z][\w+.-]*:\/\//i.test(value) ? value : `http://${value}`
  const url = URL.canParse(address) ? new URL(address) : undefined
  if (url && /^https?:$/.test(url.protocol)) return url.href
  // The address may hold a password.
  throw new WeightsError(
    'argument',
    `${name}: expected the address of an HTTP proxy such as http://proxy:3128, got ${url ? `one of ${url.protocol}` : 'no address'}`,
  )
}

/** An address for a message, without name and password. */
export function withoutPassword(address: string): string {
  const { protocol, host } = new URL(address)
  return `${protocol}//${host}`
}

/**
 * A `fetch` through the proxies of an environment, if it names any, that waits for an answer until its signal ends it:
 * Node's own gives up after five minutes, in which a large model on a CPU has made no picture yet.
 * Bodies are bytes or text. @throws WeightsError that names the variable with an address it cannot use
 */
export function patientFetch(env: NodeJS.ProcessEnv): typeof fetch {
  const settings = proxySettings(env) ?? { http: '', https: '', except: '' }
  let opened: Promise<typeof fetch> | undefined
  return async (input, init) => {
    opened ??= proxiedFetch(settings, { headersTimeout: 0, bodyTimeout: 0 })
    return (await opened)(input, init)
  }
}

/** A `fetch` through the proxies: Node 20's own knows none. */
export async function proxiedFetch(
  { http, https, except }: ProxySettings,
  limits: { readonly headersTimeout?: number; readonly bodyTimeout?: number } = {},
): Promise<typeof fetch> {
  const undici = await import('undici')
  const dispatcher = new undici.EnvHttpProxyAgent({
    httpProxy: http,
    httpsProxy: https,
    noProxy: except,
    // Plain HTTP goes to the proxy as it is: many allow CONNECT to the port of HTTPS alone.
    proxyTunnel: false,
    ...limits,
  })
  return (input, init) => undici.fetch(new URL(input as string | URL), { ...init, dispatcher })
}
