import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { exportDataset, openWorkspace, type Recipe, verifyExport } from 'pentimento/dataset'
import { boxMask, pastePicture, readPicture } from 'pentimento/image'
import { afterAll, expect, it } from 'vitest'
import { placeDatabase } from '../database.ts'
import { smallParts } from './recipes.ts'
import { runHere, writeConfiguration, writeSmallPhotos } from './smallDataset.ts'

const folder = mkdtempSync(join(tmpdir(), 'multi-turn-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** Paints a square over a thing at a place. */
const painted = (thing: string, x: number): Recipe => ({
  kind: 'color_alter',
  name: `test/${thing}`,
  version: 1,
  needs: [],
  from: 'photo',
  variants: 1,
  async draft({ picture }) {
    const side = { width: 24, height: 24 }
    const patch = { ...side, data: new Uint8Array(3 * 24 * 24).fill(200) }
    return {
      source: picture,
      target: pastePicture(picture, patch, x, 8),
      region: boxMask(picture.width, picture.height, { x, y: 8, ...side }),
      facts: {
        kind: 'color_alter',
        object: { en: thing, cn: thing === 'cup' ? '杯子' : '书' },
        to: { en: 'grey', cn: '灰色' },
      },
      parameters: {},
    }
  },
})

it('kept edits of one photograph are exported as turns, and read back', async () => {
  await writeSmallPhotos(join(folder, 'photos'), 2)
  writeConfiguration(folder, { sources: [{ path: 'photos', licence: 'CC0-1.0' }], size: 96 })
  await placeDatabase(join(folder, 'database'))
  const workspace = await openWorkspace(folder, { env: {} })
  await runHere(workspace, smallParts({ recipes: [painted('cup', 4), painted('book', 56)] }))
  const output = join(folder, 'out')
  const selection = { measures: { 'changed.share': null, 'structure.edges': null, 'intact.whole': null } }
  const manifest = await exportDataset(workspace, { format: 'multi-turn', output, selection })
  expect(manifest.triplets).toBe(2)
  expect(await verifyExport(output)).toMatchObject({ triplets: 2, problems: [] })
  const connection = await (await DuckDBInstance.create()).connect()
  const read = await connection.runAndReadAll(
    `select turns, kinds, instructions_en, licence, source.bytes as before, turn_1.bytes as first,
       turn_2.bytes as second, turn_3 from '${output}/data/*.parquet'`,
  )
  const row = read.getRowObjectsJS()[0]!
  connection.closeSync()
  expect(row).toMatchObject({
    turns: 2,
    kinds: ['color_alter', 'color_alter'],
    licence: 'CC0-1.0',
    turn_3: null,
  })
  expect(new Set(row.instructions_en as string[]).size).toBe(2)
  const [before, first, second] = await Promise.all(
    [row.before, row.first, row.second].map((bytes) => readPicture(bytes as Uint8Array)),
  )
  const grey = (of: typeof before, x: number): boolean => of!.data[3 * (20 * of!.width + x)] === 200
  const changed = [first, second].map((of) => [grey(of, 16), grey(of, 68)])
  expect(changed[0]!.filter(Boolean)).toHaveLength(1)
  expect(changed[1]).toEqual([true, true])
  expect([grey(before, 16), grey(before, 68)]).toEqual([false, false])
  await workspace.close()
})
