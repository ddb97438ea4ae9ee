import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { collect, openWorkspace, type Recipe } from 'pentimento/dataset'
import { afterAll, expect, it } from 'vitest'
import { placeDatabase } from '../database.ts'
import { smallParts } from './recipes.ts'
import { runHere, writeConfiguration, writeSmallPhotos } from './smallDataset.ts'

const folder = mkdtempSync(join(tmpdir(), 'duplicates-'))
afterAll(() => rmSync(folder, { recursive: true }))

it('pairs that look the same are dropped where they mean the same, and kept where they do not', async () => {
  await writeSmallPhotos(join(folder, 'photos'), 3)
  writeConfiguration(folder, { sources: [{ path: 'photos' }], size: 128 })
  /** The same darker picture each time; how it is asked for is drawn from so many words. */
  const darker = (name: string, edits: number): Recipe => ({
    kind: 'tone_transfer',
    name,
    version: 1,
    needs: [],
    from: 'photo',
    variants: 6,
    draft: async ({ picture }, { random }) => {
      const edit = { en: `edit ${random.below(edits)} of ${name}`, cn: '编辑' }
      return {
        source: picture,
        target: { ...picture, data: picture.data.map((level) => level * 0.6) },
        facts: { kind: 'tone_transfer', action: 'grade', change: edit, result: edit },
        parameters: { edit: edit.en },
      }
    },
  })
  await placeDatabase(join(folder, 'database'))
  const workspace = await openWorkspace(folder, { env: {} })
  await runHere(workspace, smallParts({ recipes: [darker('one', 1), darker('many', 1e9)] }))
  const { kept, rejected } = await collect(workspace)
  await workspace.close()
  const named = <Unit extends { readonly recipe: string }>(units: readonly Unit[], name: string) =>
    units.filter(({ recipe }) => recipe === name)
  const photographs = named(kept, 'one').length
  expect(photographs).toBeGreaterThan(1)
  const dropped = named(rejected, 'one').filter(({ reason }) => reason === 'near-duplicate')
  expect(dropped.length).toBe(5 * photographs)
  expect(named(kept, 'many').length).toBe(6 * photographs)
})
