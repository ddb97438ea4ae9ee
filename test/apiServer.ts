import { Metrics } from '../src/app/server/metrics.ts'
import type { Pages } from '../src/app/server/pages.ts'
import { type RunningServer, startServer } from '../src/app/server/start.ts'
import { type Models, openModels } from '../src/service/index.ts'
import type { TestService } from './service.ts'

/** What of a server for tests differs from the usual. */
export interface ApiServerOptions {
  /** `PENTIMENTO_API_KEYS`; none by default. */
  readonly keys?: string
  /** 0, the default, takes a free one. */
  readonly port?: number
  /** Of one key a minute; 0, the default, for no limit. */
  readonly requestsPerMinute?: number
  /** Default: those of this machine. */
  readonly models?: Models
  /** Default: texts in the place of the studio's pages. */
  readonly pages?: Pages
  readonly worker?: 'ok' | 'none'
  readonly log: (line: string) => void
}

const noPages: Pages = { page: () => (c) => c.text('page'), assets: (c) => c.text('asset') }

/** A server of a service on this machine, in this process. */
export async function startApiServer(
  service: TestService,
  { keys = '', port = 0, requestsPerMinute = 0, models, pages, worker = 'ok', log }: ApiServerOptions,
): Promise<RunningServer> {
  const status = async () => ({ queues: await service.queues() })
  return startServer(
    {
      edits: service.edits,
      pictures: service.pictures,
      history: service.history,
      models: models ?? (await openModels()),
      pages: pages ?? noPages,
      status,
      worker: () => worker,
      folder: service.folder,
      secret: service.secret,
      metrics: new Metrics(status),
      log,
    },
    { host: '127.0.0.1', port, trustProxy: false, allowed: [], keys, requestsPerMinute },
  )
}
