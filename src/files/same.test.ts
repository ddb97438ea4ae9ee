import { linkSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { isSameFile } from './index.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'same-'))
})
afterEach(() => rmSync(folder, { recursive: true }))
const at = (...names: string[]) => join(folder, ...names)

it('sees one file through links of both kinds and other spellings of its path', async () => {
  writeFileSync(at('a'), '')
  writeFileSync(at('b'), '')
  symlinkSync(at('a'), at('link'))
  linkSync(at('a'), at('hard'))
  mkdirSync(at('folder'))
  symlinkSync(folder, at('folder', 'up'))
  for (const other of [
    at('a'),
    at('link'),
    at('hard'),
    `${folder}/folder/../a`,
    at('folder', 'up', 'a'),
    relative('.', at('a')),
  ])
    expect(await isSameFile(at('a'), other), other).toBe(true)
  expect(await isSameFile(at('a'), at('b'))).toBe(false)
  expect(await isSameFile(at('a'), at('none'))).toBe(false)
})

it('compares files that are not there yet', async () => {
  mkdirSync(at('real'))
  symlinkSync(at('real'), at('link'))
  expect(await isSameFile(at('real', 'new.png'), at('link', 'new.png'))).toBe(true)
  expect(await isSameFile(at('real', 'deep', 'new.png'), at('link', 'deep', 'new.png'))).toBe(true)
  expect(await isSameFile(at('real', 'new.png'), at('real', 'other.png'))).toBe(false)
})

it('tells cases apart where the file system does', async () => {
  writeFileSync(at('Probe'), '')
  const ignored = await isSameFile(at('Probe'), at('PROBE'))
  expect(await isSameFile(at('new.png'), at('NEW.png'))).toBe(ignored)
})
