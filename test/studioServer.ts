import { Metrics } from '../src/app/server/metrics.ts'
import { readPages } from '../src/app/server/pages.ts'
import { startServer } from '../src/app/server/start.ts'
import { type Models, type ModelsOptions, openModels } from '../src/service/index.ts'
import { openTestService, type TestService } from './service.ts'

/** A server with the studio, its service and a worker, in this process. */
export interface StudioServer {
  readonly address: string
  readonly service: TestService
  readonly models: Models
  /** Closes all, and keeps the folder. */
  end(): Promise<void>
}

interface StudioServerOptions {
  readonly folder: string
  /** What it can edit with. */
  readonly settings?: ModelsOptions | undefined
  /** `PENTIMENTO_API_KEYS` */
  readonly keys?: string | undefined
  /** 0, the default, takes a free one. */
  readonly port?: number | undefined
  /** Default: true. */
  readonly works?: boolean | undefined
}

/** Starts a server for tests of pages; `buildStudio` has built them. */
export async function openStudioServer(options: StudioServerOptions): Promise<StudioServer> {
  const { folder, settings = {}, keys = '', port = 0, works = true } = options
  const isInUse = (model: string): Promise<boolean> => service.isInUse(model)
  const models = await openModels({ ...settings, isInUse })
  const service: TestService = await openTestService({ folder, settings, models })
  const status = async (): Promise<{ queues: [] }> => ({ queues: [] })
  const parts = { edits: service.edits, pictures: service.pictures, history: service.history }
  const server = await startServer(
    {
      ...parts,
      models,
      pages: await readPages(),
      status,
      worker: () => (works ? 'ok' : 'none'),
      folder,
      secret: service.secret,
      metrics: new Metrics(status),
      log: () => undefined,
    },
    { host: '127.0.0.1', port, trustProxy: false, allowed: [], keys, requestsPerMinute: 0 },
  )
  if (works) await service.work()
  return {
    address: server.address,
    service,
    models,
    async end() {
      await server.close()
      await models.close()
      await service.end()
    },
  }
}
