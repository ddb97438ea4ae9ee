import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { cp, mkdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { inspectWeights, ModelEditor, type ModelEditorOptions, openEditor } from 'pentimento/edit'
import { numbersOf, type TensorValue, tensorValue } from 'pentimento/graph'
import { type Picture, writePicture } from 'pentimento/image'
import { TorchGenerator } from 'pentimento/random'
import { type PictureTrainingOptions, trainOnPictures } from 'pentimento/train'
import { openCheckpoint, readAll, writeAll } from 'pentimento/weights'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  stabilityFile,
  tinyLanguageModel,
  wideTrunk,
  writeSmallFlux,
  writeSmallSd3,
  writeTinyFlux,
  writeTinySd3,
} from './tinyBases.ts'

const folder = mkdtempSync(join(tmpdir(), 'train-on-bases-'))
const flux = join(folder, 'flux')
const sd3 = join(folder, 'sd3')
const cache = join(folder, 'cache')
const on = { provider: 'cpu', threads: 1, cache } as const
let count = 0
beforeAll(async () => {
  await writeTinyFlux(flux)
  await writeTinySd3(sd3)
  for (let i = 0; i < 4; i++) await writePicture(pictureOf(i), join(folder, `${i}.png`))
})
afterAll(() => rmSync(folder, { recursive: true }))

function pictureOf(seed: number): Picture {
  const data = new Uint8Array(3 * 32 * 32).map((_, i) => (i * (seed + 3) + (i >> 5) * seed * 11) % 256)
  return { width: 32, height: 32, data }
}

const triplets = [0, 1].map((i) => ({
  source: join(folder, `${i}.png`),
  target: join(folder, `${i + 2}.png`),
  instruction: `make it ${i}`,
}))

async function run(given: Partial<PictureTrainingOptions>) {
  const output = given.output ?? join(folder, `run${count++}`)
  const base = given.base === 'sd3' ? sd3 : flux
  const { path } = await trainOnPictures(triplets, {
    model: base,
    output,
    ...(given.base && { languageModel: tinyLanguageModel(base) }),
    size: 32,
    steps: 4,
    learningRate: 1e-3,
    features: join(folder, 'features'),
    ...on,
    ...given,
  })
  return { path, output }
}

