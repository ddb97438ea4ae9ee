import {
  copyFileSync,
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { commandLine, type EditResult, jsonLines } from '../../test/commandLine.ts'
import { writeTinyCheckpoint } from '../../test/tinyCheckpoint.ts'
import { readPicture } from '../image/index.ts'
import { runCommandLine } from './program.ts'

const photo = fileURLToPath(new URL('../../test/pictures/plain.png', import.meta.url))
let shared: string
let model: string
let folder: string
let target: string
beforeAll(async () => {
  shared = mkdtempSync(join(tmpdir(), 'batch-command-'))
  model = join(shared, 'tiny')
  await writeTinyCheckpoint(model)
})
afterAll(() => rmSync(shared, { recursive: true }))
beforeEach(() => {
  folder = mkdtempSync(join(shared, 'work-'))
  target = join(folder, 'edits')
  copyFileSync(photo, join(folder, 'photo.png'))
})

const pentimento = commandLine(runCommandLine, () => ({ PENTIMENTO_CACHE: join(shared, 'cache') }))
const fast = ['--size', '48', '--steps', '1', '--guidance', '1', '--threads', '1', '--device', 'cpu']

/** Runs a list that lies in the folder. */
function batch(
  name: string,
  content: string | Uint8Array,
  ...flags: string[]
): ReturnType<typeof pentimento> {
  const list = join(folder, name)
  writeFileSync(list, content)
  return pentimento(['batch', list, '-o', target, '--model', model, ...fast, ...flags])
}

/** A line of `batch --json`. */
type Line = Partial<EditResult> & {
  readonly index: number
  readonly line?: number
  readonly skipped?: true
  readonly error?: { readonly code: string; readonly message: string }
}

/** The lines of the edits, without that of the command as a whole. */
const edits = (out: string): Line[] => jsonLines<Line>(out).filter(({ index }) => index !== undefined)

const list = 'picture,instruction,seed\nphoto.png,"make it red, ""very"" red",1\nphoto.png,把它变成红色,2\n'

describe('pentimento batch', () => {
  it('makes what is missing of a list, and only that', async () => {
    const first = await batch('list.csv', list)
    expect(first.code, first.error).toBe(0)
    const names = ['0001-photo.png', '0002-photo.png']
    expect(readdirSync(target).sort()).toEqual(names)
    const [kept, made] = names.map((name) => join(target, name)) as [string, string]
    const before = { inode: statSync(kept).ino, bytes: readFileSync(made) }
    rmSync(made)

    const { code, error, out } = await batch('list.csv', list)
    expect(code, error).toBe(0)
    expect(out).toMatch(
      /^\[1\/2\] \S+0001-photo\.png {2}exists, skipped\n\[2\/2\] \S+0002-photo\.png {2}[\d.]+ s\n$/,
    )
    expect(statSync(kept).ino).toBe(before.inode)
    expect(readFileSync(made).equals(before.bytes)).toBe(true)
  })

  it('makes nothing anew where the folder has moved', async () => {
    await batch('list.csv', list)
    const moved = join(shared, 'moved')
    renameSync(folder, moved)
    folder = moved
    target = join(moved, 'edits')
    const { out } = await batch('list.csv', list, '--json')
    expect(edits(out).map(({ skipped }) => skipped)).toEqual([true, true])
  })

  it('replaces neither a picture nor another edit, unless that is asked for', async () => {
    copyFileSync(photo, join(folder, 'other.png'))
    target = folder
    const own =
      'picture,instruction,output\nphoto.png,x,photo.png\nphoto.png,x,other.png\nother.png,y,new.png\n'
    const { code, out, error } = await batch('own.csv', own, '--json')
    expect(edits(out).map((line) => line.error?.code)).toEqual(['exists', 'exists', undefined])
    expect(error).toMatch(
      /^line 2: .*photo\.png: exists already; give another name, or --overwrite to replace it$/m,
    )
    expect(code).toBe(2)
    for (const name of ['photo.png', 'other.png'])
      expect(readFileSync(join(folder, name)).equals(readFileSync(photo))).toBe(true)

    const edit = readFileSync(join(folder, 'new.png'))
    const changed = 'picture,instruction,output\nother.png,z,new.png\n'
    expect((await batch('changed.csv', changed)).code).toBe(2)
    expect(readFileSync(join(folder, 'new.png')).equals(edit)).toBe(true)
    expect((await batch('changed.csv', changed, '--overwrite')).code).toBe(0)
    expect(readFileSync(join(folder, 'new.png')).equals(edit)).toBe(false)
  })

  it('gives two rows no output in common', async () => {
    const twice = 'picture,instruction,output\nphoto.png,x,a.png\nphoto.png,y,sub/../a.png\n'
    const { out } = await batch('twice.csv', twice, '--json', '--overwrite')
    expect(edits(out).map((line) => line.error?.message)).toEqual([
      undefined,
      expect.stringMatching(/a\.png: another edit of this list writes the same file; choose another output/),
    ])
  })

  it('goes on after each row that cannot be made, and lists them by their lines', async () => {
    const cut = readFileSync(photo).subarray(0, 300)
    writeFileSync(join(folder, 'cut.png'), cut)
    writeFileSync(join(folder, 'none.png'), '')
    const rows = [
      'picture,instruction,seed,output',
      'missing.png,x,1,',
      'cut.png,x,1,',
      'none.png,x,1,',
      '.,x,1,',
      'photo.png,,1,',
      '',
      'photo.png,x,abc,',
      'photo.png,x,1,../a.png',
      'photo.png,x,1,a.xyz',
      '"photo.png,x,1,',
      'photo.png,change the sign to "OPEN",1,good.png',
    ]
    const { code, out, error } = await batch('rows.csv', rows.join('\n'))
    expect(code).toBe(2)
    expect(readdirSync(target)).toEqual(['good.png'])
    expect(out.trimEnd().split('\n').length).toBe(10)
    expect(out).toMatch(/^\[10\/10\] \S+good\.png {2}[\d.]+ s\n$/m)
    const listed = error.split('\n').filter((line) => line.startsWith('line '))
    expect(listed.map((line) => /^line (\d+)/.exec(line)?.[1])).toEqual([
      '2',
      '3',
      '4',
      '5',
      '6',
      '8',
      '9',
      '10',
      '11',
    ])
    expect(listed[4]).toBe('line 6: instruction: expected a text, got nothing')
    expect(listed[5]).toBe('line 8: seed: expected a whole number from 0 to 2^64 - 1, got "abc"')
    expect(error).toMatch(/rows\.csv: 9 of 10 edits failed; correct their rows and run it again\n$/)
  })

  it('reads its list from standard input', async () => {
    const input = JSON.stringify({ picture: join(folder, 'photo.png'), instruction: 'x' })
    const args = ['batch', '-', '-o', target, '--model', model, ...fast]
    const { code, error } = await pentimento(args, { input })
    expect(code, error).toBe(0)
    expect(readdirSync(target)).toEqual(['0001-photo.png'])
  })

  it('opens no model where no row can be made', async () => {
    const rows = 'picture,instruction\nmissing.png,x\n'
    // A folder without a model, which would be told if it were opened.
    const { code, error } = await batch('none.csv', rows, '--model', folder)
    expect(error).not.toMatch(/missing the/)
    expect(code).toBe(2)
    const absent = await batch('none.csv', rows, '--model', 'nowhere')
    expect(absent.error).toMatch(/nowhere: no such model folder/)
  })

  it.each([
    ['a misspelt column', 'picture,instruction,seeed\nphoto.png,x,1\n', /column 'seeed' is not known/, []],
    ['GBK', Buffer.from('picture,instruction\nphoto.png,\xb1\xe4', 'latin1'), /expected text in UTF-8/, []],
    ['UTF-16', Buffer.from('\ufeffpicture,instruction\n', 'utf16le'), /got UTF-16/, []],
    ['an option that fits no row', list, /--steps/, ['--steps', '0']],
  ])('refuses a list as a whole: %s', async (_, content, message, flags) => {
    const { code, error, out } = await batch('l.csv', content, ...flags)
    expect(error).toMatch(message)
    expect([code, out]).toEqual([2, ''])
    expect(readdirSync(folder).sort()).toEqual(['l.csv', 'photo.png'])
  })

  it('reads JSON lines, with options of their own', async () => {
    const rows = [
      { picture: 'photo.png', instruction: 'make it red', seed: 5, keepEditSize: true, output: 'a.webp' },
      { picture: 'photo.png', instruction: 'make it red', strength: 2 },
    ]
    const { out } = await batch('l.jsonl', rows.map((row) => JSON.stringify(row)).join('\n'), '--json')
    const [first, second] = edits(out)
    expect(first?.recipe?.options).toMatchObject({ seed: 5, keepEditSize: true, size: 48 })
    expect((await readPicture(join(target, 'a.webp'))).format).toBe('webp')
    expect(second).toMatchObject({
      index: 1,
      line: 2,
      error: { message: expect.stringMatching(/^'strength' is not known/) },
    })
  })

  it('ends at once where no edit can be made, and says how far it came', async () => {
    const broken = join(folder, 'broken')
    cpSync(model, broken, { recursive: true })
    rmSync(join(broken, 'vae.safetensors'))
    const { code, out, error } = await batch('list.csv', list, '--model', broken)
    expect([code, out]).toEqual([2, ''])
    expect(error).toMatch(
      /list\.csv: 0 of 2 edits are done; the others were not tried\npentimento: .*missing the autoencoder.*\n$/,
    )
  })

  it('ends with 130 when it is cancelled between two rows', async () => {
    const cancel = new AbortController()
    writeFileSync(join(folder, 'list.csv'), list)
    const args = ['batch', join(folder, 'list.csv'), '-o', target, '--model', model, ...fast]
    const { code, error } = await pentimento(args, { signal: cancel.signal, onOut: () => cancel.abort() })
    expect(error).toMatch(
      /list\.csv: 1 of 2 edits are done; the others were not tried\npentimento: cancelled\n$/,
    )
    expect(code).toBe(130)
    expect(readdirSync(target)).toEqual(['0001-photo.png'])
  })
})
