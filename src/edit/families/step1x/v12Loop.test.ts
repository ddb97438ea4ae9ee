import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openGolden, readGolden, relativeError } from '../../../../test/golden.ts'
import { goldenEncode } from '../../../../test/goldenEncode.ts'
import {
  dataOf,
  numbersOf,
  type ParameterSource,
  type TensorValue,
  tensorValue,
} from '../../../graph/index.ts'
import { resizedPlanes, resizePicture } from '../../../image/index.ts'
import { inferAutoencoderConfig, inferStep1xEditConfig, parseQwen25VLConfig } from '../../../models/index.ts'
import { freeAll, openRuntime, type Plan, type Runtime } from '../../../onnx/index.ts'
import { TorchGenerator } from '../../../random/index.ts'
import type { Checkpoint } from '../../../weights/index.ts'
import { Autoencoder } from '../../autoencoder/autoencoder.ts'
import { inOfficialLayout } from '../../checkpoint/layout.ts'
import { type Condition, Conditioner } from '../../condition/conditioner.ts'
import { v12Format } from '../../condition/promptV12.ts'
import { editSize, pack, schedule, unpack } from '../../sampling/sampling.ts'
import { Denoiser } from './denoise.ts'

/* Step1X-Edit v1.2's whole edit, from picture and words to the picture, beside its official pipeline. */

const { config: told, prompts } = JSON.parse(
  readFileSync(new URL('../../../../test/golden/step1x-v1.2/meta.json', import.meta.url), 'utf8'),
)
const mllmConfig = parseQwen25VLConfig(
  JSON.parse(readFileSync(new URL('../../../../test/golden/qwen25vl/meta.json', import.meta.url), 'utf8'))
    .config,
)

const open: Checkpoint[] = []
const sources: Record<'dit' | 'vae' | 'mllm', ParameterSource> = {} as never
let given: Record<string, TensorValue>
let wanted: Record<string, TensorValue>
let undamped: Record<string, TensorValue>
beforeAll(async () => {
  for (const [part, file] of [
    ['dit', 'step1x-v1.2/dit_weights'],
    ['vae', 'step1x-v1.2/vae_weights'],
    ['mllm', 'qwen25vl/weights'],
  ] as const) {
    const checkpoint = await openGolden(`${file}.safetensors`)
    open.push(checkpoint)
    sources[part] = inOfficialLayout(checkpoint)
  }
  given = await readGolden('step1x-v1.2/loop_inputs.safetensors')
  wanted = await readGolden('step1x-v1.2/loop_outputs_f64.safetensors')
  undamped = await readGolden('step1x-v1.2/loop_undamped_outputs_f64.safetensors')
})
afterAll(() => Promise.all(open.map((each) => each.close())))

const size = { width: 64, height: 48 }
const grid = { width: 4, height: 3 }
const picture = () => ({ width: 84, height: 60, data: Uint8Array.from(numbersOf(given.rgb!)) })

it('the size is the official one, and times are those of its scheduler', () => {
  expect(editSize(picture(), told.loop.size_level)).toEqual(size)
  const times = tensorValue('f64', [7], schedule(told.loop.num_inference_steps, 12))
  expect(relativeError(times, wanted.sigmas!)).toBeLessThan(1e-6)
})

it('one generator draws the noise of the reference first, then that of the latent', () => {
  const generator = new TorchGenerator(told.loop.seed)
  for (const name of ['posterior_noise', 'latent_noise']) {
    const noise = { ...given[name]!, data: generator.randn(768) } as TensorValue
    expect(relativeError(noise, given[name]!), name).toBeLessThan(1e-6)
  }
})

const cpu = { provider: 'cpu', threads: 1 } as const

/** What the language model makes of picture and words, with guidance and without. */
async function conditions(plan: Plan): Promise<Condition[]> {
  const runtime = await openRuntime(cpu)
  const [minPixels, maxPixels] = told.processor_pixels
  const conditioner = new Conditioner({
    runtime,
    source: sources.mllm,
    config: mllmConfig,
    encode: goldenEncode(told.tokens),
    plan,
    format: v12Format({ minPixels, maxPixels }),
  })
  try {
    const seen = resizePicture(picture(), { ...size, filter: 'lanczos' })
    return await conditioner.conditions(seen, [prompts.quoted, ''])
  } finally {
    await conditioner.release()
    await runtime.close()
  }
}

/** The tokens after each step. */
async function denoise(
  denoiser: Denoiser,
  [conditional, unconditional]: readonly Condition[],
  start: { readonly noisy: TensorValue; readonly reference: TensorValue },
  dampAbove: number,
): Promise<readonly TensorValue[]> {
  const times = schedule(told.loop.num_inference_steps, 12)
  const steps: TensorValue[] = []
  let now = dataOf(start.noisy, 'f32')
  const onStep = async (step: number, clean: () => TensorValue) => {
    const [end, share] = [dataOf(clean(), 'f32'), times[step + 1]! / times[step]!]
    now = now.map((value, i) => end[i]! + share * (value - end[i]!))
    steps.push({ ...start.noisy, data: now } as TensorValue)
  }
  const guided = { conditional: conditional!, unconditional, guidance: told.loop.true_cfg_scale }
  await denoiser.denoise({ ...start, grid, times, ...guided, dampAbove, interval: [0, 1] }, { onStep })
  return steps
}

const denoiserOf = (runtime: Runtime, plan: Plan): Denoiser =>
  new Denoiser({
    runtime,
    source: sources.dit,
    config: inferStep1xEditConfig(sources.dit, {
      dit: { axesDim: [4, 6, 6], numHeads: 2 },
      connector: { numHeads: 4 },
    }),
    variant: 'v1.2',
    plan,
    mostText: 2048,
    budget: 0,
  })

const equalSteps = (found: readonly TensorValue[], golden: Record<string, TensorValue>): void => {
  expect(found).toHaveLength(6)
  for (const [i, step] of found.entries())
    expect(relativeError(step, golden[`step${i}.latents`]!), `step ${i}`).toBeLessThan(1e-4)
}

describe('an edit of v1.2', () => {
  it.each(['whole', 'streamed'] as const)('is the official one to the picture, %s', async (plan) => {
    const runtime = await openRuntime(cpu)
    const autoencoder = new Autoencoder({
      runtime,
      source: sources.vae,
      config: inferAutoencoderConfig(sources.vae, { groups: 4 }),
      tile: 128,
      rounded: true,
    })
    const denoiser = denoiserOf(runtime, plan)
    const texts = await conditions(plan)
    const generator = new TorchGenerator(told.loop.seed)
    const latent = await autoencoder.encode(resizedPlanes(picture(), size), generator)
    expect(relativeError(latent, wanted.ref_latents!)).toBeLessThan(1e-4)
    const start = { reference: pack(latent), noisy: pack({ ...latent, data: generator.randn(768) }) }

    const steps = await denoise(denoiser, texts, start, 0)
    equalSteps(steps, wanted)
    const decoded = await autoencoder.decode(unpack(steps[5]!, { width: 8, height: 6 }))
    const { data } = resizePicture(decoded, picture())
    const levels = [...numbersOf(wanted.final_rgb!)].map((level, i) => Math.abs(level - data[i]!))
    expect(Math.max(...levels)).toBeLessThanOrEqual(1)
    expect(levels.filter((level) => level > 0).length).toBeLessThan(40)

    equalSteps(await denoise(denoiser, texts, start, 1), undamped)
    await freeAll([() => denoiser.release(), () => autoencoder.release(), () => runtime.close()])
  })
})
