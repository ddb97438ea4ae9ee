import { createApp } from './app.ts'
import { FileLinks } from './fileLinks.ts'
import { doorsOf } from './guards.ts'
import { ApiKeys } from './keys.ts'
import { defaultLimits } from './limits.ts'
import { type Listening, listen } from './listen.ts'
import type { Metrics } from './metrics.ts'
import type { Pages } from './pages.ts'
import type { AppParts } from './parts.ts'
import { fetchPictures, type UrlRules } from './remoteUrls.ts'

/** What a server stands on, before it listens. */
export interface ServerParts
  extends Pick<
    AppParts,
    'edits' | 'pictures' | 'models' | 'history' | 'status' | 'worker' | 'folder' | 'log'
  > {
  readonly pages: Pages
  readonly metrics: Metrics
  /** What logins and links are signed by; the same in all servers of a service. */
  readonly secret: Uint8Array
}

/** Where a server listens, and to whom. */
export interface ServerOptions {
  readonly host: string
  /** 0 takes a free one. */
  readonly port: number
  /** The address that a proxy gives it. */
  readonly origin?: string | undefined
  /** Whether the proxy is believed who asks. */
  readonly trustProxy: boolean
  /** Origins of other sites whose pages may use the API. */
  readonly allowed: readonly string[]
  /** `PENTIMENTO_API_KEYS`; empty for none. */
  readonly keys: string
  /** Of one key; 0 for no limit. */
  readonly requestsPerMinute: number
  /** From where pictures are fetched by address; undefined for nowhere. */
  readonly urls?: UrlRules['hosts'] | undefined
}

/** A server that answers. */
export interface RunningServer extends Listening {
  readonly needsKey: boolean
  /** Ends streams of events, lets requests that are being answered end for some seconds, then stops. */
  close(): Promise<void>
}

/** Starts answering. @throws UsageError for keys that cannot be read or a port that is taken */
export async function startServer(parts: ServerParts, options: ServerOptions): Promise<RunningServer> {
  const { host, origin, allowed, urls, trustProxy } = options
  const { secret } = parts
  const keys = new ApiKeys(options.keys, secret)
  const stopping = new AbortController()
  let { port } = options
  const app = createApp({
    ...parts,
    keys,
    limits: { ...defaultLimits, requestsPerMinute: options.requestsPerMinute },
    fileLinks: new FileLinks(secret),
    fetchPicture: urls && fetchPictures({ hosts: urls, mostBytes: defaultLimits.pictureBytes }),
    doors: () => doorsOf(host, port, origin, allowed),
    allowed,
    isSecure: origin?.startsWith('https:') === true,
    trustProxy,
    stopping: stopping.signal,
  })
  const server = await listen(app, host, port)
  port = server.port
  return {
    ...server,
    needsKey: keys.areNeeded,
    async close() {
      stopping.abort()
      await server.close()
    },
  }
}
