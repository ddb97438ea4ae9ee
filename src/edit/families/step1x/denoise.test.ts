import { afterAll, beforeAll, expect, it } from 'vitest'
import { openGolden, readGolden, relativeError } from '../../../../test/golden.ts'
import { dataOf, numbersOf, type TensorValue, tensorValue } from '../../../graph/index.ts'
import { fromPlanes } from '../../../image/index.ts'
import { inferAutoencoderConfig, inferConnectorConfig, inferDitConfig } from '../../../models/index.ts'
import type { Plan } from '../../../onnx/index.ts'
import { openRuntime, type Runtime } from '../../../onnx/index.ts'
import { TorchGenerator } from '../../../random/index.ts'
import type { Checkpoint } from '../../../weights/index.ts'
import { Autoencoder } from '../../autoencoder/autoencoder.ts'
import type { Condition } from '../../condition/conditioner.ts'
import { pack, schedule, unpack } from '../../sampling/sampling.ts'
import { Denoiser } from './denoise.ts'

let runtime: Runtime
let dit: Checkpoint
let vae: Checkpoint
let given: Record<string, TensorValue>
let wanted: Record<string, TensorValue>
beforeAll(async () => {
  runtime = await openRuntime({ provider: 'cpu', threads: 1 })
  dit = await openGolden('dit/weights.safetensors')
  vae = await openGolden('vae/weights.safetensors')
  given = await readGolden('sampler/loop_inputs.safetensors')
  wanted = await readGolden('sampler/loop_outputs_f32.safetensors')
})
afterAll(async () => {
  await runtime.close()
  await dit.close()
  await vae.close()
})

/** The features of one branch; of its padding one row is kept. */
function branch(i: number, valid: number): Condition {
  const rows = Math.min(10, valid + 1)
  const features = dataOf(given.llm_embedding!, 'f32').slice(i * 640, i * 640 + rows * 64)
  return {
    features: { dtype: 'f32', shape: [1, rows, 64], data: features },
    mask: tensorValue(
      'bool',
      [1, rows],
      Array.from({ length: rows }, (_, row) => Number(row < valid)),
    ),
    repeats: tensorValue('f32', [1], [Math.max(1, 10 - valid)]),
  }
}

const autoencoder = (tile = 128) =>
  new Autoencoder({ runtime, source: vae, config: inferAutoencoderConfig(vae), tile })

const picture = () => fromPlanes(given.ref_image!)

function denoiser(plan: Plan, budget: number) {
  const config = {
    dit: inferDitConfig(dit, { axesDim: [4, 6, 6] }),
    connector: inferConnectorConfig(dit, { numHeads: 4 }),
  }
  return new Denoiser({
    runtime,
    source: dit,
    config,
    variant: 'v1.0',
    plan,
    mostText: 640,
    budget,
  })
}

interface Loop {
  readonly plan?: Plan
  readonly budget?: number
  readonly dampAbove?: number
  readonly noisy?: TensorValue
  readonly times?: readonly number[]
  readonly interval?: readonly [number, number]
}

async function run({
  plan = 'whole',
  budget = 0,
  dampAbove = 1,
  noisy = given.initial_noise!,
  times = schedule(4, 12),
  interval = [0, 1],
}: Loop) {
  const each = denoiser(plan, budget)
  const parts: string[] = []
  const clean: TensorValue[] = []
  const tokens = await each.denoise(
    {
      noisy: pack(noisy),
      reference: pack(wanted['default.ref_latent']!),
      grid: { width: 4, height: 3 },
      times,
      conditional: branch(0, 10),
      unconditional: branch(1, 6),
      guidance: 6,
      dampAbove,
      interval,
    },
    {
      onPart: (step, done, of) => parts.push(`${step} ${done}/${of}`),
      onStep: async (_, make) => void clean.push(make()),
    },
  )
  await each.release()
  return { tokens, latent: unpack(tokens, { width: 8, height: 6 }), parts, clean }
}

/** The most that two 8-bit pictures differ, and how many levels do. */
function levels(a: Uint8Array, b: TensorValue): { most: number; count: number } {
  const differences = Array.from(numbersOf(b), (level, i) => Math.abs(level - a[i]!))
  return { most: Math.max(...differences), count: differences.filter((d) => d > 0).length }
}

