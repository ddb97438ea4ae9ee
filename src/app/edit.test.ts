import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { commandLine, type EditResult, jsonLines } from '../../test/commandLine.ts'
import { writeTinyCheckpoint } from '../../test/tinyCheckpoint.ts'
import { type EditOptions, type Editor, openEditor } from '../edit/index.ts'
import { type Picture, readPicture, readRecipe, writePicture } from '../image/index.ts'
import { runCommandLine } from './program.ts'

const pictureOf = (name: string) => fileURLToPath(new URL(`../../test/pictures/${name}`, import.meta.url))
const loraFile = fileURLToPath(new URL('../../test/golden/lora/lora_kohya.safetensors', import.meta.url))
const photo = pictureOf('plain.png')

let folder: string
let model: string
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'edit-command-'))
  model = join(folder, 'tiny')
  await writeTinyCheckpoint(model)
})
afterAll(() => rmSync(folder, { recursive: true }))

const pentimento = commandLine(runCommandLine, () => ({ PENTIMENTO_CACHE: join(folder, 'cache') }))
const fast = ['--size', '64', '--steps', '2', '--threads', '1', '--device', 'cpu']
const exact = ['--precision', 'fp32', '--detail', 'off']

let count = 0
/** Edits the photo into a file of its own. */
async function edit(instruction: string, ...flags: string[]): Promise<EditResult> {
  const output = join(folder, `${count++}.png`)
  const args = ['edit', '--model', model, '--json', '-o', output, ...fast, ...flags, '--', photo, instruction]
  const { code, error, out } = await pentimento(args)
  expect(code, error).toBe(0)
  return jsonLines(out)[0]!
}

/** The same edit by the library. */
async function byLibrary(
  instruction: string,
  options: EditOptions = {},
  opened: Parameters<typeof openEditor>[1] = {},
): Promise<Picture> {
  const editor = await openEditor(model, { precision: 'fp32', provider: 'cpu', threads: 1, ...opened })
  try {
    return await editWith(editor, instruction, options)
  } finally {
    await editor.close()
  }
}

async function editWith(editor: Editor, instruction: string, options: EditOptions): Promise<Picture> {
  return editor.edit(await readPicture(photo), instruction, { size: 64, steps: 2, ...options })
}

function farthest(a: Picture, b: Picture): number {
  expect([b.width, b.height]).toEqual([a.width, a.height])
  return a.data.reduce((most, value, i) => Math.max(most, Math.abs(value - b.data[i]!)), 0)
}

