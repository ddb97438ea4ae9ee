import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  addOutsideSource,
  exportDataset,
  findPairs,
  ingestPair,
  judgementStage,
  judgePairs,
  judgingStage,
  openWorkspace,
  type PairIngestion,
  questionsOf,
  startWorking,
  verifyExport,
} from 'pentimento/dataset'
import {
  boxMask,
  cropPicture,
  type Picture,
  pastePicture,
  readPicture,
  resizePicture,
  writePicture,
} from 'pentimento/image'
import { openJudge } from 'pentimento/judges'
import { facesIn, sitterOf, slimFace, smoothSkin } from 'pentimento/operations'
import { openToolbox, type Toolbox, toolsFolder } from 'pentimento/tools'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { placeDatabase } from '../database.ts'
import { openSmallChatServer } from '../smallChatServer.ts'
import { memoryPairs } from './memoryPairs.ts'
import { smallParts } from './recipes.ts'
import { runHere, writeConfiguration, writeSmallPhotos } from './smallDataset.ts'

const portrait = fileURLToPath(new URL('../pictures/faces/astronaut.jpg', import.meta.url))
const needed = process.env.PENTIMENTO_REQUIRE_TOOLS === '1'
const tools: Toolbox = await openToolbox({ folder: toolsFolder(process.env) })
let folder: string
let photo: Picture
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ingest-'))
  const { width, height, data } = await readPicture(portrait)
  photo = { width, height, data }
})
afterAll(async () => {
  rmSync(folder, { recursive: true })
  await tools.close()
})

const configuration = { size: 512, seed: 0, split: { train: 1, validation: 0, test: 0 } }
const parts = (): PairIngestion => ({
  ...memoryPairs([]),
  tools,
  configuration,
  licence: 'CC0-1.0',
  addSource: () => Promise.resolve(),
})

async function taken(after: Picture, own = parts()) {
  const files = { before: join(folder, 'x-before.png'), after: join(folder, 'x-after.png') }
  await writePicture(photo, files.before)
  await writePicture(after, files.after)
  const found = await ingestPair(files, own)
  return { found, dossier: found.pair === undefined ? undefined : await own.pairs.get(found.pair) }
}