const losses = (output: string) =>
  readFileSync(join(output, 'metrics.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { readonly loss: number }).loss)

async function edited(model: string, lora?: string, options: ModelEditorOptions = {}) {
  const loras = lora === undefined ? [] : [{ file: lora, strength: 1 }]
  const editor = await openEditor(model, { ...on, loras, ...options })
  try {
    if (!(editor instanceof ModelEditor)) throw new Error(`${editor.name} runs no checkpoint`)
    const picture = await editor.edit(pictureOf(0), 'make it 1', { steps: 2, size: 32, seed: 3 })
    const { facts } = editor
    return { picture, family: editor.checkpoint.family, variant: editor.variant, facts }
  } finally {
    await editor.close()
  }
}

async function tensorsOf(path: string) {
  const checkpoint = await openCheckpoint(path)
  try {
    return await readAll(checkpoint)
  } finally {
    await checkpoint.close()
  }
}

/** Most that two pictures differ at a place. */
const furthest = (one: Picture, other: Picture): number =>
  one.data.reduce((most, level, i) => Math.max(most, Math.abs(level - other.data[i]!)), 0)

const changed = (one: Awaited<ReturnType<typeof tensorsOf>>, other: typeof one): string[] =>
  [...one].flatMap(([path, { data }]) => {
    const there = other.get(path)?.data
    return there && Buffer.compare(bytes(data), bytes(there)) !== 0 ? [path] : []
  })
const bytes = (data: ArrayBufferView): Buffer => Buffer.from(data.buffer, data.byteOffset, data.byteLength)

describe.each([
  ['flux', 'step1x-edit-v1.1.safetensors', 'step1x-edit', 'v1.1'],
  ['sd3', 'sd3-edit.safetensors', 'sd3-edit', undefined],
] as const)('an editor on %s', { timeout: 300_000 }, (base, file, family, variant) => {
  let model: string
  let output: string
  beforeAll(async () => {
    ;({ path: model, output } = await run({ base, samples: { every: 4, count: 1, steps: 1 } }))
  })

  it('is a whole checkpoint that opens and edits', async () => {
    expect(readdirSync(model).sort()).toEqual(
      ['Qwen2.5-VL-7B-Instruct', file, 'pentimento.json', 'vae.safetensors'].sort(),
    )
    const report = await inspectWeights(model)
    expect(report.parts.map(({ kind, problem }) => [kind, problem])).toEqual([
      ['transformer and connector', undefined],
      ['autoencoder', undefined],
      ['language model', undefined],
    ])
    const made = await edited(model)
    expect(made).toMatchObject({ family, picture: { width: 32, height: 32 } })
    expect(made.variant).toBe(variant)
    expect(readdirSync(join(output, 'samples'))).toHaveLength(1)
  })

  it('edits streamed as it does whole', async () => {
    const [whole, streamed] = [await edited(model), await edited(model, undefined, { plan: 'streamed' })]
    expect(streamed.facts.transformer).toEqual({ precision: 'fp32', plan: 'streamed' })
    expect(furthest(whole.picture, streamed.picture)).toBeLessThanOrEqual(1)
  })

  it('was trained whole, with the connector, but for the table of positions', async () => {
    const trained = await tensorsOf(join(model, file))
    const before =
      base === 'flux'
        ? await tensorsOf(join(flux, 'flux1-dev.safetensors'))
        : await tensorsOf(join(sd3, 'transformer'))
    const kept = [...before.keys()].filter((path) => trained.has(path))
    const same = kept.filter((path) => !changed(before, trained).includes(path))
    expect(same).toEqual(base === 'sd3' ? ['pos_embed.pos_embed'] : [])
    const lost = [...before.keys()].filter((path) => !trained.has(path))
    expect(lost.every((path) => path.startsWith('guidance_in.'))).toBe(true)
    const added = [...trained.keys()].filter((path) => !before.has(path) && !path.startsWith('connector.'))
    expect(added).toEqual(base === 'sd3' ? ['reference_mark'] : [])
    if (base === 'sd3') expect(trained.get('reference_mark')!.data.some((value) => value !== 0)).toBe(true)
  })

  it('goes on as if it had not stopped, on the same weights alone', async () => {
    const first = await run({ base, steps: 2 })
    const { output: same } = await run({ base, output: first.output, resume: true })
    expect(losses(same)).toEqual(losses(output))
    await expect(run({ base, output: first.output, resume: true, seed: 2 })).rejects.toThrow(/seed 0, got 2/)
  })

  it('takes a LoRA that is trained on it, and lowers the loss', async () => {
    const lora = await run({ model, lora: { rank: 4 }, learningRate: 0.05, steps: 32 })
    const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
    const course = losses(lora.output)
    expect(mean(course.slice(-8))).toBeLessThan(0.95 * mean(course.slice(0, 8)))
    expect(lora.path).toMatch(/lora\.safetensors$/)
    const [plain, changedBy] = [await edited(model), await edited(model, lora.path)]
    expect(Buffer.compare(plain.picture.data, changedBy.picture.data)).not.toBe(0)
  })

  it('is trained by a LoRA on weights in eight or four bits beside its connector, and edits in eight bits', async () => {
    const wide = join(folder, `wide-${base}`)
    await (base === 'flux' ? writeTinyFlux : writeTinySd3)(wide)
    await (base === 'flux' ? writeSmallFlux : writeSmallSd3)(wide, wideTrunk)
    const lora = await run({
      base,
      model: wide,
      lora: { rank: 2 },
      precision: 'int8',
      learningRate: 0.01,
    })
    const { path } = lora
    const trained = await tensorsOf(join(path, file))
    const before = await tensorsOf(join(wide, base === 'flux' ? 'flux1-dev.safetensors' : 'transformer'))
    // Merged into the weights as they were before they were quantised: what no LoRA is on is the same to the bit.
    const moved = changed(before, trained)
    const targets = /^(double|single|transformer)_blocks\..*\.weight$/
    expect(moved.filter((path) => !targets.test(path))).toEqual([])
    expect(moved.length).toBeGreaterThan(10)
    expect(moved.some((path) => /\b(query_norm|key_norm|norm_\w+)\b/.test(path))).toBe(false)
    const [whole, small] = [await edited(path), await edited(path, undefined, { precision: 'int8' })]
    expect([whole, small].map(({ facts }) => facts.transformer!.precision)).toEqual(['fp32', 'int8'])
    expect(furthest(whole.picture, small.picture)).toBeLessThan(40)
    const four = await run({ base, model: wide, lora: { rank: 2 }, precision: 'int4', steps: 2 })
    const [eightBits] = losses(lora.output)
    // The same triplet, noise and time: what differs is the four bits.
    expect(losses(four.output)[0]! / eightBits!).toBeCloseTo(1, 1)
    expect((await edited(four.path)).facts.transformer!.precision).toBe('fp32')
  })
})

it('takes FLUX in the layout of diffusers, with the same losses', { timeout: 300_000 }, async () => {
  const diffusers = join(folder, 'flux-diffusers')
  await mkdir(join(diffusers, 'transformer'), { recursive: true })
  await cp(
    fileURLToPath(new URL('golden/flux-kontext/transformer_diffusers_weights.safetensors', import.meta.url)),
    join(diffusers, 'transformer', 'diffusion_pytorch_model.safetensors'),
  )
  const given = { base: 'flux', autoencoder: join(flux, 'ae.safetensors'), steps: 2 } as const
  const [official, other] = [await run(given), await run({ ...given, model: diffusers })]
  for (const [i, loss] of losses(other.output).entries())
    expect(loss).toBeCloseTo(losses(official.output)[i]!, 5)
  expect((await edited(other.path)).variant).toBe('v1.1')
})

it('is trained by a LoRA on FLUX in fp8, as ComfyUI keeps it', { timeout: 300_000 }, async () => {
  const weights = await tensorsOf(join(flux, 'flux1-dev.safetensors'))
  const narrow = [...weights].map(([path, value]): [string, TensorValue] => {
    const isLayer = path.endsWith('.weight') && value.shape.length === 2
    return [path, isLayer ? tensorValue('f8e4m3', value.shape, numbersOf(value)) : value]
  })
  const file = join(folder, 'flux1-dev-fp8.safetensors')
  await writeAll(file, new Map(narrow))
  const given = { base: 'flux', lora: { rank: 2 }, steps: 2 } as const
  const autoencoder = join(flux, 'ae.safetensors')
  const [whole, small] = [await run(given), await run({ ...given, model: file, autoencoder })]
  expect(losses(small.output)[0]! / losses(whole.output)[0]!).toBeCloseTo(1, 1)
  expect((await edited(small.path)).variant).toBe('v1.1')
})

it("takes Stability AI's single file, and LoRAs of Stable Diffusion 3 by the names of diffusers and PEFT", {
  timeout: 300_000,
}, async () => {
  const single = join(folder, 'single')
  await mkdir(single)
  await writeAll(join(single, 'sd3.5_medium.safetensors'), await stabilityFile())
  const { path } = await run({
    base: 'sd3',
    model: single,
    autoencoder: join(sd3, 'vae'),
    steps: 1,
    learningRate: 1e-6,
  })
  const random = new TorchGenerator(4)
  const matrix = (shape: readonly [number, number]): TensorValue =>
    tensorValue('f32', shape, random.randn(shape[0] * shape[1]))
  const pictures: Uint8Array[] = [(await edited(path)).picture.data]
  const [down, up] = [matrix([2, 32]), matrix([32, 2])]
  for (const prefix of ['transformer.', 'diffusion_model.']) {
    const layer = `${prefix}transformer_blocks.0.attn2.to_v`
    const lora = join(folder, `${prefix}safetensors`)
    await writeAll(
      lora,
      new Map([
        [`${layer}.lora_A.weight`, down],
        [`${layer}.lora_B.weight`, up],
      ]),
    )
    pictures.push((await edited(path, lora)).picture.data)
  }
  expect(pictures[1]).not.toEqual(pictures[0])
  expect(pictures[2]).toEqual(pictures[1])
})

describe('refuses in one line', () => {
  it.each([
    [
      'another model',
      { base: 'sd3', model: flux },
      /expected the transformer of Stable Diffusion 3, got that of FLUX\.1; train with base flux/,
    ],
    ['an unknown base', { base: 'sdxl' as 'sd3' }, /base: expected flux or sd3, got sdxl/],
    ['parts of a base without one', { languageModel: 'x' }, /languageModel: needs base; set base/],
    ['a model that is not there', { base: 'flux', model: 'flux9' }, /flux9: no such file or folder/],
    [
      'no autoencoder',
      { base: 'flux', autoencoder: join(folder, 'lost') },
      /autoencoder: .*lost: no such file or folder/,
    ],
    ['no language model', { base: 'flux', languageModel: 'lost' }, /lost: no folder with a language model/],
  ] as const)('%s', async (_, given, message) => {
    await expect(run(given)).rejects.toThrow(message)
  })
})
