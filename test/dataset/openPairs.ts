import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openPairStore, type Pair, type PairStore } from 'pentimento/dataset'
import { type FileStore, type JobStore, openFileStore, openJobStore } from 'pentimento/jobs'
import { placeDatabase } from '../database.ts'

/** A store of pairs in a folder of its own. */
export interface TestPairs {
  readonly folder: string
  readonly jobs: JobStore
  readonly files: FileStore
  readonly pairs: PairStore
  /** Closes it and deletes the folder. */
  remove(): Promise<void>
}

/** Opens one; it takes about a second. */
export async function openTestPairs(): Promise<TestPairs> {
  const folder = mkdtempSync(join(tmpdir(), 'pairs-'))
  await placeDatabase(join(folder, 'database'))
  const jobs = await openJobStore({ folder: join(folder, 'database') })
  const files = await openFileStore({ folder: join(folder, 'files') })
  return {
    folder,
    jobs,
    files,
    pairs: await openPairStore(jobs),
    async remove() {
      await jobs.close()
      rmSync(folder, { recursive: true })
    },
  }
}

/** A pair whose id and pictures are made from a number. */
export function testPair(number: number, rest: Partial<Pair> = {}): Pair {
  const id = number.toString(16).padStart(64, '0')
  const edit = { en: 'make it darker', cn: '变暗' }
  return {
    id,
    kind: 'tone_transfer',
    source: `source-${number}`,
    split: 'train',
    origin: 'recipe',
    recipe: { name: 'test/darker', version: 1, variant: 0 },
    donors: [],
    width: 64,
    height: 64,
    pictures: { source: `${id.slice(1)}a`, target: `${id.slice(1)}b` },
    facts: { kind: 'tone_transfer', action: 'grade', change: edit, result: edit },
    parameters: {},
    tools: {},
    signature: {
      source: number.toString(16).padStart(16, '0'),
      change: number.toString(16).padStart(16, '0'),
      colours: '8'.repeat(192),
      area: { x: 0, y: 0, width: 64, height: 64 },
    },
    ...rest,
  }
}
