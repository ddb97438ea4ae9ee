import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openGolden, readGolden, relativeError } from '../../../../test/golden.ts'
import { dataOf, numbersOf, type TensorValue } from '../../../graph/index.ts'
import type { Picture } from '../../../image/index.ts'
import type { Encode } from '../../../language/index.ts'
import {
  inferAutoencoderConfig,
  inferOmnigenConfig,
  type OmnigenConfig,
  parseOmnigenSettings,
} from '../../../models/index.ts'
import { openRuntime, type Runtime } from '../../../onnx/index.ts'
import type { Checkpoint } from '../../../weights/index.ts'
import { Autoencoder } from '../../autoencoder/autoencoder.ts'
import { inOfficialLayout } from '../../checkpoint/layout.ts'
import {
  type OmnigenBranches,
  OmnigenDenoiser,
  type OmnigenDenoiserOptions,
  omnigenTimes,
} from './denoiser.ts'
import { omnigenPicture } from './picture.ts'
import { omnigenNegative, omnigenText, picturesAlone, withPictures } from './prompt.ts'
import { positionsOf, stillFeeds } from './sequence.ts'

const meta = JSON.parse(
  readFileSync(new URL('../../../../test/golden/omnigen/meta.json', import.meta.url), 'utf8'),
)
let source: Checkpoint
let vae: Checkpoint
let config: OmnigenConfig
let processor: Record<string, TensorValue>
let given: Record<string, TensorValue>
let wanted: Record<string, TensorValue>
let joint: Record<string, TensorValue>
beforeAll(async () => {
  source = await openGolden('omnigen/weights.safetensors')
  vae = await openGolden('instruct-pix2pix/vae_weights.safetensors')
  config = inferOmnigenConfig(source, parseOmnigenSettings(meta.config.llm))
  processor = await readGolden('omnigen/processor.safetensors')
  given = await readGolden('omnigen/loop_inputs.safetensors')
  wanted = await readGolden('omnigen/loop_outputs_f64.safetensors')
  joint = await readGolden('omnigen/loop_joint_outputs_f64.safetensors')
})
afterAll(() => Promise.all([source.close(), vae.close()]))

/** The tokens of the golden data: 1 for the start, then each byte plus 3. */
const encode: Encode = Object.assign(
  (text: string) => [1, ...[...new TextEncoder().encode(text)].map((byte) => byte + 3)],
  { addedTokens: [] },
)

function autoencoderOn(runtime: Runtime): Autoencoder {
  const official = inOfficialLayout(vae)
  const sizes = inferAutoencoderConfig(official, { groups: 4, scale: 0.13025, shift: 0 })
  return new Autoencoder({ runtime, source: official, config: sizes, tile: 128 })
}

function picture(): Picture {
  const rgb = processor.rgb!
  const whole = { width: rgb.shape[1]!, height: rgb.shape[0]!, data: dataOf(rgb, 'u8') }
  return omnigenPicture(whole, meta.config.loop.max_input_image_size)
}

async function branchesOf(autoencoder: Autoencoder): Promise<OmnigenBranches> {
  const latent = (i: number): Promise<TensorValue> =>
    autoencoder.encode(picture(), { randn: () => dataOf(given[`posterior_noise.${i}`]!, 'f32') })
  return {
    whole: { text: omnigenText(encode, withPictures('make it snow', 1), [6]), latents: [await latent(0)] },
    nothing: { text: omnigenText(encode, omnigenNegative, []), latents: [] },
    pictures: { text: omnigenText(encode, picturesAlone(1), [6]), latents: [await latent(1)] },
  }
}

async function drawn(
  runtime: Runtime,
  options: Pick<OmnigenDenoiserOptions, 'plan' | 'cached' | 'joint'>,
  onClean?: (step: number, clean: TensorValue) => void,
): Promise<{ latent: TensorValue; picture: Picture }> {
  const autoencoder = autoencoderOn(runtime)
  const denoiser = new OmnigenDenoiser({ runtime, source, config, budget: 1e9, ...options })
  const latent = await denoiser.denoise(
    {
      noisy: given.latent_noise!,
      branches: await branchesOf(autoencoder),
      times: omnigenTimes(4),
      guidance: 2.5,
      pictureGuidance: 1.6,
      interval: [0, 1],
    },
    { onStep: async (step, clean) => onClean?.(step, clean()) },
  )
  const made = { latent, picture: await autoencoder.decode(latent) }
  await denoiser.release()
  await autoencoder.release()
  return made
}

function expectRgb(found: Picture, rgb: TensorValue): void {
  const levels = dataOf(rgb, 'u8')
  const differences = found.data.map((level, i) => Math.abs(level - levels[i]!))
  expect(Math.max(...differences)).toBeLessThanOrEqual(1)
  expect(differences.filter((each) => each > 0).length).toBeLessThan(20)
}

// Its models are compared on WebGPU by the tests of src/models.
describe('an edit', () => {
  it.each([
    { plan: 'whole', cached: true },
    { plan: 'streamed', cached: true },
    { plan: 'whole', cached: false },
  ] as const)('equals the original with branches apart: %o', async (options) => {
    const runtime = await openRuntime({ provider: 'cpu' })
    try {
      const { latent, picture: found } = await drawn(runtime, options, (step, clean) => {
        const at = dataOf(clean, 'f32')
        const [from, guided] = [`step${step}.latents_in`, `step${step}.guided`].map((name) =>
          numbersOf(wanted[name]!),
        )
        const t = step / 4
        const expected = Float32Array.from(at, (_, i) => Number(from![i]) + (1 - t) * Number(guided![i]))
        expect.soft(relativeError(clean, { ...clean, data: expected }), `step ${step}`).toBeLessThan(1e-4)
      })
      expect(relativeError(latent, scaled(wanted.final_latents_unscaled!))).toBeLessThan(1e-4)
      expectRgb(found, wanted.rgb!)
    } finally {
      await runtime.close()
    }
  })
})

