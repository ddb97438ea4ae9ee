import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openGolden, readGolden, relativeError } from '../../../../test/golden.ts'
import { hasGpu } from '../../../../test/gpu.ts'
import { numbersOf, type TensorValue, tensorValue } from '../../../graph/index.ts'
import {
  inferAutoencoderConfig,
  inferClipTextConfig,
  inferDitConfig,
  inferT5Config,
} from '../../../models/index.ts'
import { openRuntime, type Plan, type Runtime } from '../../../onnx/index.ts'
import type { Checkpoint } from '../../../weights/index.ts'
import { Autoencoder } from '../../autoencoder/autoencoder.ts'
import { inOfficialLayout } from '../../checkpoint/layout.ts'
import { ClipReader } from '../../condition/clip.ts'
import { T5Reader } from '../../condition/t5.ts'
import { pack, schedule, unpack } from '../../sampling/sampling.ts'
import { KontextDenoiser, type KontextText } from './denoiser.ts'

const weights = {
  official: 'flux-kontext/transformer_bfl_weights.safetensors',
  diffusers: 'flux-kontext/transformer_diffusers_weights.safetensors',
  clip: 'instruct-pix2pix/text_weights.safetensors',
  t5: 'flux-kontext/t5_weights.safetensors',
  vae: 'step1x-v1.2/vae_weights.safetensors',
}
const sources = {} as Record<keyof typeof weights, Checkpoint>
let given: Record<string, TensorValue>
let wanted: Record<string, TensorValue>
let guided: Record<string, TensorValue>
beforeAll(async () => {
  for (const [name, path] of Object.entries(weights))
    sources[name as keyof typeof weights] = await openGolden(path)
  given = await readGolden('flux-kontext/loop_inputs.safetensors')
  wanted = await readGolden('flux-kontext/loop_outputs_f64.safetensors')
  guided = await readGolden('flux-kontext/loop_true_cfg_outputs_f64.safetensors')
})
afterAll(async () => {
  for (const each of Object.values(sources)) await each.close()
})

/** Row `i` of ids. */
function ids(name: string, i: number): number[] {
  const { shape } = given[name]!
  return Array.from(numbersOf(given[name]!)).slice(i * shape[1]!, (i + 1) * shape[1]!)
}

/** Instruction and negative text, from the ids of the golden data. */
async function readTexts(runtime: Runtime): Promise<KontextText[]> {
  const nothing = { encode: () => [], idOf: () => 1 }
  const clip = new ClipReader({
    runtime,
    source: sources.clip,
    config: inferClipTextConfig(sources.clip, { heads: 2 }),
    tokenizer: { encode: () => ({ ids: [], tokens: 0, read: 0 }), end: 511 },
  })
  const t5 = new T5Reader({
    runtime,
    source: sources.t5,
    config: inferT5Config(sources.t5),
    tokenizer: nothing,
    plan: 'streamed',
    length: 24,
  })
  const texts = await t5.readIds([0, 1].map((i) => ids('t5_ids', i)))
  const read: KontextText[] = []
  for (const [i, text] of texts.entries()) {
    const { pooled } = await clip.readIds(ids('clip_ids', i))
    read.push({ text, pooled })
  }
  await clip.release()
  await t5.release()
  return read
}

const levels = (found: Uint8Array, golden: TensorValue) => {
  const differences = Array.from(numbersOf(golden), (level, i) => Math.abs(level - found[i]!))
  return { most: Math.max(...differences), count: differences.filter((each) => each > 0).length }
}

const cases: readonly (readonly [
  provider: 'cpu' | 'webgpu',
  layout: 'official' | 'diffusers',
  plan: Plan,
])[] = [
  ['cpu', 'official', 'whole'],
  ['cpu', 'diffusers', 'streamed'],
  ...(hasGpu() ? ([['webgpu', 'official', 'whole']] as const) : []),
]

describe.each(cases)(
  'the edit of the official pipeline on %s from the %s layout, %s',
  (provider, layout, plan) => {
    let runtime: Runtime
    let texts: KontextText[]
    let reference: TensorValue
    let autoencoder: Autoencoder
    let denoiser: KontextDenoiser
    beforeAll(async () => {
      runtime = await openRuntime({ provider })
      const vae = inOfficialLayout(sources.vae)
      autoencoder = new Autoencoder({
        runtime,
        source: vae,
        config: inferAutoencoderConfig(vae, { groups: 4 }),
        tile: 128,
        rounded: true,
      })
      const source = inOfficialLayout(sources[layout])
      const config = inferDitConfig(source, { axesDim: [4, 6, 6] })
      denoiser = new KontextDenoiser({ runtime, source, config, plan, budget: 0 })
      const { shape } = given.rgb!
      const data = Uint8Array.from(numbersOf(given.rgb!))
      reference = pack(await autoencoder.encode({ width: shape[1]!, height: shape[0]!, data }))
      texts = await readTexts(runtime)
    })
    afterAll(() => runtime.close())

    const denoise = (steps: number, trueGuidance: number) =>
      denoiser.denoise({
        noisy: pack(given.latent_noise!),
        grid: { width: 4, height: 3 },
        reference,
        referenceGrid: { width: 5, height: 3 },
        times: schedule(4, 12).slice(0, steps + 1),
        conditional: texts[0]!,
        unconditional: texts[1]!,
        guidance: 2.5,
        trueGuidance,
        dampAbove: 1,
        interval: [0, 1],
      })

    it.each([
      ['distilled guidance alone', 1, () => wanted],
      ['true guidance with a negative text', 3, () => guided],
    ] as const)('%s: every step and the picture', async (_, trueGuidance, golden) => {
      if (trueGuidance === 1) {
        const joint = numbersOf(wanted['call0.hidden_states']!)
        const shape = reference.shape
        const ours = tensorValue('f32', shape, joint.slice(12 * 64))
        // The mode of the posterior, behind the target's tokens.
        expect(relativeError(reference, ours)).toBeLessThan(1e-4)
      }
      let tokens: TensorValue | undefined
      // Every segment is loaded anew where weights are streamed: once is enough.
      for (const step of plan === 'whole' ? [0, 1, 2, 3] : [3]) {
        tokens = await denoise(step + 1, trueGuidance)
        expect
          .soft(relativeError(tokens, golden()[`step${step}.latents`]!), `step ${step}`)
          .toBeLessThan(1e-4)
      }
      const { data } = await autoencoder.decode(unpack(tokens!, { width: 8, height: 6 }))
      const { most, count } = levels(data, golden().rgb!)
      expect(most).toBeLessThanOrEqual(1)
      expect(count).toBeLessThan(20)
    })
  },
)

it('takes the times of the official scheduler', () => {
  const times = Array.from(numbersOf(wanted.sigmas!))
  expect(schedule(4, 12)).toHaveLength(times.length)
  for (const [i, time] of schedule(4, 12).entries()) expect(Math.abs(time - times[i]!)).toBeLessThan(1e-6)
})
