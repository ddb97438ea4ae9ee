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
}
