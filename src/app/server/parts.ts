import { OpenAPIHono } from '@hono/zod-openapi'
import type { EditService, History, Models, Owner, Pictures } from '../../service/index.ts'
import { ofIssue } from './apiError.ts'
import type { FileLinks } from './fileLinks.ts'
import type { Doors } from './guards.ts'
import type { ApiKeys } from './keys.ts'
import type { Limits } from './limits.ts'
import type { Metrics } from './metrics.ts'
import type { Pages } from './pages.ts'

/** What the server stands on. */
export interface AppParts {
  readonly edits: EditService
  readonly pictures: Pictures
  readonly models: Models
  readonly history: History
  /** The built pages of the studio. */
  readonly pages: Pages
  /** Who may enter; without keys everybody who reaches the server is `local`. */
  readonly keys: ApiKeys
  readonly limits: Limits
  /** Links to results that hold for an hour without a key. */
  readonly fileLinks: FileLinks
  /** Fetches pictures by address; left out where the server may not. */
  readonly fetchPicture?: ((url: string) => Promise<{ name: string; bytes: Uint8Array }>) | undefined
  /** Known once it listens. */
  readonly doors: () => Doors
  /** Origins of other sites whose pages may use the API; none by default. */
  readonly allowed: readonly string[]
  /** Whether people reach it by HTTPS, through a proxy: then logins travel by that alone. */
  readonly isSecure: boolean
  /** Whether the client's address is taken from the proxy. */
  readonly trustProxy: boolean
  /** Aborted when the server stops: streams of events end then. */
  readonly stopping: AbortSignal
  /** Edits that wait and are being made, of everyone. @throws where the database does not answer */
  readonly status: () => Promise<ServerStatus>
  /** The worker of this process; `none` where others work. */
  readonly worker: () => 'ok' | 'failing' | 'none'
  /** Where pictures are kept, to tell how much place is left. */
  readonly folder: string
  readonly metrics: Metrics
  readonly log: (line: string) => void
}

/** How much work there is. */
export interface ServerStatus {
  readonly queues: readonly { readonly model: string; readonly waiting: number; readonly active: number }[]
}

/** What every request has once it is let in. */
export interface Env {
  Variables: {
    /** Whose request it is; everything of the service is asked in its name. */
    owner: Owner
    requestId: string
  }
}

/** A group of routes, with its own file and one line in `routers.ts`. */
export interface Router {
  /** Its heading in the OpenAPI document; its routes name it in `tags`. */
  readonly tag: string
  readonly about: string
  readonly build: (parts: AppParts) => OpenAPIHono<Env>
}

/** An empty router, which refuses what its schemas do not take in the shape of all errors. */
export function newRouter(): OpenAPIHono<Env> {
  return new OpenAPIHono<Env>({
    defaultHook: (result) => {
      if (!result.success) throw ofIssue(result.error.issues)
    },
  })
}
