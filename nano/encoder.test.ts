import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { inspectWeights, openParts } from 'pentimento/edit'
import { dataOf } from 'pentimento/graph'
import { type Picture, readPicture, resizePicture } from 'pentimento/image'
import { openRuntime, type Runtime } from 'pentimento/onnx'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { smallConfig, writeSmallTransformer } from '../test/smallModel.ts'
import { writeTinyCheckpoint } from '../test/tinyCheckpoint.ts'
import { type Encoder, makeEncoder, measureEncoder } from './encoder.ts'
import { encoderFolder } from './folder.ts'
import { sightOf, sightWidth } from './sight.ts'
import { nanoHints } from './sizes.ts'

let runtime: Runtime
let folder: string
let photo: Picture
let encoder: Encoder
const losses: number[] = []
const options = () => ({ photos: [photo], steps: 6, sightSteps: 2, edits: 4, sentences: 100, views: 3 })
beforeAll(async () => {
  runtime = await openRuntime({ provider: 'cpu', threads: 1 })
  folder = await mkdtemp(join(tmpdir(), 'nano-encoder-'))
  const file = fileURLToPath(new URL('../test/pictures/photos/sean-afnan-244576.jpg', import.meta.url))
  photo = resizePicture(await readPicture(file), { width: 256, height: 256 })
  encoder = await makeEncoder(runtime, join(folder, encoderFolder), {
    ...options(),
    onStep: (part, _, loss) => part === 'language' && losses.push(loss),
  })
})
afterAll(async () => {
  await runtime.close()
  await rm(folder, { recursive: true })
})

describe('an encoder in training', () => {
  it('learns, and the same again from the same seed', async () => {
    expect(losses).toHaveLength(6)
    expect(losses.at(-1)!).toBeLessThan(losses[0]!)
    const again: number[] = []
    await makeEncoder(runtime, join(folder, 'again'), {
      ...options(),
      onStep: (part, _, loss) => part === 'language' && again.push(loss),
    })
    expect(again).toEqual(losses)
    const read = (name: string) => readFile(join(folder, name, 'model.safetensors'))
    expect((await read('again')).equals(await read(encoderFolder))).toBe(true)
  })

  it('is measured by the answers that it gives', async () => {
    const { all, slots, found } = await measureEncoder(runtime, encoder, [photo], { count: 16 })
    for (const share of [all.en, all.cn, found.all, found.words, ...Object.values(slots).map(({ en }) => en)])
      expect(share >= 0 && share <= 1).toBe(true)
  })
})

it('an encoder is read as the language model of a checkpoint', async () => {
  const checkpoint = join(folder, 'checkpoint')
  await writeTinyCheckpoint(checkpoint)
  await rm(join(checkpoint, 'Qwen2.5-VL-7B-Instruct'), { recursive: true })
  await makeEncoder(runtime, join(checkpoint, encoderFolder), { ...options(), steps: 1, sightSteps: 1 })
  const config = { ...smallConfig, connector: { ...smallConfig.connector, inWidth: 192 } }
  await writeSmallTransformer(join(checkpoint, 'step1x-edit-i1258.safetensors'), config, 0)
  const hints = {
    dit: { axesDim: [4, 6, 6], numHeads: 6 },
    connector: { numHeads: 4 },
    prompt: nanoHints.prompt,
  }
  await writeFile(join(checkpoint, 'pentimento.json'), JSON.stringify(hints))
  const report = await inspectWeights(checkpoint)
  expect(report.parts.map(({ kind, problem }) => [kind, problem])).toContainEqual([
    'language model',
    undefined,
  ])
  const parts = await openParts(checkpoint, { provider: 'cpu', threads: 1 })
  try {
    const { features, mask, repeats } = await parts.condition(photo, 'make it black and white')
    const [, rows, width] = features.shape
    expect(width).toBe(192)
    // Four tokens of the picture, four of the template, and few of the words.
    expect(rows).toBeGreaterThan(9)
    expect(rows).toBeLessThan(40)
    expect(mask.shape).toEqual([1, rows])
    expect(Number(repeats.data[0])).toBe(64 - rows! + 1)
    const real = dataOf(features, 'f32').subarray(0, (rows! - 1) * 192)
    const length = Math.sqrt(real.reduce((sum, x) => sum + x * x, 0) / real.length)
    expect(length).toBeGreaterThan(0.5)
    expect(length).toBeLessThan(2)
  } finally {
    await parts.close()
  }
})

it('sight is the mean colours and the contrast of each part of a cell', () => {
  const data = new Uint8Array(3 * 64 * 64)
  for (let y = 0; y < 64; y++)
    for (let x = 32; x < 64; x++) data.fill(255, 3 * (y * 64 + x), 3 * (y * 64 + x) + 3)
  const sight = sightOf({ width: 64, height: 64, data })
  expect(sight).toHaveLength(sightWidth)
  expect([...sight.subarray(0, 12)]).toEqual([-1, -1, -1, -1, -1, -1, 1, 1, 1, 1, 1, 1])
  expect([...sight.subarray(48, 64)]).toEqual(Array(16).fill(0))
  expect([...sight.subarray(64)]).toEqual([0, 0, 0, 2])
})
