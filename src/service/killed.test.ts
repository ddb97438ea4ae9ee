import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasPostgres, startPostgres, type TestPostgres } from '../../test/postgres.ts'
import { ended, madePicture, openTestService, serviceFolder, type TestService } from '../../test/service.ts'
import type { EditTask } from './edits.ts'

describe.skipIf(!hasPostgres())('workers in processes of their own, on a Postgres', () => {
  const place = serviceFolder()
  const workers = new Set<ChildProcess>()
  let postgres: TestPostgres
  let service: TestService
  let picture: string
  beforeAll(async () => {
    postgres = startPostgres()
    service = await openTestService({ folder: place.folder, url: postgres.url, leaseSeconds: 1 })
    picture = (await service.pictures.add('anna', 'photo.png', await madePicture())).id
  }, 60_000)
  afterAll(async () => {
    for (const worker of workers) worker.kill('SIGKILL')
    await service.end()
    postgres.remove()
    place.remove()
  })

  async function startWorker(): Promise<ChildProcess> {
    const child = fork(
      new URL('../../test/serviceWorker.ts', import.meta.url),
      [place.folder, postgres.url],
      {
        execArgv: ['--import', 'tsx', '--conditions=source'],
        stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      },
    )
    workers.add(child)
    await once(child, 'message')
    return child
  }

  const task = (change: Partial<EditTask> = {}): EditTask => ({
    model: 'darkroom',
    instruction: 'make it warmer',
    picture,
    ...change,
  })

  it('take up what killed ones have left, which ends once, and share the rest', async () => {
    const [first] = await Promise.all([startWorker(), startWorker()])
    const long = { model: 'nano', options: { steps: 60, size: 64, guidance: 1 }, previews: 1 }
    const [edit] = await service.edits.submit('anna', [task(long)])
    const states: string[] = []
    let isKilled = false
    for await (const now of service.edits.watch('anna', [edit!.id])) {
      states.push(now.state)
      if (isKilled || now.preview === undefined) continue
      isKilled = true
      // Whoever has it, both go, and a third makes it.
      for (const worker of workers) worker.kill('SIGKILL')
      workers.clear()
      void startWorker()
    }
    expect(first.killed).toBe(true)
    expect(states.at(-1)).toBe('done')
    expect(states.filter((state) => state === 'done')).toHaveLength(1)
    const { sql } = service.jobs
    expect(await sql.query(`SELECT FROM ${sql.schema}.pictures WHERE kind = 'preview'`)).toEqual([])
    const [unit] = await sql.query<{ attempts: number }>(
      `SELECT attempts FROM ${sql.schema}.units WHERE key = $1`,
      [edit!.id],
    )
    expect(unit?.attempts).toBe(2)

    await startWorker()
    const many = await service.edits.submit(
      'anna',
      Array.from({ length: 12 }, () => task()),
    )
    const all = await Promise.all(many.map(({ id }) => ended(service, 'anna', id)))
    expect(new Set(all.map(({ state, result }) => `${state} ${result?.id}`)).size).toBe(1)
  }, 120_000)
})
