import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  exportDataset,
  formats,
  openWorkspace,
  pickPairs,
  readFunnel,
  runDataset,
  type Workspace,
} from 'pentimento/dataset'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { placeDatabase } from '../database.ts'
import { hasPostgres, startPostgres } from '../postgres.ts'
import { smallParts } from './recipes.ts'
import { hashesOf, runHere, writeConfiguration, writeSmallPhotos } from './smallDataset.ts'

/* The same configuration gives the same dataset, byte for byte, whoever worked on it and however often it was broken off. */

let folder: string
let plain: Record<string, string>

/** A workspace of its own over the same photographs. */
async function workspaceAt(name: string, env: Record<string, string> = {}): Promise<Workspace> {
  writeConfiguration(join(folder, name), {
    name: 'same',
    sources: [{ path: '../photos', licence: 'CC0-1.0' }],
    size: 128,
    split: { train: 0.6, validation: 0, test: 0.4 },
  })
  if (env.DATABASE_URL === undefined) await placeDatabase(join(folder, name, 'database'))
  return openWorkspace(join(folder, name), { env })
}

async function exported(workspace: Workspace): Promise<Record<string, string>> {
  const output = join(workspace.folder, 'out')
  for (const format of formats.filter((each) => each !== 'preference' && each !== 'multi-turn'))
    await exportDataset(workspace, { format, output: join(output, format) })
  return hashesOf(output)
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'same-'))
  await writeSmallPhotos(join(folder, 'photos'), 8)
  const workspace = await workspaceAt('plain')
  await runHere(workspace, smallParts())
  plain = await exported(workspace)
  const { total } = await readFunnel(workspace)
  expect(total).toMatchObject({ open: 0, failed: 0 })
  expect(total.kept).toBeGreaterThan(15)
  const filled = new Set<string>()
  for await (const { dossier, selected } of pickPairs(workspace))
    if (selected.state === 'kept') filled.add(dossier.pair.split)
  expect(filled).toEqual(new Set(['train', 'test']))
  await workspace.close()
})
afterAll(() => rmSync(folder, { recursive: true }))

it('with four units at a time', async () => {
  const workspace = await workspaceAt('four')
  await runHere(workspace, smallParts(), { concurrency: 4 })
  expect(await exported(workspace)).toEqual(plain)
  await workspace.close()
})

it('broken off and resumed, again and again', async () => {
  for (let ends = 3; ; ends *= 2) {
    const workspace = await workspaceAt('broken')
    const stop = new AbortController()
    let units = 0
    const onUnit = (): void => {
      units++
      if (units === ends) stop.abort()
    }
    const failure = await runHere(workspace, smallParts(), { signal: stop.signal, onUnit }).catch(
      (error: unknown) => error,
    )
    if (failure instanceof Error) {
      expect(failure).toMatchObject({ code: 'cancelled' })
      await workspace.close()
      continue
    }
    expect(ends).toBeGreaterThan(8)
    expect(await exported(workspace)).toEqual(plain)
    await workspace.close()
    return
  }
})

it('run a second time: nothing is made again', async () => {
  const workspace = await workspaceAt('plain')
  let units = 0
  await runHere(workspace, smallParts(), { onUnit: () => units++ })
  expect(units).toBe(0)
  expect(await exported(workspace)).toEqual(plain)
  await workspace.close()
})

describe.skipIf(!hasPostgres())('on Postgres', () => {
  const children: ChildProcess[] = []
  const start = async (workspace: string, url: string): Promise<ChildProcess> => {
    const script = fileURLToPath(new URL('worker.ts', import.meta.url))
    const flags = ['--import', import.meta.resolve('tsx'), '--conditions=source', script, workspace]
    const child = spawn(process.execPath, flags, {
      env: { ...process.env, DATABASE_URL: url },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    children.push(child)
    await once(child.stdout!, 'data')
    return child
  }

  it('with three processes, one of them killed', { timeout: 300_000 }, async () => {
    const postgres = startPostgres()
    const env = { DATABASE_URL: postgres.url }
    const workspace = await workspaceAt('three', env)
    try {
      const workers = await Promise.all([1, 2, 3].map(() => start(workspace.folder, postgres.url)))
      const never = new Promise<never>(() => undefined)
      let killed = false
      await runDataset(workspace, smallParts(), {
        signal: new AbortController().signal,
        failed: never,
        onProgress: ({ stage, done }) => {
          if (killed || stage !== 'drafts' || done < 4) return
          killed = workers[0]!.kill('SIGKILL')
        },
      })
      expect(await exported(workspace)).toEqual(plain)
    } finally {
      for (const child of children.filter(
        ({ exitCode, signalCode }) => exitCode === null && signalCode === null,
      )) {
        child.kill('SIGTERM')
        await once(child, 'close')
      }
      await workspace.close()
      postgres.remove()
    }
  })
})