describe.skipIf(!tools.has('faces') && !needed)('portraits from outside', () => {
  it('are named by what was measured, also where the edit lies a little beside', async () => {
    const [face] = await facesIn(photo, tools.get('faces'))
    const smooth = smoothSkin(sitterOf(photo, face!), 1)
    const { dossier, found } = await taken(smooth)
    expect(found.refused).toBeUndefined()
    expect(dossier!.pair).toMatchObject({ kind: 'ps_human', origin: 'outside', facts: { kind: 'ps_human' } })
    expect(JSON.stringify(dossier!.pair.facts)).toContain('smooth the skin')
    expect(JSON.stringify(dossier!.pair.facts)).not.toMatch(/slim|redder|enlarge/)
    const shifted = pastePicture(
      photo,
      cropPicture(smooth, { x: 0, y: 0, width: photo.width - 6, height: photo.height - 4 }),
      6,
      4,
    )
    const moved = await taken(shifted)
    expect(moved.found.refused).toBeUndefined()
    expect(JSON.stringify(moved.dossier!.pair.facts)).toContain('smooth the skin')
  })

  it('are said to be slimmer where they are', async () => {
    const [face] = await facesIn(photo, tools.get('faces'))
    const { dossier, found } = await taken(slimFace(sitterOf(photo, face!), 0.1))
    expect(found.refused).toBeUndefined()
    expect(JSON.stringify(dossier!.pair.facts)).toContain('slim the face')
    expect(JSON.stringify(dossier!.pair.facts)).not.toContain('smooth')
  })

  it('are put into words, judged and exported like other pairs, with their licence and on the side of their source', async () => {
    const place = join(folder, 'data')
    await writeSmallPhotos(join(place, 'photos'), 1)
    writeConfiguration(place, { sources: [{ path: 'photos' }], size: 256 })
    await placeDatabase(join(place, 'database'))
    const workspace = await openWorkspace(place, { env: {} })
    const { jobs, files, pairs } = workspace
    const own: PairIngestion = {
      ...parts(),
      pairs,
      files,
      configuration: { ...workspace.configuration, split: { train: 0, validation: 0, test: 1 } },
      addSource: (entry) => addOutsideSource(jobs.sql, entry),
    }
    const [face] = await facesIn(photo, tools.get('faces'))
    const { found } = await taken(smoothSkin(sitterOf(photo, face!), 1), own)
    const added = await pairs.get(found.pair!)
    expect(added!.pair.split).toBe('test')

    const server = await openSmallChatServer({ models: ['m'] })
    const names = Object.keys(questionsOf('ps_human'))
    const scores = Object.fromEntries(names.map((name) => [name, { reason: 'seen', score: 8 }]))
    server.turns = [{ says: JSON.stringify(scores) }]
    const judge = openJudge('m', {
      judges: { m: { type: 'custom', baseUrl: server.baseUrl, model: 'm' } },
      environment: {},
    })
    const judging = judgementStage({ judge, kinds: ['ps_human'], repeats: 1, questions: {} })
    const small = smallParts()
    const all = smallParts({ recipes: [], pairStages: [...small.pairStages, judgingStage([judging])] })
    await runHere(workspace, all)
    const { signal } = new AbortController()
    const working = await startWorking(workspace, all, { signal, stages: ['judgements'] })
    await judgePairs(workspace, all, { signal, failed: working.failed })
    await working.stop()

    const output = join(folder, 'out')
    const manifest = await exportDataset(workspace, { format: 'webdataset', output, all: true })
    // The run decides sides by its own configuration.
    expect(manifest.splits).toEqual({ train: 1 })
    expect(manifest.lost).toBeUndefined()
    expect((await verifyExport(output)).problems).toEqual([])
    const dossier = await pairs.get(found.pair!)
    expect(dossier).toMatchObject({ judgements: [{ state: 'scored' }], captions: expect.any(Array) })
    expect(dossier!.captions.length).toBeGreaterThan(0)
    const card = readFileSync(join(output, 'README.md'), 'utf8')
    expect(card).toContain('CC0-1.0')
    await server.close()
    await workspace.close()
  })

  it('are refused where nothing, or something else, changed', async () => {
    expect((await taken(photo)).found.refused).toMatch(/x-after\.png: unchanged \(/)
    const other = { ...photo, data: Uint8Array.from(photo.data) }
    const grey = boxMask(photo.width, photo.height, {
      x: 0,
      y: 0,
      width: photo.width / 3,
      height: photo.height,
    })
    for (let i = 0; i < grey.data.length; i++) if (grey.data[i]! > 0) other.data.fill(128, 3 * i, 3 * i + 3)
    expect((await taken(other)).found.refused).toMatch(/: (background|not-aligned) \(/)
    const wide = resizePicture(photo, { width: 600, height: 300, filter: 'bilinear' })
    expect((await taken(wide)).found.refused).toMatch(/other-shape/)
  })
})

it('are found by the ends of their names, or in a CSV', async () => {
  writeFileSync(join(folder, 'list.csv'), 'before,after\na.png,b.png\n')
  expect(await findPairs(join(folder, 'list.csv'))).toEqual([
    { before: join(folder, 'a.png'), after: join(folder, 'b.png') },
  ])
  writeFileSync(join(folder, 'ann-before.jpg'), '')
  writeFileSync(join(folder, 'ann-after.png'), '')
  expect((await findPairs(folder)).map(({ after }) => after)).toContain(join(folder, 'ann-after.png'))
  // Whoever forgets a file is told which.
  writeFileSync(join(folder, 'bob-after.jpg'), '')
  expect(await findPairs(folder)).toContainEqual({
    before: join(folder, 'bob-before.jpg'),
    after: join(folder, 'bob-after.jpg'),
  })
  await expect(findPairs(join(folder, 'none'))).rejects.toThrow('expected a folder or a CSV')
})
