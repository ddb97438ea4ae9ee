import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openWorkspace, pickPairs, type Recipe } from 'pentimento/dataset'
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
      const mark = [0, 1, 2].map(() => random.below(256))
      const edit = { en: `edit ${random.below(edits)} of ${name}`, cn: '编辑' }
      return {
        source: picture,
        // One pixel tells the drafts apart, which else were one pair.
        target: { ...picture, data: picture.data.map((level, i) => mark[i] ?? level * 0.6) },
        facts: { kind: 'tone_transfer', action: 'grade', change: edit, result: edit },
        parameters: { edit: edit.en },
      }
    },
  })
  await placeDatabase(join(folder, 'database'))
  const workspace = await openWorkspace(folder, { env: {} })
  await runHere(workspace, smallParts({ recipes: [darker('one', 1), darker('many', 1e9)] }))
  const [kept, dropped] = [new Map<string, number>(), new Map<string, number>()]
  for await (const { dossier, selected } of pickPairs(workspace)) {
    if (selected.state !== 'kept' && selected.reason !== 'near-duplicate') continue
    const counts = selected.state === 'kept' ? kept : dropped
    const { name } = dossier.pair.recipe!
    counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  const all: number[] = []
  for await (const { selected } of pickPairs(workspace, { duplicates: 'keep' }))
    if (selected.state === 'kept') all.push(selected.captions.length)
  await workspace.close()
  const photographs = kept.get('one')!
  expect(photographs).toBeGreaterThan(1)
  expect(dropped.get('one')).toBe(5 * photographs)
  expect(kept.get('many')).toBe(6 * photographs)
  expect(all.length).toBe(12 * photographs)
})
