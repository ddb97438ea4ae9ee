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
  }
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
  /** Sends a request and follows no redirect. */
  export function request(
    url: URL,
    options: {
      readonly dispatcher: Agent
      readonly signal: AbortSignal
      readonly headers: Readonly<Record<string, string>>
    },
  ): Promise<{
    readonly statusCode: number
    readonly headers: Readonly<Record<string, string | string[] | undefined>>
    readonly body: AsyncIterable<Uint8Array>
  }>
}