it('predicts what the original does in each branch at each step, and computes no branch whose share is 0', async () => {
  const runtime = await openRuntime({ provider: 'cpu' })
  try {
    const branches = await branchesOf(autoencoderOn(runtime))
    const denoiser = new OmnigenDenoiser({ runtime, source, config, plan: 'whole', budget: 1e9 })
    const alone = [
      { guidance: 1, pictureGuidance: 1, reads: 'whole' },
      { guidance: 0, pictureGuidance: 0, reads: 'nothing' },
      { guidance: 0, pictureGuidance: 1, reads: 'pictures' },
    ] as const
    for (let step = 0; step < 4; step++)
      for (const [branch, { reads, ...shares }] of alone.entries()) {
        const noisy = wanted[`step${step}.latents_in`]!
        const x = { ...noisy, dtype: 'f32', data: Float32Array.from(numbersOf(noisy), Number) } as TensorValue
        const unread = { text: { ids: [], pictures: [] }, latents: [] }
        const only = { whole: unread, nothing: unread, pictures: unread, [reads]: branches[reads] }
        const made = await denoiser.denoise({
          noisy: x,
          branches: only,
          times: [step / 4, step / 4 + 1],
          interval: [0, 1],
          ...shares,
        })
        const from = dataOf(x, 'f32')
        const predicted = {
          ...x,
          data: dataOf(made, 'f32').map((value, i) => value - from[i]!),
        } as TensorValue
        const name = `call${3 * step + branch}.pred`
        expect.soft(relativeError(predicted, wanted[name]!), name).toBeLessThan(1e-4)
      }
  } finally {
    await runtime.close()
  }
})

/** What the original hands to its autoencoder, times the factor that ours divides by. */
function scaled(value: TensorValue): TensorValue {
  return { ...value, data: Float64Array.from(numbersOf(value), (x) => 0.13025 * Number(x)) } as TensorValue
}

it('equals the original with the branches as one padded batch, with and without a cache', async () => {
  const runtime = await openRuntime({ provider: 'cpu' })
  try {
    for (const cached of [true, false]) {
      const { latent, picture: found } = await drawn(runtime, { plan: 'whole', cached, joint: true })
      expect(relativeError(latent, scaled(wanted.final_latents_unscaled!))).toBeLessThan(1e-4)
      expectRgb(found, joint.rgb!)
    }
  } finally {
    await runtime.close()
  }
})

it('has the positions and masks of the original in each branch, apart and in one batch', async () => {
  const texts = {
    cond: omnigenText(encode, withPictures('make it snow', 1), [6]),
    uncond: omnigenText(encode, 'low quality', []),
    img: omnigenText(encode, picturesAlone(1), [6]),
  }
  const latents = [given.latent_noise!]
  const compare = (name: string, rows: readonly (keyof typeof texts)[]): void => {
    const chosen = rows.map((row) => texts[row])
    const { read, drawn: after } = positionsOf(chosen, 6)
    expect(read.flatMap((row, i) => [...row, ...after[i]!])).toEqual(
      [...numbersOf(processor[`${name}.position_ids`]!)].map(Number),
    )
    const branches = chosen.map((text) => ({ text, latents: text.pictures.length > 0 ? latents : [] }))
    const { condition } = stillFeeds(branches, given.latent_noise!, config)
    expect([...numbersOf(condition.ids!)].map(Number)).toEqual(
      [...numbersOf(processor[`${name}.input_ids`]!)].map(Number),
    )
    const reach = numbersOf(condition.reach!)
    const length = condition.ids!.shape[1]!
    const whole = length + 7
    const mask = numbersOf(processor[`${name}.mask_u8`]!)
    for (const [row, { ids }] of chosen.entries()) {
      const pad = length - ids.length
      for (let i = pad; i < whole; i++)
        for (let j = 0; j < whole; j++) {
          const last = i < length ? Number(reach[row * length + i]) : i === length ? i : whole
          if (Number(j >= pad && j <= last) !== Number(mask[(row * whole + i) * whole + j]))
            throw new Error(`${name}: row ${row}: whether token ${i} sees ${j} differs`)
        }
    }
  }
  for (const name of ['cond', 'uncond', 'img'] as const) compare(`separate.${name}`, [name])
  compare('joint', ['cond', 'uncond', 'img'])
})

it('chooses frequencies for each branch by its own length, and in one batch by the longest', () => {
  const branches = ['a', 'a text that is longer'].map((text) => ({
    text: omnigenText(encode, text, []),
    latents: [],
  }))
  const [short, long] = branches.map(({ text }) => text.ids.length + 7) as [number, number]
  const sizes = { ...config, rotary: { ...config.rotary, original: (short + long) / 2 } }
  const feedsOf = (...chosen: typeof branches) =>
    stillFeeds(chosen, given.latent_noise!, sizes).target.cosines!
  const [first, second] = branches.map((each) => dataOf(feedsOf(each), 'f32'))
  const both = dataOf(feedsOf(...branches), 'f32')
  expect(both.subarray(first!.length)).toEqual(second)
  expect(both.subarray(0, first!.length)).not.toEqual(first)
})

it('takes the times of the original', () => {
  const compare = (found: readonly number[], expected: readonly number[]): void => {
    expect(found).toHaveLength(expected.length)
    for (const [i, t] of found.entries()) expect(t).toBe(Math.fround(expected[i]!))
  }
  for (const [steps, times] of Object.entries(meta.schedule))
    compare(omnigenTimes(Number(steps)), times as number[])
  compare(omnigenTimes(4, 3), meta.schedule_shift_3)
})
