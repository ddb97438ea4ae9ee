import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { commandLine } from '../../test/commandLine.ts'
import { openSmallHub } from '../../test/hub.ts'
import { writeTinyCheckpoint } from '../../test/tinyCheckpoint.ts'
import { writeTinyDiffusers } from '../../test/tinyDiffusers.ts'
import { type Picture, readPicture } from '../image/index.ts'
import { openCheckpoint, readAll, writeSafetensors } from '../weights/index.ts'
import { runCommandLine } from './program.ts'

const pictureOf = (name: string) => fileURLToPath(new URL(`../../test/pictures/${name}`, import.meta.url))
const photo = pictureOf('plain.png')

let folder: string
let model: string
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'checkpoints-'))
  model = join(folder, 'tiny')
  await writeTinyCheckpoint(model)
})
afterAll(() => rmSync(folder, { recursive: true }))

const pentimento = commandLine(runCommandLine, () => ({
  PENTIMENTO_CACHE: join(folder, 'cache'),
  PENTIMENTO_MODELS: join(folder, 'models'),
}))
const fast = ['--size', '64', '--steps', '2', '--threads', '1', '--device', 'cpu']

const known = new Map<string, Promise<Picture>>()

/** The photo edited as the original does it, the small result enlarged; made once. */
function edit(flags: readonly string[] = [], from = model): Promise<Picture> {
  const key = JSON.stringify([flags, from])
  const made = known.get(key) ?? makeEdit(flags, from)
  known.set(key, made)
  return made
}

async function makeEdit(flags: readonly string[], from: string): Promise<Picture> {
  const output = join(folder, `${known.size}.png`)
  const args = ['edit', photo, 'make it red', '-o', output, '--model', from, '--detail', 'off', ...fast]
  const { code, error } = await pentimento([...args, '--precision', 'fp32', ...flags])
  expect(code, error).toBe(0)
  return readPicture(output)
}

function farthest(a: Picture, b: Picture): number {
  expect([b.width, b.height]).toEqual([a.width, a.height])
  return a.data.reduce((most, value, i) => Math.max(most, Math.abs(value - b.data[i]!)), 0)
}

describe('pentimento quantize', () => {
  it.each(['int8', 'int4'])('writes a whole folder in %s that edits much alike', async (precision) => {
    const output = join(folder, `tiny-${precision}`)
    const { code } = await pentimento(['quantize', model, '--precision', precision, '-o', output])
    expect(code).toBe(0)
    const { out } = await pentimento(['inspect', output])
    expect(out).toMatch(/complete\n/)
    const plain = await edit()
    const quantized = await edit([], output)
    expect(farthest(plain, quantized)).toBeLessThan(precision === 'int8' ? 24 : 128)
    const again = await pentimento(['quantize', model, '--precision', precision, '-o', output])
    expect(again.error).toMatch(/exists already/)
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
    const official = await edit(['--variant', 'v1.1'])
    expect(farthest(official, await edit([], target))).toBe(0)
    const int8 = join(folder, 'diffusers-int8')
    expect((await pentimento(['quantize', target, '-o', int8])).code).toBe(0)
    const fromOfficial = await edit(['--variant', 'v1.1', '--precision', 'int8'])
    expect(farthest(fromOfficial, await edit([], int8))).toBe(0)
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
    expect(farthest(await edit(), await edit([], target))).toBeLessThan(128)
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
    expect(farthest(await edit(), await readPicture(output))).toBe(0)
  })
})
