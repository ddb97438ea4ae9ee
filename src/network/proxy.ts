import { NetworkError } from './error.ts'

/** Addresses of the proxies for requests; an empty one means none. */
export interface ProxySettings {
  /** For addresses that begin with `http:`. */
  readonly http: string
  /** For addresses that begin with `https:`. */
  readonly https: string
  /** Hosts that bypass the proxy, beside this machine: `.example.org,10.0.0.1:8080`, or `*`. */
  readonly except: string
}

/** Variables of an environment. */
export type Environment = Readonly<Record<string, string | undefined>>

/**
 * The proxies of an environment, as curl reads them: HTTPS_PROXY, HTTP_PROXY, ALL_PROXY, NO_PROXY, each in lower case
 * first. Undefined where there is none. @throws NetworkError that names the variable with an address it cannot use
 */
export function proxySettings(env: Environment): ProxySettings | undefined {
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
  throw new NetworkError(
    'proxy',
    `${name}: expected the address of an HTTP proxy such as http://proxy:3128, got ${url ? `one of ${url.protocol}` : 'no address'}`,
  )
}

/** An address for a message, without name and password. */
export function withoutPassword(address: string): string {
  const { protocol, host } = new URL(address)
  return `${protocol}//${host}`
}
