import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspectWeights, ModelEditor, openEditor } from 'pentimento/edit'
import { type Picture, writePicture } from 'pentimento/image'
import { type PictureTrainingOptions, trainOnPictures } from 'pentimento/train'
import { openCheckpoint, readAll } from 'pentimento/weights'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { tinyLanguageModel, writeTinyFlux, writeTinySd3 } from './tinyBases.ts'

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

async function edited(model: string, lora?: string) {
  const editor = await openEditor(model, { ...on, ...(lora && { loras: [{ file: lora, strength: 1 }] }) })
  try {
    if (!(editor instanceof ModelEditor)) throw new Error(`${editor.name} runs no checkpoint`)
    const picture = await editor.edit(pictureOf(0), 'make it 1', { steps: 2, size: 32, seed: 3 })
    return { picture, family: editor.checkpoint.family, variant: editor.variant }
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

const changed = (one: Awaited<ReturnType<typeof tensorsOf>>, other: typeof one): string[] =>
  [...one].flatMap(([path, { data }]) => {
    const there = other.get(path)?.data
    return there && Buffer.compare(bytes(data), bytes(there)) !== 0 ? [path] : []
  })
const bytes = (data: ArrayBufferView): Buffer => Buffer.from(data.buffer, data.byteOffset, data.byteLength)

describe.each([
  ['flux', 'step1x-edit-v1.1.safetensors', 'step1x-edit', 'v1.1', 'fp32'],
  ['sd3', 'sd3-edit.safetensors', 'sd3-edit', undefined, 'int8'],
] as const)('an editor on %s', { timeout: 300_000 }, (base, file, family, variant, precision) => {
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

  it('takes a LoRA that is trained on it', async () => {
    const lora = await run({ model, lora: { rank: 2 }, learningRate: 0.05 })
    expect(lora.path).toMatch(/lora\.safetensors$/)
    const [plain, changedBy] = [await edited(model), await edited(model, lora.path)]
    expect(Buffer.compare(plain.picture.data, changedBy.picture.data)).not.toBe(0)
  })

  it(`is trained by a LoRA on ${precision} weights beside its connector`, async () => {
    const { path } = await run({ base, lora: { rank: 2 }, precision, learningRate: 0.01 })
    const trained = await tensorsOf(join(path, file))
    const whole = await tensorsOf(join(model, file))
    expect([...trained.keys()].sort()).toEqual([...whole.keys()].sort())
    const before = await tensorsOf(
      base === 'flux' ? join(flux, 'flux1-dev.safetensors') : join(sd3, 'transformer'),
    )
    const moved = changed(before, trained)
    const layers = /^(double|single|transformer)_blocks\..*\.weight$/
    // The guidance of FLUX.1 [dev] lies in one bias of the embedding of the time.
    expect(moved.filter((path) => !layers.test(path))).toEqual(
      base === 'flux' ? ['time_in.out_layer.bias'] : [],
    )
    expect(moved.filter((path) => layers.test(path)).length).toBeGreaterThan(10)
    expect(moved.some((path) => /\b(query_norm|key_norm|norm_\w+)\b/.test(path))).toBe(false)
    await edited(path)
  })
})

describe('refuses in one line', () => {
  it.each([
    [
      'another model',
      { base: 'sd3', model: flux },
      /expected the transformer of Stable Diffusion 3, got that of FLUX\.1; train with base flux/,
    ],
    ['an unknown base', { base: 'sdxl' as 'sd3' }, /base: expected flux or sd3, got sdxl/],
    ['parts of a base without one', { languageModel: 'x' }, /languageModel: is of a base; give base/],
    ['a model that is not there', { base: 'flux', model: 'flux9' }, /flux9: no such file or folder/],
    [
      'no autoencoder',
      { base: 'flux', autoencoder: join(folder, 'lost') },
      /autoencoder: .*lost: no such file or folder/,
    ],
    [
      'no language model',
      { base: 'flux', languageModel: 'lost' },
      /lost: no such folder with a language model/,
    ],
  ] as const)('%s', async (_, given, message) => {
    await expect(run(given)).rejects.toThrow(message)
  })
})
