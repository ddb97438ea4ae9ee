import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { AllowedFolders } from './folders.ts'

const root = realpathSync(mkdtempSync(join(tmpdir(), 'folders-')))
afterAll(() => rmSync(root, { recursive: true, force: true }))
const inside = join(root, 'inside')
for (const folder of ['inside', 'inside/deep', 'inside-too', 'outside']) mkdirSync(join(root, folder))
for (const file of ['inside/a.png', 'inside/deep/b.png', 'inside-too/c.png', 'outside/d.png'])
  writeFileSync(join(root, file), file)
symlinkSync(join(root, 'outside'), join(inside, 'way-out'))
symlinkSync(join(root, 'outside/d.png'), join(inside, 'link.png'))
symlinkSync(join(inside, 'deep'), join(root, 'outside', 'way-in'))
symlinkSync(join(root, 'outside/new.png'), join(inside, 'dangling.png'))
const folders = await AllowedFolders.open([inside])

describe('AllowedFolders', () => {
  it.each([
    ['a.png', 'a.png'],
    ['deep/../a.png', 'a.png'],
    [join(inside, 'deep', 'b.png'), 'b.png'],
    [pathToFileURL(join(inside, 'a.png')).href, 'a.png'],
    [join(root, 'outside', 'way-in', 'b.png'), 'b.png'],
  ])('reads %s', async (path, name) => {
    expect((await folders.read(path)).name).toBe(name)
  })

  it.each([
    '../outside/d.png',
    'link.png',
    'way-out/d.png',
    join(root, 'inside-too', 'c.png'),
    join(root, 'outside', 'd.png'),
    pathToFileURL(join(root, 'outside', 'd.png')).href,
    'file://elsewhere/a.png',
    'nothing.png',
    'a.png\0.txt',
    '/etc/passwd',
    '~/a.png',
  ])('does not read %j, and does not tell whether it is there', async (path) => {
    await expect(folders.read(path)).rejects.toThrow(/no such file in .*inside; give a path in there/)
  })

  it('reads no folder', async () => {
    await expect(folders.read('deep')).rejects.toThrow()
  })

  it('writes in them alone', async () => {
    expect(await folders.place('new.png')).toBe(join(inside, 'new.png'))
    expect(await folders.place('deep/new.png')).toBe(join(inside, 'deep', 'new.png'))
    for (const path of [
      '../new.png',
      'way-out/new.png',
      'link.png',
      'nowhere/new.png',
      join(root, 'inside-too/new.png'),
    ])
      await expect(folders.place(path)).rejects.toThrow('no such file in')
  })

  it('follows no link that leads out to where nothing is yet', async () => {
    await expect(folders.place('dangling.png')).rejects.toThrow('no such file in')
  })

  it('are folders that exist', async () => {
    await expect(AllowedFolders.open([join(root, 'none')])).rejects.toThrow('expected a folder that exists')
    await expect(AllowedFolders.open([join(inside, 'a.png')])).rejects.toThrow(
      'expected a folder that exists',
    )
  })
})
