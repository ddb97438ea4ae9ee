import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openSmallHub } from '../../test/hub.ts'
import { writeTinyCheckpoint } from '../../test/tinyCheckpoint.ts'
import { writeTinyDiffusers } from '../../test/tinyDiffusers.ts'
import { type Picture, readPicture, readRecipe, writePicture } from '../image/index.ts'
import { openCheckpoint, readAll, writeSafetensors } from '../weights/index.ts'
import { runCommandLine } from './program.ts'

const pictureOf = (name: string) => fileURLToPath(new URL(`../../test/pictures/${name}`, import.meta.url))
const loraFile = fileURLToPath(new URL('../../test/golden/lora/lora_kohya.safetensors', import.meta.url))
const photo = pictureOf('plain.png')

let folder: string
let model: string
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'command-line-'))
  model = join(folder, 'tiny')
  await writeTinyCheckpoint(model)
})
afterAll(() => rmSync(folder, { recursive: true }))

interface Result {
  readonly code: number
  readonly out: string
  readonly error: string
}

async function pentimento(
  args: readonly string[],
  { env = {}, signal = new AbortController().signal, onError = (_: string) => {} } = {},
): Promise<Result> {
  let [out, error] = ['', '']
  const code = await runCommandLine(args, {
    env: { PENTIMENTO_CACHE: join(folder, 'cache'), PENTIMENTO_MODELS: join(folder, 'models'), ...env },
    out: (text) => {
      out += text
    },
    error: (text) => {
      error += text
      onError(text)
    },
    isScreen: false,
    signal,
  })
  return { code, out, error }
}

const fast = ['--size', '64', '--steps', '2', '--threads', '1', '--device', 'cpu']

/** Edits the photo as the original does it, the small result enlarged, and gives the picture that was written. */
async function edit(instruction: string, flags: readonly string[] = [], from = model): Promise<Picture> {
  const output = join(
    folder,
    `${createHash('sha1')
      .update([instruction, ...flags, from].join('\0'))
      .digest('hex')}.png`,
  )
  const { code, error } = await pentimento([
    'edit',
    photo,
    instruction,
    '-o',
    output,
    '--model',
    from,
    '--precision',
    'fp32',
    '--detail',
    'off',
    ...fast,
    ...flags,
  ])
  expect(error.split('\n').filter((line) => line.startsWith('pentimento:'))).toEqual([])
  expect(code).toBe(0)
  return readPicture(output)
}

function farthest(a: Picture, b: Picture): number {
  expect([b.width, b.height]).toEqual([a.width, a.height])
  return a.data.reduce((most, value, i) => Math.max(most, Math.abs(value - b.data[i]!)), 0)
}

