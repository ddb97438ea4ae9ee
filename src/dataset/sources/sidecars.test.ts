import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { foundFiles } from '../../../test/dataset/foundFiles.ts'
import { parseSidecar } from '../annotations/sidecar.ts'

const folder = mkdtempSync(join(tmpdir(), 'sidecars-'))
afterAll(() => rmSync(folder, { recursive: true }))

const place = { path: '.', licence: 'x', licences: {}, include: [], exclude: [] }

function write(path: string, content: unknown): void {
  mkdirSync(join(folder, path, '..'), { recursive: true })
  writeFileSync(join(folder, path), typeof content === 'string' ? content : JSON.stringify(content))
}

describe('sidecars', () => {
  it('tell of the pictures beside them: one by its name, or all of a folder, the closest first', async () => {
    for (const name of ['a.jpg', 'b.jpg', 'deep/c.jpg', 'd.jpg']) write(name, name)
    write('scene.json', {
      pictures: {
        'a.jpg': { background: { en: 'a lake', cn: '湖' } },
        'b.jpg': { place: 'outdoors' },
        'deep/c.jpg': { place: 'outdoors' },
      },
    })
    write('a.scene.json', { background: { en: 'a pond', cn: '池塘' } })
    write('deep/scene.json', { pictures: { 'c.jpg': { place: 'indoors' } } })
    const { files, others } = await foundFiles(folder, [place])
    expect(others).toBe(0)
    expect(Object.fromEntries(files.map(({ name, sidecar }) => [name, sidecar]))).toEqual({
      'a.jpg': { background: { en: 'a pond', cn: '池塘' } },
      'b.jpg': { place: 'outdoors' },
      'd.jpg': undefined,
      'deep/c.jpg': { place: 'indoors' },
    })
  })

  it('that are wrong stop the run with the file and the field', async () => {
    write('d.scene.json', { surfaces: [{ kind: 'lava', area: [0, 0, 2, 1] }] })
    await expect(foundFiles(folder, [place])).rejects.toThrow(
      /d\.scene\.json: surfaces\.0\.kind: .*surfaces\.0\.area\.2/s,
    )
    write('d.scene.json', '{')
    await expect(foundFiles(folder, [place])).rejects.toThrow('d.scene.json: expected JSON')
    rmSync(join(folder, 'd.scene.json'))
  })

  it('of cut-outs tell what they are', () => {
    const { thing } = parseSidecar(
      'x',
      '{"thing": {"en": "katydid", "cn": "螽斯", "size": 0.05, "habitat": "insect"}}',
    )
    expect(thing).toEqual({ en: 'katydid', cn: '螽斯', size: 0.05, habitat: 'insect' })
    expect(() => parseSidecar('x', '{"thing": {"en": "katydid"}}')).toThrow('thing.cn')
  })
})
