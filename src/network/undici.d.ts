/**
 * The part of undici that is used here. Its own declarations describe a `fetch` with classes of its own, which is not
 * assignable to the global one though it works the same.
 */
declare module 'undici' {
  export class EnvHttpProxyAgent {
    constructor(options: {
      readonly httpProxy: string
      readonly httpsProxy: string
      readonly noProxy: string
      readonly proxyTunnel: boolean
      /** Milliseconds to wait for the head of an answer, and between parts of its body; 0 waits as long as it takes. */
      readonly headersTimeout?: number
      readonly bodyTimeout?: number
    })
    compose(interceptor: Interceptor): Dispatcher
  }
  export interface Interceptor {
    readonly kind: unique symbol
  }
  /** What sends requests. */
  export interface Dispatcher {
    destroy(): Promise<void>
  }
  export const interceptors: { redirect(options: { readonly maxRedirections: number }): Interceptor }
  export function fetch(
    input: URL,
    init: Omit<RequestInit, 'dispatcher'> & { readonly dispatcher: EnvHttpProxyAgent },
  ): Promise<Response>

  /** Connections of one's own, and how names become addresses for them. */
  export class Agent {
    constructor(options: {
      readonly connect: { readonly lookup: import('node:net').LookupFunction }
      readonly pipelining?: number
    })
    destroy(): Promise<void>
  }
  /** Sends a request and follows no redirect, unless its dispatcher does. */
  export function request(
    url: URL,
    options: {
      readonly dispatcher: Agent | EnvHttpProxyAgent | Dispatcher
      readonly method?: string
      readonly signal?: AbortSignal | undefined
      readonly headers?: Readonly<Record<string, string>>
      readonly body?: string | Uint8Array | Blob | null
    },
  ): Promise<SentAnswer>
  export interface SentAnswer {
    readonly statusCode: number
    readonly headers: Readonly<Record<string, string | string[] | undefined>>
    readonly body: import('node:stream').Readable
  }
}
