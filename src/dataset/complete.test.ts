import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { placeDatabase } from '../../test/database.ts'
import { openJobStore } from '../jobs/index.ts'
import { complete, type Progress } from './complete.ts'

it('counts what is wanted now, not what an earlier configuration wanted', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'pentimento-'))
  await placeDatabase(folder)
  const jobs = await openJobStore({ folder })
  try {
    let plan = 1
    const unit = (key: string) => ({ key, queue: 'drafts', payload: null })
    const run = async (keys: readonly string[]): Promise<Progress[]> => {
      const seen: Progress[] = []
      await complete(jobs, 'drafts', keys.map(unit), {
        signal: new AbortController().signal,
        failed: new Promise<never>(() => {}),
        plan: plan++,
        onProgress: (progress) => {
          // What is not wanted has been put aside by now.
          if (seen.push(progress) === 1) void jobs.resume('drafts')
        },
      })
      return seen
    }
    // Of the earlier wishes one was done, one is still waiting.
    await jobs.add([unit('done before')])
    const handler = async () => null
    await (await jobs.work({ queue: 'drafts', handler, concurrency: 1, drain: true })).done
    await jobs.add([unit('put aside')])
    await jobs.pause('drafts')
    const worker = await jobs.work({ queue: 'drafts', handler, concurrency: 1 })
    const seen = await run(['new', 'done before'])
    expect(new Set(seen.map(({ total, dead }) => `${dead} of ${total}`))).toEqual(new Set(['0 of 2']))
    expect(seen.at(-1)).toMatchObject({ done: 2 })
    // Wanted again, it is made.
    expect((await run(['put aside'])).at(-1)).toMatchObject({ done: 1, dead: 0, total: 1 })
    await worker.stop()
  } finally {
    await jobs.close()
    await rm(folder, { recursive: true })
  }
})

it('tells the database what a stage of many units left in its tables', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'pentimento-'))
  await placeDatabase(folder)
  const jobs = await openJobStore({ folder })
  try {
    const units = Array.from({ length: 500 }, (_, i) => ({ key: `${i}`, queue: 'drafts', payload: null }))
    const worker = await jobs.work({ queue: 'drafts', handler: async () => null, concurrency: 16, ahead: 64 })
    await complete(jobs, 'drafts', units, {
      signal: new AbortController().signal,
      failed: new Promise<never>(() => {}),
      plan: 1,
    })
    await worker.stop()
    const [row] = await jobs.sql.query<{ rows: number }>(
      `SELECT reltuples::int AS rows FROM pg_class WHERE oid = '${jobs.sql.schema}.units'::regclass`,
    )
    expect(row).toEqual({ rows: 500 })
  } finally {
    await jobs.close()
    await rm(folder, { recursive: true })
  }
})
