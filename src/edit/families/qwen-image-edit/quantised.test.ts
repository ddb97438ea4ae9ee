import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { tinyQwenFiles, writeTinyQwenImage } from '../../../../test/tinyQwenImage.ts'
import { Graph, Parameters, program, type TensorValue } from '../../../graph/index.ts'
import type { Picture } from '../../../image/index.ts'
import { type QwenImageConfig, qwenImage } from '../../../models/index.ts'
import { TorchGenerator } from '../../../random/index.ts'
import { writeAll } from '../../../weights/index.ts'
import { type ModelEditorOptions, openModelEditor } from '../../modelEditor.ts'

/** Wide enough for weights to be quantised, beside the golden language model and autoencoder. */
const config: QwenImageConfig = {
  inChannels: 64,
  outChannels: 64,
  textWidth: 64,
  width: 256,
  mlpWidth: 512,
  heads: 2,
  blocks: 2,
  axesDim: [16, 56, 56],
  theta: 10_000,
  zeroCondT: true,
}

let folder: string
let model: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'qwen-quantised-'))
  model = join(folder, 'wide')
  await writeTinyQwenImage(model, '2511', config.axesDim)
  await writeAll(join(model, tinyQwenFiles.transformer), randomWeights())
})
afterAll(() => rm(folder, { recursive: true, force: true }))

function randomWeights(): Map<string, TensorValue> {
  const graph = new Graph()
  const input = (name: string, ...shape: number[]) => graph.input(name, 'f32', shape)
  const outputs = qwenImage(
    new Parameters(graph),
    {
      image: input('image', 1, 2, config.inChannels),
      text: input('text', 1, 2, config.textWidth),
      time: input('time', 1, 256),
      cosines: input('cosines', 4, 64),
      sines: input('sines', 4, 64),
    },
    config,
  )
  const generator = new TorchGenerator(5)
  const tensors = new Map<string, TensorValue>()
  for (const [path, { shape }] of program({ ...outputs }).parameters) {
    const sizes = shape as readonly number[]
    const count = sizes.reduce((product, size) => product * size, 1)
    const scale = sizes.length === 2 ? 1 / Math.sqrt(sizes[1]!) : 0.1
    const isNorm = /norm(_\w+)?\.weight$/.test(path)
    const data = generator.randn(count).map((x) => (isNorm ? 1 : 0) + scale * x)
    tensors.set(path, { dtype: 'f32', shape: sizes, data })
  }
  return tensors
}

function waves(width: number, height: number, length: number): Picture {
  const data = Uint8Array.from({ length: width * height * 3 }, (_, i) =>
    Math.round(127 + 120 * Math.sin(i / length + (i % 3))),
  )
  return { width, height, data }
}

async function edited(options: ModelEditorOptions) {
  const cache = join(folder, 'cache')
  const editor = await openModelEditor(model, { provider: 'cpu', threads: 1, cache, ...options })
  try {
    const more = [waves(60, 84, 5)]
    const picture = await editor.edit(waves(90, 70, 7), 'make it snow', { more, keepEditSize: true })
    return { picture, facts: editor.facts }
  } finally {
    await editor.close()
  }
}

const distance = (a: Picture, b: Picture): number =>
  a.data.reduce((sum, level, i) => sum + Math.abs(level - b.data[i]!), 0) / a.data.length

it('draws in 8 bits nearly, and in 4 bits about, what it draws in f32; streamed as whole', async () => {
  const whole = await edited({ precision: 'fp32' })
  const int8 = await edited({ precision: 'int8' })
  const int4 = await edited({ precision: 'int4' })
  const streamed = await edited({ precision: 'int8', plan: 'streamed', memory: 1e7 })
  expect(int8.facts.transformer).toEqual({ precision: 'int8', plan: 'whole' })
  expect(streamed.facts.transformer).toEqual({ precision: 'int8', plan: 'streamed' })
  expect(int4.facts.transformer!.precision).toBe('int4')
  const [near, about] = [distance(int8.picture, whole.picture), distance(int4.picture, whole.picture)]
  expect(near).toBeGreaterThan(0)
  expect(near).toBeLessThan(2)
  expect(about).toBeGreaterThan(near)
  expect(distance(streamed.picture, int8.picture)).toBeLessThan(0.1)
})
