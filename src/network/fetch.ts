import { type Environment, type ProxySettings, proxySettings } from './proxy.ts'

/** Requests to these never go through a proxy, which would send them to itself. */
const thisMachine = ['localhost', '127.0.0.1', '[::1]']

/**
 * A `fetch` through the proxies of an environment, if it names any, that waits for an answer until its signal ends it.
 * Node's own knows no proxies, and gives up after five minutes, in which a large model on a CPU has not answered yet.
 * Bodies are bytes or text. @throws NetworkError that names the variable with an address it cannot use
 */
export function patientFetch(env: Environment): typeof fetch {
  const settings = proxySettings(env) ?? { http: '', https: '', except: '' }
  let opened: Promise<typeof fetch> | undefined
  return async (input, init) => {
    opened ??= proxiedFetch(settings, { headersTimeout: 0, bodyTimeout: 0 })
    return (await opened)(input, init)
  }
}

/** A `fetch` through the proxies; requests to this machine bypass them. */
export async function proxiedFetch(
  { http, https, except }: ProxySettings,
  limits: { readonly headersTimeout?: number; readonly bodyTimeout?: number } = {},
): Promise<typeof fetch> {
  const undici = await import('undici')
  const dispatcher = new undici.EnvHttpProxyAgent({
    httpProxy: http,
    httpsProxy: https,
    noProxy: except.trim() === '*' ? '*' : [except, ...thisMachine].join(','),
    // Plain HTTP goes to the proxy as it is: many allow CONNECT to the port of HTTPS alone.
    proxyTunnel: false,
    ...limits,
  })
  return (input, init) => undici.fetch(new URL(input as string | URL), { ...init, dispatcher })
}