describe('pentimento edit', () => {
  it('gives a picture of the size of the input, the same for the same seed', async () => {
    const one = await edit('make it red')
    expect([one.width, one.height]).toEqual([72, 56])
    const output = join(folder, 'second.png')
    const args = [
      'edit',
      photo,
      'make it red',
      '-o',
      output,
      '--model',
      model,
      '--precision',
      'fp32',
      ...fast,
    ]
    expect((await pentimento(args)).out).toMatch(/second\.png {2}72×56, /)
    expect(farthest(one, await readPicture(output))).toBe(0)
  })

  it.each([
    ['another instruction', 'make it blue', []],
    ['Chinese', '把它变成红色', []],
    ['quoted text', 'write "Hi" on it', []],
    ['an apostrophe', "make the girl's hat red", []],
    ['quotes as the original takes them', "make the girl's hat red", ['--quotes', 'faithful']],
    ['v1.1', 'make it red', ['--variant', 'v1.1']],
    ['a LoRA', 'make it red', ['--lora', `${loraFile}:0.8`]],
    ['another seed', 'make it red', ['--seed', '7']],
    ['no guidance', 'make it red', ['--guidance', '1']],
    ['a negative instruction', 'make it red', ['--negative', 'blurry']],
    ['a guidance interval', 'make it red', ['--guidance-interval', '0.9,1']],
    ['an init picture', 'make it red', ['--init', pictureOf('turned.jpg'), '--init-strength', '0.5']],
    ['a sampled latent', 'make it red', ['--vae-sample']],
  ])('changes with %s', async (_, instruction, flags) => {
    const plain = await edit('make it red')
    const other = await edit(instruction, flags)
    expect(farthest(plain, other)).toBeGreaterThan(0)
  })

  it('gives the same streamed as whole', async () => {
    const whole = await edit('make it red', ['--plan', 'whole'])
    const streamed = await edit('make it red', ['--plan', 'streamed', '--memory', '1GB'])
    expect(farthest(whole, streamed)).toBeLessThanOrEqual(1)
  })

  it.each([
    ['cmyk.jpg', [72, 56]],
    ['sixteen-bit.png', [72, 56]],
    ['turned.jpg', [56, 72]],
    ['alpha.png', [72, 56]],
    ['animated.gif', [72, 56]],
  ])('takes %s as people see it', async (name, size) => {
    const output = join(folder, `${name}.png`)
    const { code, error } = await pentimento([
      'edit',
      pictureOf(name),
      'make it red',
      '-o',
      output,
      '--model',
      model,
      ...fast,
    ])
    expect(code, error).toBe(0)
    const { width, height } = await readPicture(output)
    expect([width, height]).toEqual(size)
  })

  it('prints its result as JSON, and writes JPEG and WebP too', async () => {
    for (const kind of ['jpg', 'webp']) {
      const output = join(folder, `json.${kind}`)
      const { out } = await pentimento([
        'edit',
        photo,
        'make it red',
        '-o',
        output,
        '--model',
        model,
        '--json',
        ...fast,
      ])
      expect(JSON.parse(out)).toMatchObject({
        output,
        width: 72,
        height: 56,
        recipe: { instruction: 'make it red' },
      })
      expect((await readPicture(output)).width).toBe(72)
    }
  })

  it('keeps detail unless the original result is asked for, and tells what changed', async () => {
    const run = async (name: string, ...flags: string[]) => {
      const [output, map] = [join(folder, `${name}.png`), join(folder, `${name}-map.png`)]
      const files = ['-o', output, '--change-map', map, '--json']
      const args = ['edit', photo, 'make it red', ...files, '--model', model, ...fast, ...flags]
      const { code, error, out } = await pentimento(args)
      expect(code, error).toBe(0)
      const written = await readPicture(map)
      expect([written.width, written.height]).toEqual([72, 56])
      const { detail } = JSON.parse(out).recipe.options
      return { detail, picture: await readPicture(output), map: written, output }
    }
    const on = await run('detailed')
    const off = await run('plain', '--detail', 'off')
    expect([on.detail, off.detail]).toEqual([true, false])
    expect(farthest(on.picture, off.picture)).toBeGreaterThan(0)
    expect(farthest(on.map, off.map)).toBe(0)
    // What the tiny random model draws has nothing of the photo.
    expect(Math.max(...on.map.data)).toBe(255)
    // At fp32 the result is the original's, to compare with, unless told otherwise.
    const exact = await run('exact', '--precision', 'fp32')
    expect(exact.detail).toBe(false)
    expect(farthest(exact.picture, await edit('make it red'))).toBe(0)
    expect((await run('exact-detailed', '--precision', 'fp32', '--detail', 'on')).detail).toBe(true)

    // A recipe from before there was a choice is of the original's result.
    const { detail: _, ...options } = JSON.parse((await readRecipe(off.output))!).options
    const recipe = JSON.stringify({ ...JSON.parse((await readRecipe(off.output))!), options })
    await writePicture(off.picture, join(folder, 'old.png'), { recipe })
    const replayed = await pentimento([
      'replay',
      join(folder, 'old.png'),
      '-o',
      join(folder, 'old-again.png'),
      '--picture',
      photo,
      '--model',
      model,
    ])
    expect(replayed.out, replayed.error).toContain('the same picture')
  })

  it('stops when it is cancelled, with nothing written', async () => {
    const cancel = new AbortController()
    const output = join(folder, 'cancelled.png')
    const args = ['edit', photo, 'make it red', '-o', output, '--model', model, ...fast, '--steps', '20']
    const { code, error } = await pentimento(args, {
      signal: cancel.signal,
      onError: (text) => text.startsWith('denoising 1/') && cancel.abort(),
    })
    expect(code).toBe(130)
    expect(error).toMatch(/cancelled, nothing was written\n$/)
    expect(readdirSync(folder).filter((name) => name.startsWith('cancelled'))).toEqual([])
  })
})

