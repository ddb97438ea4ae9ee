import type { FileStore, JobStore } from '../jobs/index.ts'
import { type Cleaned, clean } from './clean.ts'
import { Changes } from './edits/changes.ts'
import { JobEdits } from './edits/jobEdits.ts'
import { ModelList } from './edits/modelList.ts'
import { type QueueState, queueOf, readQueues } from './edits/rows.ts'
import type { QueueLimits } from './edits/submissions.ts'
import type { EditService } from './edits.ts'
import type { ImportLimits } from './history/archive/importSession.ts'
import { openHistory } from './history/openHistory.ts'
import { migrateHistory } from './history/tables.ts'
import type { History } from './history.ts'
import type { OpenEditors } from './models/openEditors.ts'
import type { Models } from './models.ts'
import { OwnedPictures } from './pictures/ownedPictures.ts'
import { PictureStore } from './pictures/pictureStore.ts'
import type { PictureLimits } from './pictures/takeIn.ts'
import type { Pictures } from './pictures.ts'
import { migrateService, sharedSecret } from './tables.ts'
import { EditorPool } from './work/pool.ts'
import { type EditWorkOptions, ServiceWorker } from './work/serviceWorker.ts'

/** Limits of the service. */
export interface ServiceLimits extends PictureLimits, QueueLimits, ImportLimits {}

export const defaultServiceLimits: ServiceLimits = {
  pictureBytes: 50 * 2 ** 20,
  archiveBytes: 4 * 2 ** 30,
  picturePixels: 100_000_000,
  pictureFrames: 1000,
  waiting: 1000,
  waitingOfOwner: 200,
}

const cleanMilliseconds = 3_600_000

/** Dependencies of the service. */
export interface ServiceOptions {
  readonly jobs: JobStore
  readonly files: FileStore
  readonly models: Pick<Models, 'models' | 'loras'>
  /** Opens them, for work. */
  readonly editors: OpenEditors
  readonly limits?: Partial<ServiceLimits> | undefined
  /** Models that stay open in this process; the darkroom and remote editors take little memory. Default: 2. */
  readonly openModels?: number | undefined
  /** Minutes after which an unused editor is closed. Default: 10. */
  readonly idleMinutes?: number | undefined
  /** Days after which edits that are in no session and unused pictures are deleted; 0 for never. Default: 30. */
  readonly keepDays?: number | undefined
  readonly log?: ((line: string) => void) | undefined
}

/** The service over one database and one file store; any number of processes that share these may open it. */
export interface Service {
  readonly edits: EditService
  readonly pictures: Pictures
  readonly history: History
  readonly limits: ServiceLimits
  /** 32 bytes, the same in all processes of the service, for logins and links that each of them accepts. */
  readonly secret: Uint8Array
  /** Makes edits in this process until stopped or closed. May be called once. */
  work(options?: EditWorkOptions): Promise<Pick<ServiceWorker, 'stop'>>
  /** The queues with waiting or active edits, in the order of their models' names. */
  queues(): Promise<readonly QueueState[]>
  /** Deletes expired data and leftovers of killed processes. A working process does this every hour. */
  clean(): Promise<Cleaned>
  /** Whether edits of a model wait or run in any process. */
  isInUse(model: string): Promise<boolean>
  /** Stops its worker, whose edits return to the queue, and closes its editors. The stores stay open. */
  close(): Promise<void>
}

/** Opens the service, and creates missing tables. @throws JobError */
export async function openService({
  jobs,
  files,
  models,
  editors,
  limits: chosen,
  openModels = 2,
  idleMinutes = 10,
  keepDays = 30,
  log = () => undefined,
}: ServiceOptions): Promise<Service> {
  await migrateService(jobs.sql)
  // Data used by sessions is not cleaned up.
  await migrateHistory(jobs.sql)
  const limits = { ...defaultServiceLimits, ...chosen }
  const store = new PictureStore(jobs.sql, files)
  const list = new ModelList(models)
  const changes = new Changes(jobs.sql)
  const pool = new EditorPool(editors, { most: openModels, idleSeconds: 60 * idleMinutes, log })
  const workers: ServiceWorker[] = []
  const cleanUp = (): Promise<Cleaned> =>
    clean({ jobs, store }, { keepDays: keepDays === 0 ? undefined : keepDays })
  let cleaning: NodeJS.Timeout | undefined
  const edits = new JobEdits({ jobs, store, models, list, changes, limits })
  const pictures = new OwnedPictures(store, limits)
  const history = await openHistory({
    sql: jobs.sql,
    edits,
    pictures,
    models,
    hold: store.hold.bind(store),
    limits,
  })
  return {
    limits,
    secret: await sharedSecret(jobs.sql, 'links'),
    edits,
    pictures,
    history,
    async work(options = {}) {
      const worker = new ServiceWorker({ jobs, store, list, changes, pool, log }, options)
      workers.push(worker)
      await worker.start()
      cleaning ??= setInterval(() => {
        cleanUp().catch((error: unknown) => log(`cleaning up: ${(error as Error).message}`))
      }, cleanMilliseconds).unref()
      return worker
    },
    queues: () => readQueues(jobs.sql),
    clean: cleanUp,
    async isInUse(model) {
      const { waiting, active } = await jobs.unfinished(queueOf(model))
      return waiting + active > 0
    },
    async close() {
      clearInterval(cleaning)
      changes.close()
      await Promise.all(workers.map((worker) => worker.stop({ abort: true })))
      await pool.close()
    },
  }
}
