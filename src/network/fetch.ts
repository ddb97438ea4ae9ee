import type { EnvHttpProxyAgent } from 'undici'
import { type Environment, type ProxySettings, proxySettings } from './proxy.ts'
import { answerOf, type Send } from './send.ts'

/** Requests to these never go through a proxy, which would send them to itself. */
const thisMachine = ['localhost', '127.0.0.1', '[::1]']

/** As many as `fetch` follows. */
const mostRedirections = 20

/**
 * Sends requests through the proxies of an environment, if it names any, and waits for an answer until the signal ends it:
 * Node's `fetch` knows no proxies, and gives up after five minutes, in which a large model on a CPU has not answered yet.
 * @throws NetworkError that names the variable with an address it cannot use
 */
export function patientSend(env: Environment): Send {
  const settings = proxySettings(env) ?? { http: '', https: '', except: '' }
  let opened: Promise<Send> | undefined
  return async (address, options) => {
    opened ??= openSend(settings)
    return (await opened)(address, options)
  }
}

async function openSend(settings: ProxySettings): Promise<Send> {
  const { interceptors, request } = await import('undici')
  const plain = await dispatcherOf(settings, { headersTimeout: 0, bodyTimeout: 0 })
  const following = plain.compose(interceptors.redirect({ maxRedirections: mostRedirections }))
  return async (address, { method = 'GET', headers = {}, body = null, signal, redirect } = {}) =>
    answerOf(
      await request(new URL(address), {
        method,
        headers: { accept: '*/*', 'user-agent': 'pentimento', ...headers },
        body,
        signal,
        dispatcher: redirect === 'manual' ? plain : following,
      }),
    )
}

/** A `fetch` through the proxies; requests to this machine bypass them. */
export async function proxiedFetch(
  { http, https, except }: ProxySettings,
  limits: { readonly headersTimeout?: number; readonly bodyTimeout?: number } = {},
): Promise<typeof fetch> {
  const undici = await import('undici')
  const dispatcher = await dispatcherOf({ http, https, except }, limits)
  return (input, init) => undici.fetch(new URL(input as string | URL), { ...init, dispatcher })
}

async function dispatcherOf(
  { http, https, except }: ProxySettings,
  limits: { readonly headersTimeout?: number; readonly bodyTimeout?: number },
): Promise<EnvHttpProxyAgent> {
  const undici = await import('undici')
  return new undici.EnvHttpProxyAgent({
    httpProxy: http,
    httpsProxy: https,
    noProxy: except.trim() === '*' ? '*' : [except, ...thisMachine].join(','),
    // Plain HTTP goes to the proxy as it is: many allow CONNECT to the port of HTTPS alone.
    proxyTunnel: false,
    ...limits,
  })
}
