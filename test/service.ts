import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encodePicture } from 'pentimento/image'
import { openFileStore, openJobStore } from 'pentimento/jobs'
import {
  type Edit,
  type EditorSettings,
  openEditorsOf,
  openModels,
  openService,
  type Service,
  type ServiceOptions,
} from '../src/service/index.ts'
import { placeDatabase } from './database.ts'

/** A service in a folder, or over a Postgres server, whose parts close in their order. */
export interface TestService extends Service {
  readonly folder: string
  readonly jobs: ServiceOptions['jobs']
  readonly files: ServiceOptions['files']
  /** Closes all, and keeps the folder. */
  end(): Promise<void>
}

/** Where a service for a test lies, and what it can edit with. */
export interface TestServiceOptions extends Partial<Omit<ServiceOptions, 'jobs' | 'files'>> {
  readonly folder: string
  readonly url?: string | undefined
  readonly settings?: EditorSettings | undefined
  readonly leaseSeconds?: number | undefined
}

/** Opens a service with the real editors of this machine. */
export async function openTestService({
  folder,
  url,
  settings = {},
  leaseSeconds = 2,
  ...options
}: TestServiceOptions): Promise<TestService> {
  const database = join(folder, 'database')
  if (url === undefined) await placeDatabase(database)
  const jobs = await openJobStore(
    url === undefined ? { folder: database } : { url, schema: 'service', leaseSeconds },
  )
  const files = await openFileStore({ folder: join(folder, 'files') })
  const models = await openModels(settings)
  const editors = openEditorsOf({ version: '0.0.0', ...settings })
  const service = await openService({ jobs, files, models, editors, ...options })
  return {
    ...service,
    folder,
    jobs,
    files,
    async end() {
      await service.close()
      await models.close()
      await jobs.close()
    },
  }
}

/** A folder that is deleted by the function beside it. */
export function serviceFolder(): { readonly folder: string; readonly remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'service-'))
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) }
}

/** A PNG file of stripes and a slope, different for each number. */
export function madePicture(number = 0, width = 64, height = 48): Promise<Uint8Array> {
  const data = new Uint8Array(3 * width * height)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      data.set(
        [(x * 4 + number) % 256, (y * 5) % 256, ((x >> 3) % 2) * 120 + (number % 100)],
        3 * (y * width + x),
      )
  return encodePicture({ width, height, data }, 'png')
}

/** Waits until an edit has ended. */
export async function ended(service: Service, owner: string, id: string): Promise<Edit> {
  let last: Edit | undefined
  for await (const edit of service.edits.watch(owner, [id])) last = edit
  return last!
}
