import { readPages } from '../src/app/server/pages.ts'
import { type Models, type ModelsOptions, openModels } from '../src/service/index.ts'
import { startApiServer } from './apiServer.ts'
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
  const server = await startApiServer(service, {
    keys,
    port,
    models,
    pages: await readPages(),
    worker: works ? 'ok' : 'none',
    log: () => undefined,
  })
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
