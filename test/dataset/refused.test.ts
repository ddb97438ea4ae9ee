import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openWorkspace, type Recipe, readFunnel } from 'pentimento/dataset'
import { Rejection } from 'pentimento/tools'
import { afterAll, expect, it } from 'vitest'
import { placeDatabase } from '../database.ts'
import { smallParts } from './recipes.ts'
import { runHere, writeConfiguration, writeSmallPhotos } from './smallDataset.ts'

const folder = mkdtempSync(join(tmpdir(), 'refused-'))
afterAll(() => rmSync(folder, { recursive: true }))

it('a source that a recipe refuses for good is asked once, and every draft says why', async () => {
  await writeSmallPhotos(join(folder, 'photos'), 2)
  writeConfiguration(folder, { sources: [{ path: 'photos' }], size: 128 })
  const asked: string[] = []
  const refusing = (reason: string): Recipe => ({
    kind: 'tone_transfer',
    name: `test/${reason}`,
    version: 1,
    needs: [],
    from: 'photo',
    final: ['no-face'],
    variants: 5,
    draft: () => {
      asked.push(reason)
      return Promise.reject(new Rejection(reason, { faces: 0 }))
    },
  })
  await placeDatabase(join(folder, 'database'))
  const workspace = await openWorkspace(folder, { env: {} })
  await runHere(workspace, smallParts({ recipes: [refusing('no-face'), refusing('unlucky')] }))
  const { kinds, total } = await readFunnel(workspace)
  await workspace.close()
  expect(kinds.tone_transfer?.reasons).toEqual([
    { stage: 'draft', reason: 'no-face', count: 10 },
    { stage: 'draft', reason: 'unlucky', count: 10 },
  ])
  expect(total).toMatchObject({ planned: 20, generated: 0, open: 0 })
  expect(asked.filter((reason) => reason === 'no-face').length).toBe(2)
  expect(asked.filter((reason) => reason === 'unlucky').length).toBe(10)
})