it.each([
  ['whole', 0, 2, 0],
  ['streamed', 0, 5, 5], // small neighbours share a session
  ['streamed', 1e12, 2, 5], // all segments but the last are one session that is kept
] as const)('draws the picture of the original, %s within %d bytes', async (plan, budget, perStep, pass) => {
  const { tokens, latent, parts, clean } = await run({ plan, budget })
  expect(relativeError(tokens, wanted['default.final_tokens']!)).toBeLessThan(1e-4)
  const { data } = await autoencoder().decode(latent)
  const { most, count } = levels(data, wanted['default.rgb_u8_hwc']!)
  // The original itself is one level off in one place against its own double precision.
  expect(most).toBeLessThanOrEqual(1)
  expect(count).toBeLessThan(5)
  expect(parts).toHaveLength(pass + 4 * perStep)
  // Where the time is nearly over, the clean picture is nearly the final one.
  expect(clean).toHaveLength(4)
  expect(relativeError(clean[3]!, tokens)).toBeLessThan(1e-4)
})

it('damps guidance above a time', async () => {
  const { tokens, latent } = await run({ dampAbove: 0.8 })
  expect(relativeError(tokens, wanted['truncate0.8.final_tokens']!)).toBeLessThan(1e-4)
  const { data } = await autoencoder().decode(latent)
  expect(levels(data, wanted['truncate0.8.rgb_u8_hwc']!).most).toBeLessThanOrEqual(1)
})

it('starts from another picture', async () => {
  const times = schedule(4, 12).slice(1)
  for (const [i, time] of times.entries())
    expect(Math.abs(time - numbersOf(wanted['img2img0.6.timesteps']!)[i]!)).toBeLessThan(1e-6)
  const [noise, init] = [given.initial_noise!, wanted['img2img0.6.init_latent']!]
  const mixed = numbersOf(noise)
  const start = numbersOf(init)
  const noisy = tensorValue(
    'f32',
    noise.shape,
    Array.from(mixed, (x, i) => times[0]! * x + (1 - times[0]!) * start[i]!),
  )
  const { tokens, latent } = await run({ noisy, times })
  expect(relativeError(tokens, wanted['img2img0.6.final_tokens']!)).toBeLessThan(1e-4)
  const { data } = await autoencoder().decode(latent)
  expect(levels(data, wanted['img2img0.6.rgb_u8_hwc']!).most).toBeLessThanOrEqual(1)
})

it('leaves the unconditional branch out where there is no guidance', async () => {
  const all = await run({})
  const some = await run({ interval: [0.5, 1] })
  const none = await run({ interval: [0.1, 0.1] })
  expect(some.parts.length).toBeLessThan(all.parts.length)
  expect(none.parts).toHaveLength(4)
  expect(relativeError(some.tokens, all.tokens)).toBeGreaterThan(1e-3)
})

it('encodes a picture by the mean, or a sample that its seed decides', async () => {
  const mean = await autoencoder().encode(picture())
  expect(mean.shape).toEqual([1, 16, 6, 8])
  // The golden picture is not of 8 bits, ours is: half a level of 255 apart.
  expect(relativeError(mean, wanted['default.ref_latent']!)).toBeLessThan(0.05)
  const sample = await autoencoder().encode(picture(), 7)
  expect(sample).toEqual(await autoencoder().encode(picture(), 7))
  expect(sample).not.toEqual(await autoencoder().encode(picture(), 8))
  expect(relativeError(sample, mean)).toBeGreaterThan(0.01)
})

it('goes on with the numbers of a generator, and gives latents that are not scaled', async () => {
  const normal = new TorchGenerator(7)
  const samples = [
    await autoencoder().encode(picture(), normal),
    await autoencoder().encode(picture(), normal),
  ]
  expect(samples[0]).toEqual(await autoencoder().encode(picture(), 7))
  expect(samples[1]).not.toEqual(samples[0])
  const [plain, mean] = [await autoencoder().encodePlain(picture()), await autoencoder().encode(picture())]
  for (const [i, z] of numbersOf(plain).entries())
    expect(0.3611 * (z - 0.1159)).toBeCloseTo(numbersOf(mean)[i]!, 5)
})

it('decodes large pictures in tiles that blend', async () => {
  const latent = wanted['default.final_latent']!
  const whole = await autoencoder(8).decode(latent)
  const tiled = await autoencoder(6).decode(latent)
  expect([tiled.width, tiled.height]).toEqual([64, 48])
  const error =
    tiled.data.reduce((sum, level, i) => sum + Math.abs(level - whole.data[i]!), 0) / whole.data.length
  // Group norms see a tile and not the picture, and these weights are random.
  expect(error).toBeLessThan(12)
  expect(error).toBeGreaterThan(0)
})
