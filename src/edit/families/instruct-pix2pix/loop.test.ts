import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openGolden, readGolden, relativeError } from '../../../../test/golden.ts'
import { dataOf, numbersOf, type ParameterSource, type TensorValue } from '../../../graph/index.ts'
import type { Picture } from '../../../image/index.ts'
import { inferAutoencoderConfig, inferClipTextConfig, inferUnetConfig } from '../../../models/index.ts'
import { openRuntime, type Plan, type Runtime } from '../../../onnx/index.ts'
import type { Checkpoint } from '../../../weights/index.ts'
import { Autoencoder } from '../../autoencoder/autoencoder.ts'
import { inOfficialLayout } from '../../checkpoint/layout.ts'
import { ClipReader } from '../../condition/clip.ts'
import { type SamplerName, samplers } from '../../sampling/samplers.ts'
import { isGuided, UnetDenoiser, type UnetRequest } from './denoiser.ts'

const golden = (name: string) => `instruct-pix2pix/${name}.safetensors`
const sources = {} as Record<'unet' | 'vae' | 'text', Checkpoint>
let given: Record<string, TensorValue>
let wanted: Record<string, TensorValue>
beforeAll(async () => {
  for (const name of ['unet', 'vae', 'text'] as const)
    sources[name] = await openGolden(golden(`${name}_weights`))
  given = await readGolden(golden('loop_inputs'))
  wanted = await readGolden(golden('loop_outputs_f64'))
})
afterAll(async () => {
  for (const each of Object.values(sources)) await each.close()
})

const ids = (row: number): number[] => Array.from(numbersOf(given.input_ids!)).slice(77 * row, 77 * (row + 1))

async function readTexts(runtime: Runtime): Promise<readonly TensorValue[]> {
  const reader = new ClipReader({
    runtime,
    source: sources.text,
    config: inferClipTextConfig(sources.text, { heads: 2 }),
    tokenizer: { encode: () => ({ ids: [], tokens: 0, read: 0 }), end: 511 },
  })
  const states = [(await reader.readIds(ids(0))).states, (await reader.readIds(ids(1))).states]
  await reader.release()
  return states
}

function autoencoderOn(runtime: Runtime): Autoencoder {
  const source: ParameterSource = inOfficialLayout(sources.vae)
  const config = inferAutoencoderConfig(source, { groups: 4 })
  return new Autoencoder({ runtime, source, config, tile: 128, rounded: true })
}

const photo = (): Picture => ({ width: 64, height: 64, data: given.rgb!.data as Uint8Array })

/** What an UNet is asked, in the golden data's names and ours. */
interface Call {
  readonly input: Float32Array
  readonly outputs: readonly Float32Array[]
}

/** A 6-step edit with the golden draws, and what went in and came out of each call. */
async function edit(runtime: Runtime, name: string, sampler: SamplerName, plan: Plan, budget = 1e12) {
  const autoencoder = autoencoderOn(runtime)
  const [text, negative] = await readTexts(runtime)
  const calls: Call[] = []
  const spied: Runtime = Object.assign(Object.create(runtime), {
    load: async (...asked: Parameters<Runtime['load']>) => {
      const session = await runtime.load(...asked)
      const runAll: typeof session.runAll = async (feeds, hooks) => {
        const results = await session.runAll(feeds, hooks)
        calls.push({
          input: joined(feeds.map(({ sample }) => dataOf(sample as TensorValue, 'f32'))),
          outputs: results.map((result) => dataOf(result.noise!, 'f32')),
        })
        return results
      }
      return Object.assign(Object.create(session), { runAll, release: () => session.release() })
    },
  })
  const denoiser = new UnetDenoiser({
    runtime: spied,
    source: sources.unet,
    config: inferUnetConfig(sources.unet, { heads: 2, groups: 4 }),
    plan,
    budget,
  })
  const sampling = samplers[sampler](6)
  const steps: Float32Array[] = []
  const watched = {
    ...sampling,
    step: (...asked: Parameters<typeof sampling.step>) => {
      const next = sampling.step(...asked)
      steps.push(next)
      return next
    },
  }
  let draw = 1
  const noise = dataOf(given[`${name}.draw0`]!, 'f32')
  const request: UnetRequest = {
    noisy: { ...given[`${name}.draw0`]!, data: sampling.start(noise) },
    picture: await autoencoder.encodePlain(photo()),
    text: text!,
    negative: negative!,
    guidance: 7.5,
    pictureGuidance: 1.5,
    sampling: watched,
    normal: { randn: () => dataOf(given[`${name}.draw${draw++}`]!, 'f32') },
  }
  const latent = await denoiser.denoise(request)
  const picture = await autoencoder.decode(latent)
  await denoiser.release()
  await autoencoder.release()
  return { calls, steps, latent, picture }
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const out = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    out.set(part, at)
    at += part.length
  }
  return out
}

function compare(found: Float32Array, name: string): void {
  const golden = wanted[name]!
  const value = { dtype: 'f32' as const, shape: golden.shape, data: found }
  expect.soft(relativeError(value, golden), name).toBeLessThan(1e-4)
}

// Its models are compared on WebGPU by the tests of src/models; samplers do not run on the provider.
describe('an edit', () => {
  let runtime: Runtime
  beforeAll(async () => {
    runtime = await openRuntime({ provider: 'cpu', threads: 1 })
  })
  afterAll(() => runtime.close())

  it.each([
    ['euler_ancestral', 'euler-ancestral', 'whole'],
    ['ddim', 'ddim', 'streamed'],
    ['pndm', 'pndm', 'whole'],
  ] as const)('by %s equals the official one in every step', async (name, sampler, plan) => {
    const { calls, steps, picture } = await edit(runtime, name, sampler, plan)
    for (const call of [0, 3])
      if (wanted[`${name}.call${call}.model_input`]) {
        compare(calls[call]!.input, `${name}.call${call}.model_input`)
        compare(joined(calls[call]!.outputs), `${name}.call${call}.model_output`)
      }
    const count = Object.keys(wanted).filter((key) => key.startsWith(`${name}.step`)).length
    expect(steps).toHaveLength(count)
    for (const [i, step] of steps.entries()) compare(step, `${name}.step${i}.latents`)
    const levels = Array.from(numbersOf(wanted[`${name}.rgb`]!), (level, i) =>
      Math.abs(level - picture.data[i]!),
    )
    expect(Math.max(...levels)).toBeLessThanOrEqual(1)
    expect(levels.filter((each) => each > 0).length).toBeLessThan(20)
  })
})

it('is guided only where both scales ask for it', () => {
  expect(isGuided({ guidance: 7.5, pictureGuidance: 1 })).toBe(true)
  expect(isGuided({ guidance: 1, pictureGuidance: 1.5 })).toBe(false)
  expect(isGuided({ guidance: 7.5, pictureGuidance: 0.9 })).toBe(false)
})