describe('bad input', () => {
  const longText = 'make it red '.repeat(10_000)
  it.each([
    ['no file', ['missing.png', 'make it red'], /missing\.png: no such file/],
    ['a folder', ['.', 'make it red'], /folder|directory/],
    ['an empty file', [pictureOf('empty.png'), 'make it red'], /empty\.png: .*empty/],
    ['a text file', [pictureOf('text.png'), 'make it red'], /text\.png: /],
    ['a truncated JPEG', [pictureOf('truncated.jpg'), 'make it red'], /truncated\.jpg: /],
    ['1 × 20000 pixels', [pictureOf('line.png'), 'make it red'], /1×20000/],
    ['an empty instruction', [photo, '  '], /instruction/],
    ['an instruction of 100 KB', [photo, longText], /instruction/],
    ['a checkpoint that is not there', [photo, 'x', '--model', 'nowhere'], /nowhere: no such model folder/],
    ['a folder without a model', [photo, 'x', '--model', pictureOf('.')], /missing the transformer/],
    ['a file where a folder should be', [photo, 'x', '-o', join(photo, 'out.png')], /plain\.png/],
    ['an unknown format', [photo, 'x', '-o', 'out.bmp'], /out\.bmp/],
    ['no steps', [photo, 'x', '--steps', '0'], /steps: expected/],
    ['a size that is no number', [photo, 'x', '--size', 'big'], /expected a number/],
    ['no precision', [photo, 'x', '--precision', 'fp1'], /precision/],
    ['memory in no unit', [photo, 'x', '--memory', '6 apples'], /6GB/],
    ['a LoRA that is not there', [photo, 'x', '--lora', 'no.safetensors'], /no\.safetensors/],
    ['a LoRA that is none', [photo, 'x', '--lora', photo], /plain\.png/],
    [
      'a change map that is no PNG',
      [photo, 'x', '--change-map', 'map.jpg'],
      /map\.jpg: expected a name that ends in \.png/,
    ],
    ['no way to detail', [photo, 'x', '--detail', 'maybe'], /detail/],
    ['an init strength without a picture', [photo, 'x', '--init-strength', '0.5'], /init/],
  ])('is refused in one line: %s', async (_, args, message) => {
    const output = join(folder, 'bad.png')
    const flags = ['--model', model, ...fast, '-o', output]
    const given = flags.filter((flag, i) => !args.includes(flag) && !args.includes(flags[i - 1]!))
    const { code, error, out } = await pentimento(['edit', ...args, ...given])
    expect(error).toMatch(message)
    const lines = error
      .trimEnd()
      .split('\n')
      .filter((line) => !line.startsWith('(see'))
    expect(lines.slice(-1).length).toBe(1)
    expect(lines.filter((line) => /^(pentimento|error): /.test(line)).length).toBe(1)
    expect(code).toBe(2)
    expect(out).toBe('')
    expect(readdirSync(folder).filter((name) => name.startsWith('bad'))).toEqual([])
  })

  it('is refused where a checkpoint is not the right one', async () => {
    const wrong = join(folder, 'wrong')
    await writeTinyCheckpoint(wrong)
    writeFileSync(join(wrong, 'step1x-edit-i1258.safetensors'), readFileSync(join(wrong, 'vae.safetensors')))
    const { code, error } = await pentimento([
      'edit',
      photo,
      'x',
      '--model',
      wrong,
      ...fast,
      '-o',
      join(folder, 'bad.png'),
    ])
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
})

describe('pentimento replay', () => {
  it.each([
    ['a plain edit', []],
    [
      'one with everything',
      ['--lora', loraFile, '--init', pictureOf('turned.jpg'), '--negative', 'dark', '--seed', '3'],
    ],
    ['one in int8', ['--precision', 'int8']],
    ['one without detail', ['--detail', 'off']],
    ['one with detail at fp32', ['--detail', 'on', '--precision', 'fp32']],
  ])('makes the same bytes again: %s', async (name, flags) => {
    const output = join(folder, `replayed-${name.replaceAll(' ', '-')}.png`)
    await pentimento(['edit', photo, 'make it red', '-o', output, '--model', model, ...fast, ...flags])
    const again = join(folder, 'again.png')
    // Recipes hold no folders, and the files are elsewhere than the output.
    const moved = ['--picture', photo, '--model', model]
    if (flags.includes('--init')) moved.push('--init', pictureOf('turned.jpg'), '--lora', loraFile)
    const { code, out, error } = await pentimento(['replay', output, '-o', again, ...moved])
    expect(out, error).toContain('the same picture')
    expect(error).not.toContain('another program')
    expect(code).toBe(0)
    expect(Buffer.compare(readFileSync(again), readFileSync(output))).toBe(0)
    const inspected = await pentimento(['inspect', output, '--json'])
    expect(JSON.parse(inspected.out)).toMatchObject({ instruction: 'make it red' })
  })

  it('refuses when the picture has changed since', async () => {
    const input = join(folder, 'input.png')
    writeFileSync(input, readFileSync(photo))
    const output = join(folder, 'from-input.png')
    await pentimento(['edit', input, 'make it red', '-o', output, '--model', model, ...fast])
    writeFileSync(input, readFileSync(pictureOf('cmyk.jpg')))
    const { code, error } = await pentimento(['replay', output])
    expect(error).toMatch(/not what it was made from: picture .*input\.png/)
    expect(code).toBe(2)
  })
})

describe('pentimento batch', () => {
  it('makes what is missing of a list, and only that', async () => {
    const list = join(folder, 'list.csv')
    const target = join(folder, 'batch')
    writeFileSync(
      list,
      `picture,instruction,seed\n${photo},"make it red, ""very"" red",1\n${photo},把它变成红色,2\n`,
    )
    const args = ['batch', list, '-o', target, '--model', model, ...fast]
    expect((await pentimento(args)).code).toBe(0)
    const made = readdirSync(target).sort()
    expect(made.length).toBe(2)
    const before = made.map((name) => readFileSync(join(target, name)))
    rmSync(join(target, made[1]!))
    const { code, error, out } = await pentimento(args)
    expect(code, error).toBe(0)
    expect(`${out}${error}`).toMatch(/1/)
    expect(made.map((name) => readFileSync(join(target, name)).equals(before[made.indexOf(name)]!))).toEqual([
      true,
      true,
    ])
  })

  it('goes on after a row that cannot be made, and says so at the end', async () => {
    const list = join(folder, 'list.json')
    const target = join(folder, 'batch2')
    writeFileSync(
      list,
      JSON.stringify([
        { picture: 'missing.png', instruction: 'make it red' },
        { picture: photo, instruction: 'make it red' },
      ]),
    )
    const { code, out, error } = await pentimento(['batch', list, '-o', target, '--model', model, ...fast])
    expect(code).toBe(2)
    expect(out).toMatch(/failed: .*missing\.png: no such file/)
    expect(error).toMatch(/1 of 2 edits failed/)
    expect(readdirSync(target).length).toBe(1)
  })
})

describe('pentimento quantize', () => {
  it.each(['int8', 'int4'])('writes a whole folder in %s that edits much alike', async (precision) => {
    const output = join(folder, `tiny-${precision}`)
    const { code } = await pentimento(['quantize', model, '--precision', precision, '-o', output])
    expect(code).toBe(0)
    const { out } = await pentimento(['inspect', output])
    expect(out).toMatch(/complete\n/)
    const plain = await edit('make it red')
    const quantized = await edit('make it red', [], output)
    expect(farthest(plain, quantized)).toBeLessThan(precision === 'int8' ? 24 : 128)
    const again = await pentimento(['quantize', model, '--precision', precision, '-o', output])
    expect(again.error).toMatch(/is there already/)
    expect(again.code).toBe(2)
  })
})

describe('layouts', () => {
  it('of diffusers gives what the official one gives', async () => {
    const target = join(folder, 'diffusers')
    await writeTinyDiffusers(target)
    const { out, code } = await pentimento(['inspect', target])
    expect(out).toMatch(/^Step1X-Edit v1\.1\n/)
    expect(code).toBe(0)
    const official = await edit('make it red', ['--variant', 'v1.1'])
    expect(farthest(official, await edit('make it red', [], target))).toBe(0)
    const int8 = join(folder, 'diffusers-int8')
    expect((await pentimento(['quantize', target, '-o', int8])).code).toBe(0)
    const fromOfficial = await edit('make it red', ['--variant', 'v1.1', '--precision', 'int8'])
    expect(farthest(fromOfficial, await edit('make it red', [], int8))).toBe(0)
  })

  it('in fp8 give nearly the same', async () => {
    const target = join(folder, 'fp8')
    await writeTinyCheckpoint(target)
    const file = join(target, 'step1x-edit-i1258.safetensors')
    const checkpoint = await openCheckpoint(file)
    const values = await readAll(checkpoint)
    await checkpoint.close()
    const declared = [...values].map(([name, { shape, data }]) => ({
      name,
      dtype: 'F8_E4M3' as const,
      shape,
      data: toE4m3(data as Float32Array),
    }))
    await writeSafetensors(file, declared)
    const { out } = await pentimento(['inspect', target])
    expect(out).toMatch(/F8_E4M3 100 %/)
    expect(farthest(await edit('make it red'), await edit('make it red', [], target))).toBeLessThan(128)
  })
})

/** The nearest of the 256 codes, the slow and sure way. */
function toE4m3(values: Float32Array): Uint8Array {
  const codes = Array.from({ length: 127 }, (_, code) => {
    const [exponent, mantissa] = [code >> 3, code & 7]
    return exponent === 0 ? (mantissa / 8) * 2 ** -6 : (1 + mantissa / 8) * 2 ** (exponent - 7)
  })
  return Uint8Array.from(values, (value) => {
    let best = 0
    let [low, high] = [0, 126]
    while (low < high) {
      const middle = (low + high) >> 1
      if (codes[middle]! < Math.abs(value)) low = middle + 1
      else high = middle
    }
    best = low
    if (best > 0 && Math.abs(value) - codes[best - 1]! < codes[best]! - Math.abs(value)) best--
    return value < 0 ? best | 128 : best
  })
}

describe('pentimento pull', () => {
  it('brings a model from a hub that breaks off, by a name that edit takes', async () => {
    const official = join(folder, 'tiny')
    const read = (path: string) => new Uint8Array(readFileSync(join(official, path)))
    const mllm = 'Qwen2.5-VL-7B-Instruct'
    const hub = await openSmallHub({
      'stepfun-ai/Step1X-Edit': {
        'step1x-edit-i1258.safetensors': read('step1x-edit-i1258.safetensors'),
        'vae.safetensors': read('vae.safetensors'),
        'pytorch_model.bin': new Uint8Array(2000),
      },
      [`Qwen/${mllm}`]: Object.fromEntries(
        readdirSync(join(official, mllm)).map((name) => [name, read(join(mllm, name))]),
      ),
    })
    hub.faults = { breakAfter: 50_000, breaks: 1 }
    const env = { HF_ENDPOINT: hub.endpoint, HF_HOME: join(folder, 'hf') }
    const { code, out, error } = await pentimento(['pull', 'step1x-edit-v1.0', '--json'], { env })
    await hub.close()
    expect(code, error).toBe(0)
    const target = join(folder, 'models', 'step1x-edit-v1.0')
    expect(JSON.parse(out)).toMatchObject({ folder: target, files: 6 })
    expect(readdirSync(target).sort()).toEqual([
      '.pentimento-pull.json',
      mllm,
      'step1x-edit-i1258.safetensors',
      'vae.safetensors',
    ])
    writeFileSync(join(target, 'pentimento.json'), read('pentimento.json'))
    mkdirSync(join(folder, 'pulled'))
    const output = join(folder, 'pulled', 'out.png')
    const edited = await pentimento([
      'edit',
      photo,
      'make it red',
      '-o',
      output,
      ...fast,
      '--precision',
      'fp32',
    ])
    expect(edited.code, edited.error).toBe(0)
    expect(farthest(await edit('make it red'), await readPicture(output))).toBe(0)
  })
})
