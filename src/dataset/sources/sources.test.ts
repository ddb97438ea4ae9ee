import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { foundFiles } from '../../../test/dataset/foundFiles.ts'
import { noTools } from '../../../test/dataset/recipes.ts'
import { type Picture, readPicture, resizePicture, writePicture } from '../../image/index.ts'
import { type FileStore, openFileStore } from '../../jobs/index.ts'
import { Rejection } from '../../tools/index.ts'
import { parseConfiguration } from '../configuration.ts'
import { splitOf } from './catalog.ts'
import { type FoundFile, globPattern } from './find.ts'
import { ingest, workingSize } from './ingest.ts'

const pictureOf = (name: string) => fileURLToPath(new URL(`../../../test/pictures/${name}`, import.meta.url))
const configuration = parseConfiguration('x', JSON.stringify({ sources: [{ path: 'p' }], size: 128 }))
const place = (path: string, rest: object = {}) =>
  parseConfiguration('x', JSON.stringify({ sources: [{ path, licence: 'CC0', ...rest }] })).sources

let folder: string
let files: FileStore
let photo: Picture
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sources-'))
  files = await openFileStore({ folder: join(folder, 'files') })
  photo = await readPicture(pictureOf('photos/galen-crout-175291.jpg'))
})
afterAll(() => rmSync(folder, { recursive: true }))

describe('findFiles', () => {
  const longName = `${'很长的名字'.repeat(16)}.png`

  it('finds pictures and videos of any name, once each, by name; and says what it left out', async () => {
    const at = join(folder, 'found')
    mkdirSync(join(at, 'sub', 'empty'), { recursive: true })
    mkdirSync(join(at, '.hidden'))
    copyFileSync(pictureOf('plain.png'), join(at, longName))
    copyFileSync(pictureOf('plain.png'), join(at, 'sub', 'copy.png'))
    copyFileSync(pictureOf('turned.jpg'), join(at, 'sub', 'été ☀️ #1?.JPG'))
    copyFileSync(pictureOf('cmyk.jpg'), join(at, '.hidden', 'cmyk.jpg'))
    writeFileSync(join(at, 'notes.txt'), 'not a picture')
    writeFileSync(join(at, 'film.mp4'), 'no film either')
    writeFileSync(join(at, 'zero.png'), '')
    symlinkSync(join(at, 'nowhere.png'), join(at, 'broken-link.png'))
    symlinkSync(at, join(at, 'sub', 'circle'))
    const found = await foundFiles(folder, place('found'))
    expect(found.files.map(({ name, type }) => [name, type])).toEqual([
      ['film.mp4', 'video'],
      ['sub/copy.png', 'photo'],
      ['sub/été ☀️ #1?.JPG', 'photo'],
    ])
    expect(found.rejections.map(({ name, reason }) => [name, reason])).toEqual([
      ['zero.png', 'empty'],
      [longName, 'duplicate'],
    ])
    expect(found.others).toBe(1)
  })

  it('gives each file its licence, and takes what the globs say', async () => {
    const rest = {
      licences: { 'sub/copy.png': 'CC-BY-4.0' },
      include: ['*.png', '**/*.JPG'],
      exclude: ['zero*', longName],
    }
    const found = await foundFiles(folder, place('found', rest))
    expect(found.files.map(({ name, licence }) => [name, licence])).toEqual([
      ['sub/copy.png', 'CC-BY-4.0'],
      ['sub/été ☀️ #1?.JPG', 'CC0'],
    ])
    expect(found.rejections).toEqual([])
  })

  it('refuses a place that is not there', async () => {
    await expect(foundFiles(folder, place('nowhere'))).rejects.toThrow(/^nowhere: no such file or folder/)
  })

  it('takes a single file, and an empty folder', async () => {
    expect((await foundFiles(folder, place('found/sub/copy.png'))).files.map(({ name }) => name)).toEqual([
      'copy.png',
    ])
    expect((await foundFiles(folder, place('found/sub/empty'))).files).toEqual([])
  })
})

it('globs mean what they mean elsewhere', () => {
  const matches = (glob: string, name: string) => globPattern(glob).test(name)
  expect(matches('*.png', 'a/b/c.PNG')).toBe(true)
  expect(matches('a/*.png', 'a/b/c.png')).toBe(false)
  expect(matches('a/**', 'a/b/c.png')).toBe(true)
  expect(matches('**/b/*', 'b/c.png')).toBe(true)
  expect(matches('?.png', 'ab.png')).toBe(false)
  expect(matches('a+(1).png', 'a+(1).png')).toBe(true)
})

describe('ingest', () => {
  const found = (path: string): FoundFile => ({
    path,
    place: '.',
    name: path.split('/').at(-1)!,
    licence: 'CC0',
    type: 'photo',
    bytes: 1,
    sha256: path,
  })
  const take = (path: string) => ingest(found(path), { configuration, files, tools: noTools })
  const reasonOf = (path: string) =>
    take(path).then(
      () => 'taken',
      (error: unknown) => (error instanceof Rejection ? error.reason : Promise.reject(error as Error)),
    )

  it('brings a photograph to the area it was asked for, in multiples of 16', async () => {
    const [source] = await take(pictureOf('photos/galen-crout-175291.jpg'))
    expect([source!.width % 16, source!.height % 16]).toEqual([0, 0])
    expect(source!.width * source!.height).toBeLessThan(1.2 * 128 * 128)
    const stored = await readPicture(await files.get(source!.picture))
    expect(stored.data).toEqual(resizePicture(photo, { ...source!, filter: 'lanczos' }).data)
  })

  it('enlarges nothing', () => {
    expect(workingSize({ width: 100, height: 90 }, 512)).toEqual({ width: 96, height: 80 })
    expect(workingSize({ width: 4000, height: 3000 }, 512)).toEqual({ width: 592, height: 448 })
  })

  it('takes CMYK, 16 bits, alpha, animations and turned pictures as people see them', async () => {
    for (const name of ['cmyk.jpg', 'sixteen-bit.png', 'alpha.png', 'animated.gif', 'turned.jpg']) {
      const large = join(folder, `large-${name}.png`)
      const read = await readPicture(pictureOf(name))
      await writePicture(resizePicture(read, { width: 3 * read.width, height: 3 * read.height }), large)
      expect(await reasonOf(large), name).toBe('taken')
    }
  })

  it('refuses what is no picture, or one that shows nothing, with the reason', async () => {
    const grey = join(folder, 'grey.png')
    await writePicture({ width: 80, height: 80, data: new Uint8Array(3 * 6400).fill(128) }, grey)
    const long = join(folder, 'long.png')
    await writePicture(resizePicture(photo, { width: 400, height: 100 }), long)
    const reasons = {
      'plain.png': 'tiny',
      'truncated.jpg': 'damaged',
      'text.png': 'format',
      'line.png': 'tiny',
    }
    for (const [name, reason] of Object.entries(reasons))
      expect(await reasonOf(pictureOf(name)), name).toBe(reason)
    expect(await reasonOf(grey)).toBe('blank')
    expect(await reasonOf(long)).toBe('aspect')
    await expect(take(join(folder, 'gone.png'))).rejects.toThrow(/no such file/)
  })
})

it('splits by share', () => {
  const options = { seed: 1, split: { train: 0.5, validation: 0.25, test: 0.25 } }
  const sides = Array.from({ length: 4000 }, (_, i) => splitOf(`group ${i}`, options))
  const shareOf = (side: string) => sides.filter((each) => each === side).length / sides.length
  expect(shareOf('train')).toBeCloseTo(0.5, 1)
  expect(shareOf('test')).toBeCloseTo(0.25, 1)
})
