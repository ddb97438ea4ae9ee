import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { storedTurned, withOrientation } from '../../test/pictures/pngFiles.ts'
import { writeTinyCheckpoint } from '../../test/tinyCheckpoint.ts'
import { type ModelRecipe, parseRecipe, sameEdit } from '../edit/index.ts'
import {
  encodePicture,
  type PictureMetadata,
  pictureHash,
  readPicture,
  readRecipe,
  writePicture,
} from '../image/index.ts'
import { FileEditor } from './editing.ts'
import type { EditJob, WriteChoice } from './job.ts'
import { runCommandLine } from './program.ts'
import { notesOf, PictureReader, readJob } from './readJob.ts'
import type { Terminal } from './terminal.ts'

const pictureOf = (name: string) => fileURLToPath(new URL(`../../test/pictures/${name}`, import.meta.url))
const loraFile = fileURLToPath(new URL('../../test/golden/lora/lora_kohya.safetensors', import.meta.url))

let folder: string
let editor: FileEditor
const terminal: Terminal = {
  env: {},
  out: () => {},
  error: () => {},
  isScreen: false,
  signal: new AbortController().signal,
  fail: () => {},
}
const text = (value: string) => new TextEncoder().encode(`${value}\0`)
/** A copyright and the name of an owner. */
const metadata: PictureMetadata = {
  density: 240,
  exif: (
    [
      ['image', 0x8298, '© Me'],
      ['photo', 0xa430, 'Anna Owner'],
    ] as const
  ).map(([directory, tag, value]) => ({
    directory,
    tag,
    type: 2,
    count: text(value).length,
    bytes: text(value),
  })),
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'editing-'))
  await writeTinyCheckpoint(join(folder, 'tiny'))
  editor = await FileEditor.open(
    {
      type: 'model',
      folder: join(folder, 'tiny'),
      quotes: 'paired',
      loras: [{ file: loraFile, strength: 0.5 }],
      precision: 'fp32',
      provider: 'cpu',
      threads: 1,
      cache: join(folder, 'cache'),
    },
    terminal,
  )
  // A layer: transparent on the left, half on the right.
  const plain = await readPicture(pictureOf('plain.png'))
  const { width, height } = plain
  const alpha = {
    width,
    height,
    data: new Uint8Array(width * height).map((_, i) => (i % width < 20 ? 0 : 200)),
  }
  writeFileSync(at('layer.png'), await encodePicture(plain, 'png', { alpha, metadata, policy: 'keep' }))
})
afterAll(async () => {
  await editor.close()
  rmSync(folder, { recursive: true })
})
const at = (...names: string[]) => join(folder, ...names)

const jobOf = (job: Partial<EditJob>): EditJob => ({
  picture: pictureOf('plain.png'),
  instruction: 'make it red',
  output: at('out.png'),
  options: { steps: 1, size: 64 },
  ...job,
})

const read = (job: Partial<EditJob>) => readJob(jobOf(job), new PictureReader(terminal))
const replacing: WriteChoice = { overwrite: true }

async function made(job: Partial<EditJob>, choice: Partial<WriteChoice> = {}) {
  const write = { ...replacing, ...choice }
  const prepared = await read(job)
  const report = await editor.run(prepared, await editor.recipeOf(prepared, write), write)
  return { read: prepared, report, notes: notesOf(prepared, write) }
}

