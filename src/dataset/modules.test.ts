import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { loadModules } from './modules.ts'

const folder = mkdtempSync(join(tmpdir(), 'modules-'))
afterAll(() => rmSync(folder, { recursive: true }))

const recipe = (version: string) => `export const recipes = [{
  kind: 'tone_transfer', name: 'mine/negative', ${version} needs: [], from: 'photo', variants: 1,
  draft: async ({ picture }) => ({
    source: picture, target: { ...picture, data: picture.data.map((level) => 255 - level) },
    facts: { kind: 'tone_transfer', action: 'grade', change: { en: 'invert it', cn: '反相' }, result: { en: 'a negative', cn: '负片' } },
    parameters: {},
  }),
}]`

describe('modules of a configuration', () => {
  it('bring recipes, whose version is their content where they state none', async () => {
    writeFileSync(join(folder, 'one.mjs'), recipe(''))
    writeFileSync(join(folder, 'two.mjs'), recipe('version: 7,'))
    writeFileSync(join(folder, 'three.mjs'), `// Another content.\n${recipe('')}`)
    const { recipes, checks } = await loadModules(folder, ['one.mjs', './two.mjs', 'three.mjs'])
    const [one, two, three] = recipes.map(({ version }) => version)
    expect(two).toBe(7)
    expect(one).not.toBe(three)
    expect(checks).toEqual([])
    const picture = { width: 1, height: 1, data: Uint8Array.of(1, 2, 3) }
    const { target } = await recipes[0]!.draft({ id: 'x', name: 'x', picture }, {} as never)
    expect([...target.data]).toEqual([254, 253, 252])
  })

  it('say in one line what is wrong with them', async () => {
    writeFileSync(join(folder, 'bad.mjs'), 'export const recipes = [{ name: "x", kind: "tone" }]')
    writeFileSync(join(folder, 'broken.mjs'), 'export const = 3')
    await expect(loadModules(folder, ['bad.mjs'])).rejects.toThrow(/modules: bad\.mjs: recipes\.0\.kind/)
    await expect(loadModules(folder, ['broken.mjs'])).rejects.toThrow(
      /modules: broken\.mjs: cannot be loaded/,
    )
    await expect(loadModules(folder, ['none.mjs'])).rejects.toThrow(/none\.mjs: cannot be loaded.*ENOENT/)
  })
})
