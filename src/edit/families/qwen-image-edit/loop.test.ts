import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openGolden, readGolden, relativeError } from '../../../../test/golden.ts'
import { hasGpu } from '../../../../test/gpu.ts'
import { numbersOf, type TensorValue, tensorValue } from '../../../graph/index.ts'
import { type Picture, resizePicture } from '../../../image/index.ts'
import {
  inferQwenImageConfig,
  inferQwenVaeConfig,
  parseQwen25VLConfig,
  type Qwen25VLConfig,
} from '../../../models/index.ts'
import { openRuntime, type Plan, type Runtime } from '../../../onnx/index.ts'
import { type Checkpoint, lastTaps } from '../../../weights/index.ts'
import { Autoencoder } from '../../autoencoder/autoencoder.ts'
import { pack, unpack } from '../../sampling/sampling.ts'
import { qwenCodec } from './codec.ts'
import { QwenDenoiser, type QwenRequest } from './denoiser.ts'
import { QwenReader } from './reader.ts'
import { areaSize, qwenSchedule, qwenScheduler, rescaledGuide } from './sampling.ts'

const read = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../../../test/golden/${name}`, import.meta.url), 'utf8'))

const meta = read('qwen-image-edit/meta.json') as {
  readonly config: { readonly tokens: Readonly<Record<string, number | string>> }
  readonly schedules: readonly { steps: number; target_tokens: number; sigmas: number[] }[]
  readonly sizes: readonly Record<'in' | 'area_1024' | 'area_384', [number, number]>[]
}

const weights = {
  transformer: 'qwen-image-edit/transformer_weights.safetensors',
  vae: 'qwen-image-edit/vae_weights.safetensors',
  language: 'qwen25vl/weights.safetensors',
}
const sources = {} as Record<keyof typeof weights, Checkpoint>
let language: Qwen25VLConfig
let given: Record<string, TensorValue>
beforeAll(async () => {
  for (const [name, path] of Object.entries(weights))
    sources[name as keyof typeof weights] = await openGolden(path)
  given = await readGolden('qwen-image-edit/loop_inputs.safetensors')
  language = parseQwen25VLConfig(read('qwen25vl/meta.json').config, 'meta.json')
})
afterAll(async () => {
  for (const each of Object.values(sources)) await each.close()
})

/** The golden data's rule: one token per byte, and the special ones. */
const encode = Object.assign(
  (text: string): number[] => {
    const special = Object.keys(meta.config.tokens).filter((name) => name.startsWith('<|'))
    const ids: number[] = []
    for (let rest = text; rest !== ''; ) {
      const token = special.find((name) => rest.startsWith(name))
      if (token) ids.push(Number(meta.config.tokens[token]))
      else ids.push(...[...new TextEncoder().encode([...rest][0])].map((byte) => byte + 1))
      rest = rest.slice(token?.length ?? [...rest][0]!.length)
    }
    return ids
  },
  { addedTokens: [] },
)

function pictureOf(name: string): Picture {
  const [height, width] = given[name]!.shape as [number, number]
  return { width, height, data: Uint8Array.from(numbersOf(given[name]!)) }
}

const resized = (picture: Picture, side: number): Picture =>
  resizePicture(picture, { ...areaSize(picture, side), filter: 'lanczos' })

const tokensOf = ({ width, height }: Picture) => ({ width: width / 16, height: height / 16 })

/** The last rows of features, as many as the golden data has. */
function lastRows(features: TensorValue, rows: number): TensorValue {
  const [, , width] = features.shape as [number, number, number]
  return tensorValue('f32', [1, rows, width], numbersOf(features).slice(-rows * width))
}

function levels(found: Uint8Array, golden: TensorValue): { most: number; count: number } {
  const differences = Array.from(numbersOf(golden), (level, i) => Math.abs(level - found[i]!))
  return { most: Math.max(...differences), count: differences.filter((each) => each > 0).length }
}

interface Case {
  readonly name: 'edit' | '2509' | '2511'
  readonly pictures: readonly string[]
  readonly provider: 'cpu' | 'webgpu'
  readonly plan: Plan
}

const cases: readonly Case[] = [
  { name: 'edit', pictures: ['rgb2'], provider: 'cpu', plan: 'whole' },
  { name: '2509', pictures: ['rgb2', 'rgb'], provider: 'cpu', plan: 'streamed' },
  { name: '2511', pictures: ['rgb2', 'rgb'], provider: 'cpu', plan: 'whole' },
  ...(hasGpu()
    ? ([{ name: '2511', pictures: ['rgb2', 'rgb'], provider: 'webgpu', plan: 'whole' }] as const)
    : []),
]

describe.each(cases)('the edit of the official pipeline: $name on $provider, $plan', (one) => {
  const { name, provider, plan } = one
  const isPlus = name !== 'edit'
  let wanted: Record<string, TensorValue>
  let runtime: Runtime
  let autoencoder: Autoencoder
  let reader: QwenReader
  let denoiser: QwenDenoiser
  let request: QwenRequest
  beforeAll(async () => {
    wanted = await readGolden(`qwen-image-edit/loop_${name}_outputs_f64.safetensors`)
    runtime = await openRuntime({ provider, ...(provider === 'cpu' && { threads: 1 }) })
    const vae = lastTaps(sources.vae)
    const config = qwenCodec(inferQwenVaeConfig(vae))
    autoencoder = new Autoencoder({ runtime, source: vae, config, tile: 128, rounded: true })
    reader = new QwenReader({
      runtime,
      source: sources.language,
      config: { ...language, imageToken: 1003, visionEndToken: 1002 },
      encode,
      plan,
      bounds: { minPixels: 3136, maxPixels: 12_544 },
      numbered: isPlus,
    })
    denoiser = new QwenDenoiser({
      runtime,
      source: sources.transformer,
      config: inferQwenImageConfig(sources.transformer, { zeroCondT: name === '2511' }),
      plan,
      budget: 0,
    })
    const pictures = one.pictures.map(pictureOf)
    const [conditional, unconditional] = (await reader.read(
      pictures.map((each) => resized(each, isPlus ? 48 : 64)),
      ['make it snow', ' '],
    )) as [TensorValue, TensorValue]
    const references = []
    for (const each of pictures) {
      const picture = resized(each, 64)
      references.push({ tokens: pack(await autoencoder.encode(picture)), grid: tokensOf(picture) })
    }
    const noise = given[`${name}.latent_noise`]!
    const grid = references.at(-1)!.grid
    request = {
      noisy: pack({ ...noise, shape: noise.shape.slice(1) }),
      grid,
      references,
      times: qwenSchedule(3, grid.width * grid.height),
      conditional,
      unconditional,
      guidance: 4,
      interval: [0, 1],
    }
  })
  afterAll(() => runtime.close())

  // Of the third the official pipeline's features and latents are not stored.
  if (name !== '2511')
    it('reads pictures and texts, and encodes the pictures', () => {
      for (const [i, features] of [request.conditional, request.unconditional!].entries())
        expect(relativeError(lastRows(features, 40), wanted[`embeds.${i}`]!)).toBeLessThan(1e-4)
      expect(request.conditional.shape[1]).toBe(Number(wanted.text_length!.data[0]))
      const joint = [request.noisy, ...request.references.map(({ tokens }) => tokens)]
      const image = joint.flatMap((each) => [...numbersOf(each)])
      const shape = [1, image.length / 64, 64]
      expect(relativeError(tensorValue('f32', shape, image), wanted['call0.hidden_states']!)).toBeLessThan(
        1e-4,
      )
    })

  it('takes every step, and decodes the picture', async () => {
    let tokens: TensorValue | undefined
    // Once is enough where every segment is loaded anew, or a GPU is software.
    for (const step of plan === 'whole' && provider === 'cpu' ? [0, 1, 2] : [2]) {
      tokens = await denoiser.denoise({ ...request, times: request.times.slice(0, step + 2) })
      expect.soft(relativeError(tokens, wanted[`step${step}.latents`]!), `step ${step}`).toBeLessThan(1e-4)
    }
    const { width, height } = request.grid
    const { data } = await autoencoder.decode(unpack(tokens!, { width: 2 * width, height: 2 * height }))
    const { most, count } = levels(data, wanted.rgb!)
    expect(most).toBeLessThanOrEqual(1)
    expect(count).toBeLessThan(20)
  })
})

it('takes the times of the official scheduler, stretched to the last one', () => {
  for (const { steps, target_tokens: tokens, sigmas } of meta.schedules) {
    const times = qwenSchedule(steps, tokens)
    expect(times).toHaveLength(sigmas.length)
    for (const [i, time] of times.entries())
      expect(Math.abs(time - sigmas[i]!)).toBeLessThan(1e-6 * Math.max(0.02, sigmas[i]!) + 1e-7)
  }
  expect(qwenSchedule(1, 256)).toEqual([1, 0])
  // As Lightning has it: the same shift for all sizes, and no last time to stretch to.
  const shift = Math.log(3)
  const lightning = { ...qwenScheduler, fewShift: shift, manyShift: shift, terminal: undefined }
  for (const [i, time] of qwenSchedule(4, 777, lightning).entries()) {
    const even = [1, 0.75, 0.5, 0.25, 0][i]!
    expect(time).toBeCloseTo((3 * even) / (1 + 2 * even), 6)
  }
})

it('rounds sides to multiples of 32 by the area of the official pipelines', () => {
  for (const {
    in: [width, height],
    ...areas
  } of meta.sizes)
    for (const side of [1024, 384] as const)
      expect(Object.values(areaSize({ width, height }, side))).toEqual(areas[`area_${side}`])
  expect(() => areaSize({ width: 4000, height: 20 }, 64)).toThrow(/expected sides of at least 32/)
})

it('brings each guided token to the length of the conditional one', () => {
  const given = { conditional: Float32Array.of(3, 4, 0, 0), unconditional: Float32Array.of(3, 0, 0, 0) }
  const [x, y, ...rest] = rescaledGuide(given, { guidance: 2, channels: 2 })
  expect(Math.hypot(x!, y!)).toBeCloseTo(5, 6)
  expect(y! / x!).toBeCloseTo(8 / 3, 6)
  expect(rest).toEqual([0, 0])
})