describe('an edit of a transparent picture with metadata', () => {
  it.each(['png', 'webp', 'avif', 'tiff'])('keeps alpha, copyright and density: %s', async (ending) => {
    const output = at(`layer-edited.${ending}`)
    const { read, report, notes } = await made({ picture: at('layer.png'), output })
    expect(notes).toEqual([])
    const found = await readPicture(output)
    expect([found.width, found.height]).toEqual([read.picture.width, read.picture.height])
    expect(found.alpha!.data[0]).toBe(0)
    expect(found.alpha!.data.at(-1)).toBeGreaterThan(190)
    // What is hidden is white, whatever the model drew there.
    expect([...found.data.subarray(0, 3)]).toEqual([255, 255, 255])
    const bytes = readFileSync(output)
    expect(bytes.includes('Anna')).toBe(false)
    if (ending !== 'tiff') expect(found.metadata.exif.map(({ tag }) => tag)).toContain(0x8298)
    if (ending === 'png' || ending === 'tiff') expect(found.metadata.density).toBe(240)
    expect(parseRecipe(output, (await readRecipe(output))!)).toEqual(report.recipe)
  })

  it('says what JPEG cannot hold, and sets it on white', async () => {
    const output = at('layer.jpg')
    const { notes } = await made({ picture: at('layer.png'), output }, { quality: 60 })
    expect(notes).toEqual([`${output}: JPEG has no transparency; the picture is on white`])
    expect((await readPicture(output)).alpha).toBeUndefined()
  })

  it('brings the alpha to another size', async () => {
    const options = { steps: 1, size: 64, keepEditSize: true }
    const output = at('small.png')
    const { report } = await made({ picture: at('layer.png'), output, options })
    const { alpha } = await readPicture(output)
    expect([alpha!.width, alpha!.height]).toEqual([report.width, report.height])
    expect(report.width).not.toBe(72)
  })

  it('keeps more or less of the metadata when asked to', async () => {
    const [all, none] = [at('all.png'), at('none.png')]
    await made({ picture: at('layer.png'), output: all }, { metadata: 'keep' })
    await made({ picture: at('layer.png'), output: none }, { metadata: 'none', recipe: false })
    expect(readFileSync(all).includes('Anna Owner')).toBe(true)
    const { exif, density, xmp } = (await readPicture(none)).metadata
    expect({ exif, density, xmp }).toEqual({ exif: [], density: undefined, xmp: undefined })
    expect(await readRecipe(none)).toBeUndefined()
  })
})

it('says that of several frames the first is edited', async () => {
  const notes = notesOf(await read({ picture: pictureOf('animated.gif') }), replacing)
  expect(notes).toEqual([`${pictureOf('animated.gif')}: 2 frames; the first is edited`])
})

describe('pictures of all eight orientations', () => {
  it('give one edit, as the picture and as the one to start from', async () => {
    const upright = await readPicture(pictureOf('plain.png'))
    const options = { steps: 1, size: 64, detail: true }
    const results = new Set<string>()
    for (let orientation = 1; orientation <= 8; orientation++) {
      const file = at(`turned-${orientation}.png`)
      const stored = await encodePicture(storedTurned(upright, orientation), 'png')
      writeFileSync(file, withOrientation(stored, orientation))
      const { report } = await made({ picture: file, init: { picture: file, strength: 0.5 }, options })
      results.add(report.recipe.result)
      const { width, height } = await readPicture(at('out.png'))
      expect([width, height]).toEqual([upright.width, upright.height])
    }
    expect(results.size).toBe(1)
  })
})

describe('a recipe', () => {
  it('holds no folders and no user', async () => {
    mkdirSync(at('in', 'deep'), { recursive: true })
    const source = readFileSync(pictureOf('plain.png'))
    for (const name of [['beside.png'], ['in', 'deep', 'below.png']]) writeFileSync(at(...name), source)
    const init = { picture: pictureOf('turned.jpg'), strength: 0.5 }
    const recorded = async (picture: string, output: string) =>
      (await editor.recipeOf(await read({ picture, output, init }), replacing)) as Omit<ModelRecipe, 'result'>
    const outside = await recorded(pictureOf('plain.png'), at('a.png'))
    expect(outside.picture.path).toBe('plain.png')
    expect(outside.init!.path).toBe('turned.jpg')
    expect(outside.model.folder).toBe('tiny')
    expect(outside.model.loras[0]!.file).toBe('lora_kohya.safetensors')
    expect((await recorded(at('beside.png'), at('a.png'))).picture.path).toBe('beside.png')
    const below = await recorded(at('in', 'deep', 'below.png'), at('a.png'))
    expect(below.picture.path).toBe('in/deep/below.png')
    const above = await recorded(at('beside.png'), at('in', 'a.png'))
    expect(above.picture.path).toBe('beside.png')
    for (const recipe of [outside, below, above])
      for (const secret of [folder, homedir(), userInfo().homedir, process.cwd(), '../', tmpdir()])
        expect(JSON.stringify(recipe)).not.toContain(secret)
    // All of the same picture: a batch whose folder has moved is done.
    expect(sameEdit(outside, below)).toBe(true)
  })

  it('keeps the permissions of a file that is replaced', async () => {
    const output = at('private.png')
    writeFileSync(output, '')
    chmodSync(output, 0o600)
    await made({ output })
    expect(statSync(output).mode & 0o777).toBe(0o600)
  })
})

