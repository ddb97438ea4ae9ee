import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { findPairs, ingestPair, type PairIngestion } from 'pentimento/dataset'
import {
  boxMask,
  cropPicture,
  type Picture,
  pastePicture,
  readPicture,
  resizePicture,
  writePicture,
} from 'pentimento/image'
import { facesIn, sitterOf, slimFace, smoothSkin } from 'pentimento/operations'
import { openToolbox, type Toolbox, toolsFolder } from 'pentimento/tools'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { memoryPairs } from './memoryPairs.ts'

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

const parts = (): PairIngestion => ({ ...memoryPairs([]), tools, size: 512 })

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
  await expect(findPairs(join(folder, 'none'))).rejects.toThrow('expected a folder or a CSV')
})
