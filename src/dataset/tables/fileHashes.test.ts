import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { placeDatabase } from '../../../test/database.ts'
import { foundFiles } from '../../../test/dataset/foundFiles.ts'
import { type JobStore, openJobStore } from '../../jobs/index.ts'
import { stampOf } from '../sources/hashes.ts'
import { rememberedHashes } from './fileHashes.ts'
import { openPairStore } from './index.ts'

let folder: string
let jobs: JobStore

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hashes-'))
  await placeDatabase(join(folder, 'database'))
  jobs = await openJobStore({ folder: join(folder, 'database') })
  await openPairStore(jobs)
})

afterAll(async () => {
  await jobs.close()
  rmSync(folder, { recursive: true, force: true })
})

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

it('reads a file once while it stays as it is, and again when it changes', async () => {
  const file = join(folder, 'photo.png')
  const places = [{ path: 'photo.png', licence: 'CC0', licences: {}, include: [], exclude: [] }]
  const hashes = rememberedHashes(jobs.sql)
  const found = async (): Promise<string | undefined> => {
    const { files } = await foundFiles(folder, places, hashes)
    return files[0]?.sha256
  }
  const remembered = async () => jobs.sql.query(`SELECT sha256 FROM ${jobs.sql.schema}.file_hashes`)

  writeFileSync(file, 'first')
  expect(await found()).toBe(sha256('first'))
  // It has changed a moment ago: a change in the same moment would not show.
  expect(await remembered()).toEqual([])

  await hashes.remember([{ ...(await stampOf(file)), sha256: sha256('remembered') }])
  expect(await found()).toBe(sha256('remembered'))

  writeFileSync(file, 'other')
  utimesSync(file, new Date(2000, 1), new Date(2000, 1))
  expect(await found()).toBe(sha256('other'))
})
