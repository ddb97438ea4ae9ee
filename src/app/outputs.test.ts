import {
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { commandLine, type EditResult, jsonLines } from '../../test/commandLine.ts'
import { writeTinyCheckpoint } from '../../test/tinyCheckpoint.ts'
import { readPicture } from '../image/index.ts'
import { runCommandLine } from './program.ts'

/* Nothing is lost: what is there is never replaced unless that is asked for, and what cannot be written is said first. */

const photo = fileURLToPath(new URL('../../test/pictures/plain.png', import.meta.url))
let shared: string
let model: string
let folder: string
let home: string
beforeAll(async () => {
  shared = mkdtempSync(join(tmpdir(), 'outputs-'))
  model = join(shared, 'tiny')
  await writeTinyCheckpoint(model)
})
afterAll(() => rmSync(shared, { recursive: true }))
beforeEach(() => {
  folder = mkdtempSync(join(shared, 'work-'))
  copyFileSync(photo, join(folder, 'photo.png'))
  home = process.cwd()
  process.chdir(folder)
})
afterEach(() => process.chdir(home))

const pentimento = commandLine(runCommandLine, () => ({ PENTIMENTO_CACHE: join(shared, 'cache') }))
const fast = ['--size', '48', '--steps', '1', '--guidance', '1', '--threads', '1', '--device', 'cpu']
const edit = (...args: string[]) => pentimento(['edit', '--model', model, ...fast, ...args])
const original = readFileSync(photo)
const isUntouched = (name: string) => readFileSync(join(folder, name)).equals(original)

describe('an edit replaces nothing that is there', () => {
  it.each([
    ['the input as output', ['-o', 'photo.png']],
    ['the input by another spelling', ['-o', './sub/../photo.png']],
    ['the input through a symbolic link', ['-o', 'link.png']],
    ['the input through a linked folder', ['-o', 'here/photo.png']],
    ['the input through a hard link', ['-o', 'hard.png']],
    ['the input as preview', ['-o', 'a.png', '--preview', 'photo.png']],
    ['the input as change map', ['-o', 'a.png', '--change-map', 'photo.png']],
    ['an init picture', ['-o', 'init.png', '--init', 'init.png']],
  ])('not %s', async (_, flags) => {
    mkdirSync('sub')
    symlinkSync('photo.png', 'link.png')
    symlinkSync('.', 'here')
    linkSync('photo.png', 'hard.png')
    copyFileSync(photo, 'init.png')
    const before = readdirSync(folder).sort()
    const { code, error, out } = await edit('photo.png', 'make it red', ...flags)
    expect(error).toMatch(/: exists already; give another name, or --overwrite to replace it\n$/)
    expect([code, out]).toEqual([2, ''])
    expect(isUntouched('photo.png') && isUntouched('init.png')).toBe(true)
    expect(readdirSync(folder).sort()).toEqual(before)
    // Known before the model was opened.
    expect(error).not.toMatch(/reading/)
  })

  it('but with --overwrite it does, through a link to where that leads', async () => {
    symlinkSync('photo.png', 'link.png')
    const { code, error } = await edit('photo.png', 'make it red', '-o', 'link.png', '--overwrite')
    expect(code, error).toBe(0)
    expect(isUntouched('photo.png')).toBe(false)
    expect(readdirSync(folder).sort()).toEqual(['link.png', 'photo.png'])
  })

  it('numbers a second edit that names no output, and says so', async () => {
    for (const [name, said] of [
      ['photo-edited.png', ''],
      ['photo-edited-2.png', 'photo-edited.png exists already: writing photo-edited-2.png'],
      ['photo-edited-3.png', 'photo-edited.png exists already: writing photo-edited-3.png'],
    ] as const) {
      const before = existsSync('photo-edited.png') && readFileSync('photo-edited.png')
      const { out, error } = await edit('photo.png', 'make it red')
      expect(out).toMatch(new RegExp(`^${name} `))
      expect(error).toContain(said)
      if (before) expect(readFileSync('photo-edited.png').equals(before)).toBe(true)
    }
  })

  it('nor what came there while it was made: it is refused, or numbered', async () => {
    for (const [flags, name] of [
      [['-o', 'late.png'], 'late.png'],
      [[], 'photo-edited.png'],
    ] as const) {
      const onError = (text: string) => {
        if (/reading/.test(text)) writeFileSync(name, 'another')
      }
      const args = ['edit', '--model', model, ...fast, 'photo.png', 'make it red', ...flags]
      const { code, out, error } = await pentimento(args, { onError })
      expect(readFileSync(name, 'utf8')).toBe('another')
      if (flags.length > 0) {
        expect(error).toMatch(/late\.png: exists already; give another name, or --overwrite to replace it\n$/)
        expect(code).toBe(2)
      } else expect([code, out]).toEqual([0, expect.stringMatching(/^photo-edited-2\.png /)])
    }
  })

  it('gives preview, change map and output a file each', async () => {
    mkdirSync('real')
    symlinkSync('real', 'link')
    for (const flags of [
      ['-o', 'real/a.png', '--preview', 'link/a.png'],
      ['-o', 'a.png', '--change-map', './a.png'],
      ['-o', 'a.png', '--preview', 'b.png', '--change-map', 'b.png', '--overwrite'],
    ]) {
      const { code, error } = await edit('photo.png', 'make it red', ...flags)
      expect(error).toMatch(
        /expected another file for the (preview|change map), it is the (output|preview)\n$/,
      )
      expect(code).toBe(2)
    }
  })

  it('writes its preview over and over, and over no older one', async () => {
    const steps = ['--preview', 'p.png', '--steps', '8']
    const first = await edit('photo.png', 'make it red', '-o', 'a.png', ...steps)
    expect(first.code, first.error).toBe(0)
    const preview = readFileSync('p.png')
    const second = await edit('photo.png', 'make it blue', '-o', 'b.png', ...steps)
    expect(second.error).toMatch(/^pentimento: p\.png: exists already/)
    expect(readFileSync('p.png').equals(preview)).toBe(true)
  })
})

describe('what cannot be written is said before the work, and no folder is left', () => {
  it.each([
    ['a name that is too long', ['-o', `new/${'n'.repeat(300)}.png`], /the name is too long/],
    ['an empty name', ['-o', ''], /output: expected a file name, got an empty text/],
    ['the ending of the output', ['-o', 'new/a.bmp'], /a\.bmp: expected a name that ends in/],
    [
      'the ending of an output of whatever size',
      ['-o', 'new/a.bmp', '--keep-edit-size'],
      /a\.bmp: expected a name that ends in/,
    ],
    ['the ending of the preview', ['-o', 'new/a.png', '--preview', 'new/p.bmp'], /p\.bmp: expected a name/],
    [
      'the ending of the change map',
      ['-o', 'new/a.png', '--change-map', 'new/m.jpg'],
      /m\.jpg: expected a name/,
    ],
    ['a file in the place of a folder', ['-o', 'photo.png/a.png'], /is a file, not a folder/],
    ['a model that is not there', ['-o', 'new/a.png', '--model', 'nowhere'], /nowhere: no such model/],
    ['a format beside a name', ['-o', 'a.png', '--format', 'jpg'], /--format: expected none/],
  ])('%s', async (_, flags, message) => {
    const args = ['edit', 'photo.png', 'make it red', ...fast, '--model', model, ...flags]
    const { code, error } = await pentimento(args)
    expect(error).toMatch(message)
    expect(error).not.toMatch(/reading/)
    expect(code).toBe(2)
    expect(readdirSync(folder)).toEqual(['photo.png'])
  })
})

describe('streams', () => {
  it('a picture from standard input goes to standard output, and nothing else', async () => {
    const { code, out, error, bytes } = await pentimento(
      ['edit', '-', 'make it red', '-o', '-', '--format', 'webp', '--model', model, ...fast],
      { input: original },
    )
    expect(code, error).toBe(0)
    expect(out).toBe('')
    expect(error).toMatch(/^- {2}72×56, /m)
    const { width, height, format } = await readPicture(bytes)
    expect([width, height, format]).toEqual([72, 56, 'webp'])
    expect(readdirSync(folder)).toEqual(['photo.png'])
  })

  it('the instruction from standard input, or a file', async () => {
    writeFileSync('words.txt', '\ufeffmake it 红色\n')
    const of = async (...given: Parameters<typeof pentimento>) => {
      const { out, error } = await pentimento(...given)
      return jsonLines<Partial<EditResult>>(out)[0]?.recipe?.instruction ?? error
    }
    const args = ['edit', 'photo.png', '--model', model, '--json', ...fast]
    expect(await of([...args, '--instruction-file', 'words.txt'])).toBe('make it 红色')
    expect(await of([...args, '--instruction-file', '-'], { input: '-2 stops\r\n' })).toBe('-2 stops')
    writeFileSync('words.txt', Buffer.from([0xb1, 0xe4, 0xb3, 0xc9]))
    expect(await of([...args, '--instruction-file', 'words.txt'])).toMatch(
      /words\.txt: expected text in UTF-8/,
    )
    expect(await of(['edit', '-', '--instruction-file', '-'])).toMatch(
      /the picture or the instruction, got both/,
    )
  })

  it('no picture to a screen', async () => {
    const streams = { env: {}, out: () => {}, isScreen: false, signal: new AbortController().signal }
    let error = ''
    const code = await runCommandLine(['edit', photo, 'x', '-o', '-'], {
      ...streams,
      error: (text) => {
        error += text
      },
      outBytes: async () => {},
      outIsScreen: true,
    })
    expect(error).toBe(
      "pentimento: output: '-' expected a file or a pipe, got a terminal; redirect it, or name a file\n",
    )
    expect(code).toBe(2)
  })
})

describe('several edits of one call', () => {
  it('of several pictures, into a folder', async () => {
    copyFileSync(photo, 'photo.jpeg')
    const args = ['photo.png', 'missing.png', 'photo.jpeg', 'make it red', '-o', 'out/']
    const first = await edit(...args)
    expect(first.code).toBe(2)
    expect(first.out).toMatch(
      /^\[1\/3\] out\/photo-edited\.png .*\n\[2\/3\] .*missing\.png: no such file\n\[3\/3\] /,
    )
    expect(first.error).toMatch(/^missing\.png: no such file\n.*1 of 3 edits failed.*\n$/m)
    expect(readdirSync('out').sort()).toEqual(['photo-edited-2.png', 'photo-edited.png'])
    const second = await edit(...args)
    expect(second.out.match(/exists, skipped/g)?.length).toBe(2)
    expect(readdirSync('out').length).toBe(2)
    const third = await edit('photo.png', 'missing.png', 'make it blue', '-o', 'out/')
    expect(third.out).toMatch(/^\[1\/2\] out\/photo-edited-3\.png /)
  })

  it('of a folder, into one beside it', async () => {
    mkdirSync('holiday/deeper', { recursive: true })
    for (const name of ['b10.png', 'b9.png', 'deeper/c.png']) copyFileSync(photo, join('holiday', name))
    writeFileSync('holiday/notes.txt', '')
    const { code, out, error } = await edit('holiday', 'make it red')
    expect(code, error).toBe(0)
    expect(out.match(/\S+\.png/g)).toEqual(['holiday-edited/b9-edited.png', 'holiday-edited/b10-edited.png'])
    mkdirSync('empty')
    expect((await edit('empty', 'make it red')).error).toMatch(
      /empty: expected pictures in the folder, found none/,
    )
  })

  it('in variants, with seeds that follow each other', async () => {
    const { code, out, error } = await edit(
      'photo.png',
      'make it red',
      '-o',
      'a.png',
      '--variants',
      '2',
      '--seed',
      '41',
      '--json',
    )
    expect(code, error).toBe(0)
    expect(jsonLines(out).map(({ output, recipe }) => [output, recipe.options.seed])).toEqual([
      ['a-1.png', 41],
      ['a-2.png', 42],
    ])
    expect(readFileSync('a-1.png').equals(readFileSync('a-2.png'))).toBe(false)
  })

  it('with a random seed, which is printed', async () => {
    const { out, error } = await edit('photo.png', 'make it red', '--seed', 'random', '--json')
    const [, seed] = /^seed (\d+)$/m.exec(error) ?? []
    expect(jsonLines(out)[0]?.recipe.options.seed).toBe(Number(seed))
  })

  it.each([
    [['photo.png', 'photo.png', 'x', '-o', 'a.png'], /a\.png: expected a folder for several pictures/],
    [['photo.png', 'x', '-o', '-', '--variants', '2'], /'-' takes one edit/],
    [['photo.png', 'x', '--variants', '2', '--preview', 'p.png'], /expected one edit/],
    [['photo.png', 'x', '--variants', '0'], /a whole number from 1 to 1000/],
    [['photo.png', 'x', '--variants', '2', '--seed', '18446744073709551615'], /expected 2 consecutive seeds/],
    [['photo.png'], /expected a picture and then an instruction, got only 'photo\.png'/],
  ])('refuses %j', async (args, message) => {
    const { code, error } = await edit(...args)
    expect(error).toMatch(message)
    expect(code).toBe(2)
    expect(readdirSync(folder)).toEqual(['photo.png'])
  })
})