describe('pentimento edit', () => {
  it.each([
    ['v1.1', ['--variant', 'v1.1'], { variant: 'v1.1' }],
    ['a LoRA', ['--lora', `${loraFile}:0.8`], { loras: [{ file: loraFile, strength: 0.8 }] }],
    [
      'a LoRA with a strength from .5',
      ['--lora', `${loraFile}:.5`],
      { loras: [{ file: loraFile, strength: 0.5 }] },
    ],
    ['quotes as the original takes them', ['--quotes', 'faithful'], { quotes: 'faithful' }],
    ['weights from the disk', ['--weights', 'streamed', '--memory', '1GB'], { plan: 'streamed' }],
  ] as const)('opens a model with %s as the library does', async (_, flags, opened) => {
    const instruction = "make the girl's hat red"
    const { output } = await edit(instruction, ...exact, ...flags)
    expect(farthest(await readPicture(output), await byLibrary(instruction, {}, opened))).toBe(0)
  })

  it('passes every option of an edit on', async () => {
    const flags = { '--seed': '7', '--guidance': '2', '--negative': 'blurry', '--damp-above': '.5' }
    const more = ['--guidance-interval', '0.25,0.75', '--vae-sample', '--keep-edit-size', '--detail', 'on']
    const init = ['--init', pictureOf('turned.jpg'), '--init-strength', '0.5']
    const { recipe, output } = await edit('write "Hi"', ...Object.entries(flags).flat(), ...more, ...init)
    const options = {
      seed: 7,
      steps: 2,
      guidance: 2,
      size: 64,
      negative: 'blurry',
      dampAbove: 0.5,
      guidanceInterval: [0.25, 0.75] as const,
      vaeSample: true,
      keepEditSize: true,
      detail: true,
    }
    expect(recipe.options).toEqual(options)
    expect(recipe.init?.strength).toBe(0.5)
    const picture = await readPicture(pictureOf('turned.jpg'))
    const result = await byLibrary('write "Hi"', { ...options, init: { picture, strength: 0.5 } })
    expect(farthest(await readPicture(output), result)).toBe(0)
  })

  it.each([
    ['cmyk.jpg', [72, 56]],
    ['turned.jpg', [56, 72]],
    ['animated.gif', [72, 56]],
  ])('takes %s as people see it', async (name, size) => {
    const output = join(folder, `${name}.png`)
    const args = ['edit', pictureOf(name), 'make it red', '-o', output, '--model', model, ...fast]
    const { code, error } = await pentimento(args)
    expect(code, error).toBe(0)
    const { width, height } = await readPicture(output)
    expect([width, height]).toEqual(size)
  })

  it('writes other formats, and tells what it wrote', async () => {
    for (const kind of ['jpg', 'webp']) {
      const output = join(folder, `kinds.${kind}`)
      const args = ['edit', photo, 'make it red', '-o', output, '--model', model, ...fast]
      const { out } = await pentimento(args)
      expect(out).toMatch(new RegExp(`kinds\\.${kind} {2}72×56, [\\d.]+ s\\n$`))
      expect((await readPicture(output)).format).toBe(kind === 'jpg' ? 'jpeg' : kind)
    }
  })

  it('leaves the recipe out where that is asked for', async () => {
    const { output } = await edit('make it red', '--no-recipe')
    expect(await readRecipe(output)).toBeUndefined()
  })

  it('keeps detail unless the original result is asked for, and tells what changed', async () => {
    const run = async (name: string, ...flags: string[]) => {
      const file = join(folder, `${name}-map.png`)
      const { output, recipe } = await edit('make it red', '--change-map', file, ...flags)
      const map = await readPicture(file)
      expect([map.width, map.height]).toEqual([72, 56])
      return { detail: recipe.options.detail, picture: await readPicture(output), map, output }
    }
    const on = await run('detailed')
    const off = await run('plain', '--detail', 'off')
    expect([on.detail, off.detail]).toEqual([true, false])
    expect(farthest(on.picture, off.picture)).toBeGreaterThan(0)
    expect(farthest(on.map, off.map)).toBe(0)
    // What the tiny random model draws has nothing of the photo.
    expect(Math.max(...on.map.data)).toBe(255)
    // At fp32 the result is the original's, to compare with.
    const original = await run('exact', '--precision', 'fp32')
    expect(original.detail).toBe(false)
    expect((await run('exact-detailed', '--precision', 'fp32', '--detail', 'on')).detail).toBe(true)

    // A recipe from before there was a choice is of the original's result.
    const { detail: _, ...options } = JSON.parse((await readRecipe(off.output))!).options
    const recipe = JSON.stringify({ ...JSON.parse((await readRecipe(off.output))!), options })
    await writePicture(off.picture, join(folder, 'old.png'), { recipe })
    const replayed = await pentimento(['replay', join(folder, 'old.png'), '--picture', photo])
    expect(replayed.out, replayed.error).toContain('the same picture')
  })

  it('tells what each stage took, and where the time went', async () => {
    const file = join(folder, 'profile.json')
    const output = join(folder, 'profiled.png')
    const args = ['edit', photo, 'make it red', '-o', output, '--model', model, ...fast, '--profile', file]
    const { code, error } = await pentimento(args)
    expect(code, error).toBe(0)
    expect(error).toMatch(/^denoising: [\d.]+ s, at most [\d.]+ [MG]B$/m)
    const { traceEvents } = JSON.parse(readFileSync(file, 'utf8')) as { traceEvents: { name: string }[] }
    expect(traceEvents.some(({ name }) => /MatMul|Gemm/.test(name))).toBe(true)
    const again = await pentimento([...args, '-o', join(folder, 'profiled-2.png')])
    expect(again.error).toMatch(/profile\.json: exists already/)
  })

  it('says where an instruction is longer than what is read', async () => {
    const { code, error } = await pentimento([
      'edit',
      photo,
      'make it red '.repeat(300),
      '-o',
      join(folder, 'long.png'),
      '--model',
      model,
      ...fast,
    ])
    expect(code, error).toBe(0)
    expect(error.match(/^instruction: read \d+ of \d+ tokens; shorten it$/gm)?.length).toBe(1)
  })

  it('stops when it is cancelled, with nothing written', async () => {
    const cancel = new AbortController()
    const output = join(folder, 'cancelled.png')
    const args = ['edit', photo, 'make it red', '-o', output, '--model', model, ...fast, '--steps', '20']
    const { code, out, error } = await pentimento([...args, '--json'], {
      signal: cancel.signal,
      onError: (text) => text.startsWith('denoising 1/') && cancel.abort(),
    })
    expect(code).toBe(130)
    expect(error).toMatch(/cancelled, nothing was written\n$/)
    expect(JSON.parse(out)).toEqual({
      error: { code: 'cancelled', message: expect.stringMatching(/^edit: /) },
    })
    expect(readdirSync(folder).filter((name) => name.startsWith('cancelled'))).toEqual([])
  })
})

