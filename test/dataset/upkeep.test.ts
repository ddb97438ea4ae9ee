import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  collectGarbage,
  DonorRings,
  DraftPlanner,
  openWorkspace,
  redoLost,
  type SourceEntry,
  verifyWorkspace,
  type Workspace,
} from 'pentimento/dataset'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { placeDatabase } from '../database.ts'
import { smallParts } from './recipes.ts'
import { hashesOf, runHere, writeConfiguration, writeSmallPhotos } from './smallDataset.ts'

let folder: string
let workspace: Workspace
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'upkeep-'))
  await writeSmallPhotos(join(folder, 'photos'), 3)
  writeConfiguration(folder, { sources: [{ path: 'photos' }], size: 96 })
  await placeDatabase(join(folder, 'database'))
  workspace = await openWorkspace(folder, { env: {} })
  await runHere(workspace, smallParts())
})
afterAll(async () => {
  await workspace.close()
  rmSync(folder, { recursive: true })
})

it('what was lost or damaged is made again, and nothing else', async () => {
  const files = join(folder, 'files')
  const before = hashesOf(files)
  expect(await redoLost(workspace)).toMatchObject({ lost: [], drafts: 0, sources: 0, hopeless: [] })
  const targets: string[] = []
  let source = ''
  for await (const { pair } of workspace.pairs.dossiers()) {
    targets.push(pair.pictures.target)
    if (pair.pictures.source !== pair.pictures.target) source = pair.pictures.source
  }
  const at = (name: string): string => join(files, name.slice(0, 2), name)
  rmSync(at(targets[0]!))
  writeFileSync(at(targets[1]!), 'damaged')
  rmSync(at(source))
  const redone = await redoLost(workspace)
  expect(redone.lost).toEqual([targets[0], targets[1], source].sort())
  expect(redone.sources).toBe(1)
  expect(redone.drafts).toBeGreaterThanOrEqual(2)
  let drafts = 0
  await runHere(workspace, smallParts(), { onUnit: () => drafts++ })
  expect(hashesOf(files)).toEqual(before)
  expect((await verifyWorkspace(workspace)).problems).toEqual([])
  expect(drafts).toBeLessThan(12)
})

it('files that nothing names are counted, and deleted when that is wanted', async () => {
  const before = hashesOf(join(folder, 'files'))
  expect(await collectGarbage(workspace, { remove: false })).toEqual({ files: 0, bytes: 0, pairs: 0 })
  await workspace.files.put(new Uint8Array(1000))
  expect(await collectGarbage(workspace, { remove: false })).toEqual({ files: 1, bytes: 1000, pairs: 0 })
  expect(await collectGarbage(workspace, { remove: true })).toEqual({ files: 1, bytes: 1000, pairs: 0 })
  expect(hashesOf(join(folder, 'files'))).toEqual(before)
  // Of a recipe that is not there any more nobody wants the pairs.
  const { recipes } = smallParts()
  await runHere(workspace, smallParts({ recipes: recipes.slice(0, 1) }))
  const { pairs, files } = await collectGarbage(workspace, { remove: true })
  expect(pairs).toBeGreaterThan(1)
  expect(files).toBeGreaterThan(1)
  expect((await verifyWorkspace(workspace)).problems).toEqual([])
})

it('one more photograph changes few drafts, and words and thresholds none', () => {
  const entry = (i: number): SourceEntry => ({
    id: i.toString(16).padStart(64, '0'),
    at: '',
    width: 96,
    height: 96,
    original: { width: 96, height: 96, format: 'png' },
    hash: i.toString(16).padStart(16, '0'),
    colours: '',
    picture: i.toString(16).padStart(64, '1'),
    name: `${i}.png`,
    type: 'photo',
    licence: 'CC0-1.0',
    file: { name: `${i}.png`, sha256: `${i}`, bytes: 1 },
    group: `${i}`,
    split: 'train',
  })
  const sources = Array.from({ length: 300 }, (_, i) => entry(i))
  const keys = (of: readonly SourceEntry[], more: object = {}): Set<string> => {
    const rings = new DonorRings()
    for (const source of of) rings.of(source.split).photos.add(source)
    const configuration = { ...workspace.configuration, ...more }
    const planner = new DraftPlanner({ configuration, ...smallParts() }, rings)
    return new Set(of.flatMap((source) => planner.plan(source).flatMap((plan) => plan.keys)))
  }
  const before = keys(sources)
  expect(before.size).toBe(1200)
  const after = keys([...sources, entry(1000)])
  const gone = [...before].filter((key) => !after.has(key)).length
  // Six donors of 300 stand in the keys of half of the drafts: about one in fifty of those changes.
  expect(gone).toBeGreaterThan(0)
  expect(gone).toBeLessThan(60)
  const { instructions, selection } = workspace.configuration
  const words = keys(sources, {
    instructions: instructions + 3,
    selection: { ...selection, ratio: 20 },
    captions: {},
  })
  expect(words).toEqual(before)
})
