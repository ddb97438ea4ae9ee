import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { readGolden } from '../../../test/golden.ts'
import { dataOf, tensorValue } from '../../graph/index.ts'
import { editSize, eulerStep, guide, pack, schedule, unpack } from './sampling.ts'

const readJson = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../../test/golden/sampler/${name}.json`, import.meta.url), 'utf8'))

it('edits at the sizes of the original, and refuses those that vanish', () => {
  const { rows } = readJson('sizes')
  expect(rows.length).toBeGreaterThan(20)
  for (const { width, height, size_level, new_width, new_height } of rows) {
    const resize = () => editSize({ width, height }, size_level)
    if (Math.min(new_width, new_height) < 16) expect(resize).toThrow(/the aspect ratio is too extreme/)
    else expect(resize()).toEqual({ width: new_width, height: new_height })
  }
  expect(() => editSize({ width: 1, height: 20_000 }, 512)).toThrow(
    /picture of 1×20000: the aspect ratio is too extreme/,
  )
})

it('takes the times of the original', () => {
  const { schedules } = readJson('schedules')
  let compared = 0
  for (const { num_steps, image_seq_len, shift, timesteps } of schedules) {
    if (!shift) continue
    compared++
    const times = schedule(num_steps, image_seq_len)
    expect(times).toHaveLength(timesteps.length)
    expect(times.at(-1)).toBe(0)
    for (const [i, time] of times.entries()) expect(Math.abs(time - timesteps[i])).toBeLessThan(1.2e-7)
  }
  expect(compared).toBeGreaterThan(5)
})

it('packs latents as the original does', async () => {
  const { latent, packed } = await readGolden('sampler/pack.safetensors')
  const [b, c, h, w] = latent!.shape as [number, number, number, number]
  for (let i = 0; i < b; i++) {
    const of = (value: typeof latent, shape: number[]) =>
      tensorValue('f32', shape, dataOf(value!, 'f32').slice(i * c * h * w, (i + 1) * c * h * w))
    const one = of(latent, [1, c, h, w])
    expect(pack(one)).toEqual(of(packed, [1, (h * w) / 4, 4 * c]))
    expect(unpack(pack(one), { width: w, height: h })).toEqual(one)
  }
})

it('guides as the original does, damped or not', async () => {
  const golden = await readGolden('sampler/cfg.safetensors')
  const [, tokens, channels] = golden.x!.shape as [number, number, number]
  const half = (tokens / 2) * channels
  const predictions = dataOf(golden.pred_cond_uncond!, 'f32')
  const branches = {
    conditional: predictions.subarray(0, half),
    unconditional: predictions.subarray(tokens * channels, tokens * channels + half),
  }
  for (const damp of [false, true])
    for (const guidance of [1, 4.5, 6]) {
      const x = Float32Array.from(dataOf(golden.x!, 'f32').subarray(0, half))
      eulerStep(x, guide(branches, { guidance, damp, channels }), 0.8 - 0.9)
      const wanted = golden[`${damp ? 'normed' : 'plain'}.g${guidance.toFixed(1)}.next_noise_tokens`]!
      expect(tensorValue('f32', wanted.shape, x)).toBeAllclose(wanted, { atol: 1e-5, rtol: 1e-5 })
    }
})