describe('bad input', () => {
  it.each([
    ['no file', ['missing.png', 'make it red'], /missing\.png: no such file/],
    ['an empty file', [pictureOf('empty.png'), 'make it red'], /empty\.png: .*empty/],
    ['a text file', [pictureOf('text.png'), 'make it red'], /text\.png: /],
    ['a truncated JPEG', [pictureOf('truncated.jpg'), 'make it red'], /truncated\.jpg: /],
    ['1 × 20000 pixels', [pictureOf('line.png'), 'make it red'], /1×20000/],
    ['an empty instruction', [photo, '  '], /instruction/],
    ['an instruction of 100 KB', [photo, 'make it red '.repeat(10_000)], /instruction/],
    ['a checkpoint that is not there', [photo, 'x', '--model', 'nowhere'], /nowhere: no such model/],
    ['a folder without a model', [photo, 'x', '--model', pictureOf('.')], /missing the transformer/],
    ['an unknown format', [photo, 'x', '-o', 'out.bmp'], /out\.bmp/],
    ['no steps', [photo, 'x', '--steps', '0'], /--steps.*expected a whole number from 1 to 1000$/],
    ['a size that is no number', [photo, 'x', '--size', 'big'], /--size.*expected a whole number/],
    ['a seed that is no number', [photo, 'x', '--seed', ''], /--seed.*expected a whole number/],
    ['no precision', [photo, 'x', '--precision', 'fp1'], /precision/],
    ['memory in no unit', [photo, 'x', '--memory', '6 apples'], /6GB/],
    ['memory in bytes by mistake', [photo, 'x', '--memory', '6'], /write 6GB$/],
    ['more threads than cores', [photo, 'x', '--threads', '100000'], /the cores of this machine$/],
    ['a LoRA that is not there', [photo, 'x', '--lora', 'no.safetensors'], /no\.safetensors: no such file/],
    ['a LoRA that is none', [photo, 'x', '--lora', photo], /plain\.png/],
    ['a LoRA with a comma in its strength', [photo, 'x', '--lora', 'a:0,8'], /with a point, such as a:0\.8$/],
    ['a LoRA beyond all measure', [photo, 'x', '--lora', `${loraFile}:1e39`], /from -1000 to 1000/],
    ['no way to detail', [photo, 'x', '--detail', 'maybe'], /detail/],
    ['an init strength without a picture', [photo, 'x', '--init-strength', '0.5'], /init/],
    ['a box of three numbers', [photo, 'x', '--box', '1,2,3'], /--box.*expected x,y,width,height/],
    ['a box beyond the picture', [photo, 'x', '--box', '60,0,20,20'], /within the picture of 72×56/],
    ['a mask of another size', [photo, 'x', '--mask', pictureOf('turned.jpg')], /expected 72×56/],
    ['a box and a mask', [photo, 'x', '--box', '1,2,3,4', '--mask', photo], /expected one of them/],
    ['an option that is none', [photo, 'x', '--colour', 'red'], /unknown option '--colour'/],
  ])('is refused in one line, and as JSON: %s', async (_, args, message) => {
    const command = ['edit', '--json', '--model', model, ...fast, '-o', join(folder, 'bad.png'), ...args]
    const { code, error, out } = await pentimento(command)
    const lines = error.trimEnd().split('\n')
    const told = lines.filter((line) => !line.startsWith('(see'))
    expect(told.length, error).toBe(1)
    expect(told[0]).toMatch(/^(pentimento|error): /)
    expect(told[0]).toMatch(message)
    expect(code).toBe(2)
    const { error: asJson } = JSON.parse(out) as { error: { code: string; message: string } }
    expect(told[0]).toContain(asJson.message)
    expect(asJson.code).toMatch(/^[a-z]+$/)
    expect(readdirSync(folder).filter((name) => name.startsWith('bad'))).toEqual([])
  })

  it('is refused where a checkpoint is not the right one', async () => {
    const wrong = join(folder, 'wrong')
    await writeTinyCheckpoint(wrong)
    writeFileSync(join(wrong, 'step1x-edit-i1258.safetensors'), readFileSync(join(wrong, 'vae.safetensors')))
    const args = ['edit', photo, 'x', '--model', wrong, ...fast, '-o', join(folder, 'bad.png')]
    const { code, error } = await pentimento(args)
    expect(error.trimEnd().split('\n').at(-1)).toMatch(/expected a Step1X-Edit checkpoint/)
    expect(code).toBe(2)
    const inspected = await pentimento(['inspect', wrong])
    expect(inspected.out).toMatch(/autoencoder/)
  })

  it('is refused by the other commands too', async () => {
    for (const args of [
      ['replay', photo],
      ['inspect', 'nowhere'],
      ['quantize', 'nowhere'],
      ['batch', 'nowhere.csv'],
      ['pull', 'nowhere'],
      ['pull', 'a/b/c'],
      ['fly'],
    ]) {
      const { code, error } = await pentimento(args)
      expect.soft(code, args.join(' ')).toBe(2)
      expect.soft(error, args.join(' ')).not.toMatch(/internal|at .*\.ts/)
    }
  })

  it('that begins with a dash gets a hint, and works behind --', async () => {
    const { code, error } = await pentimento(['edit', photo, '-2 stops, darker'])
    expect(error).toMatch(
      /unknown option '-2 stops, darker'\n.*\n\(put an instruction that begins with '-' after '--'/,
    )
    expect(code).toBe(2)
    expect((await edit('-2 stops, darker')).recipe.instruction).toBe('-2 stops, darker')
  })
})