describe('replay', () => {
  const flags = () => ['--model', at('tiny'), '--lora', loraFile]
  async function replay(...args: string[]) {
    let [out, error] = ['', '']
    const code = await runCommandLine(['replay', ...args], {
      ...terminal,
      env: { PENTIMENTO_CACHE: at('cache') },
      out: (text) => {
        out += text
      },
      error: (text) => {
        error += text
      },
    })
    return { code, out, error }
  }

  it('looks beside the picture, and tells files of one name apart by their content', async () => {
    mkdirSync(at('moved'))
    const [input, output] = [at('moved', 'photo.png'), at('moved', 'edited.png')]
    writeFileSync(input, readFileSync(pictureOf('plain.png')))
    await made({ picture: input, output })
    mkdirSync(at('elsewhere'))
    const [there, again] = [at('elsewhere', 'edited.png'), at('elsewhere', 'again.png')]
    writeFileSync(there, readFileSync(output))
    writeFileSync(at('elsewhere', 'photo.png'), readFileSync(input))
    rmSync(at('moved'), { recursive: true })
    const { out, error, code } = await replay(there, '-o', again, ...flags())
    expect([code, out.includes('the same picture')], error).toEqual([0, true])
    expect(readFileSync(again).equals(readFileSync(there))).toBe(true)
  })

  it('refuses another picture before it opens a model', async () => {
    mkdirSync(at('changed'))
    const [input, output] = [at('changed', 'photo.png'), at('changed', 'edited.png')]
    writeFileSync(input, readFileSync(pictureOf('plain.png')))
    await made({ picture: input, output })
    writeFileSync(input, readFileSync(pictureOf('cmyk.jpg')))
    const { error, code } = await replay(output, '--model', at('no such model'))
    expect(code).toBe(2)
    expect(error).toMatch(/inputs differ from the recipe: picture photo\.png/)
  })

  it.each(['png', 'jpg', 'webp'])('says when the file no longer shows its recipe: %s', async (ending) => {
    const output = at(`shown.${ending}`)
    const { report } = await made({ output }, { quality: 70 })
    const fresh = await replay(
      output,
      '-o',
      at(`fresh.${ending}`),
      '--picture',
      pictureOf('plain.png'),
      ...flags(),
    )
    expect(fresh.out, fresh.error).toContain('the same picture')
    expect(fresh.error).not.toContain('another program')
    expect(readFileSync(at(`fresh.${ending}`)).equals(readFileSync(output))).toBe(true)
    // Another program changes a pixel and keeps the XMP.
    const changed = { ...report.picture, data: report.picture.data.slice() }
    changed.data.fill(0, 0, 300)
    expect(pictureHash(changed)).not.toBe(report.recipe.result)
    await writePicture(changed, output, { recipe: (await readRecipe(output))!, quality: 70 })
    const saved = await replay(
      output,
      '-o',
      at(`saved.${ending}`),
      '--picture',
      pictureOf('plain.png'),
      ...flags(),
    )
    expect(saved.out).toContain('the same picture')
    expect(saved.error).toMatch(/its pixels are no longer those of its recipe; another program has changed/)
  })
})
