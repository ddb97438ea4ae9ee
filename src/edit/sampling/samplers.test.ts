import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { TorchGenerator } from '../../random/index.ts'
import { alphasOf, type SamplerName, samplerNames, samplers, stableDiffusionNoise } from './samplers.ts'

interface Table {
  readonly timesteps: readonly number[]
  readonly sigmas?: readonly number[]
  readonly init_noise_sigma?: number
}
const golden: {
  readonly schedules: Readonly<Record<string, Table>>
  readonly alphas_cumprod: Readonly<Record<string, number>>
  readonly final_alpha_cumprod_ddim: number
} = JSON.parse(
  readFileSync(new URL('../../../test/golden/instruct-pix2pix/schedules.json', import.meta.url), 'utf8'),
)

const names: Readonly<Record<string, SamplerName>> = {
  euler_ancestral: 'euler-ancestral',
  k_diffusion: 'k-euler-ancestral',
  ddim: 'ddim',
  pndm: 'pndm',
}

const one = (value: number) => Float32Array.of(value)
/** Noise of 1, and none. */
const ones = { randn: (n: number) => new Float32Array(n).fill(1) }
const silent = { randn: (n: number) => new Float32Array(n) }

it.each(Object.entries(golden.schedules))('takes the times and levels of %s', (key, wanted) => {
  const [name, steps] = key.split('.') as [string, string]
  const sampling = samplers[names[name]!](Number(steps))
  expect(sampling.times).toHaveLength(wanted.timesteps.length)
  for (const [i, time] of wanted.timesteps.entries())
    expect(Math.abs(sampling.times[i]! - time)).toBeLessThanOrEqual(1e-6 * time)
  const first = wanted.init_noise_sigma ?? wanted.sigmas![0]!
  expect(Math.abs(sampling.start(one(1))[0]! - first)).toBeLessThanOrEqual(1e-6 * first)
  for (const [i, sigma] of (wanted.sigmas ?? []).slice(0, -1).entries()) {
    // The clean latent of 0 in noise of 1 is −σ, and inputs are divided by √(σ² + 1).
    const found = -sampling.clean({ x: one(0), noise: one(1) }, i)[0]!
    expect(Math.abs(found - sigma)).toBeLessThanOrEqual(1e-6 * sigma)
    expect(sampling.input(one(1), i)[0]).toBeCloseTo(1 / Math.sqrt(sigma ** 2 + 1), 6)
  }
})

it('knows how much of the picture is left at each time', () => {
  const alphas = alphasOf(stableDiffusionNoise)
  for (const [time, alpha] of Object.entries(golden.alphas_cumprod))
    expect(Math.abs(alphas[Number(time)]! - alpha)).toBeLessThanOrEqual(1e-6 * alpha)
  expect(alphas[0]).toBeCloseTo(golden.final_alpha_cumprod_ddim, 7)
})

describe.each(samplerNames)('%s', (name) => {
  it('comes to the clean latent where the model sees all of the noise', () => {
    const steps = 7
    const sampling = samplers[name](steps)
    const clean = 0.3
    let x = sampling.start(one(1), one(clean))
    for (let call = 0; call < sampling.times.length; call++) {
      // What must be noise, if the rest is the clean latent.
      const level = sampling.clean({ x: one(0), noise: one(1) }, call)[0]!
      const share = sampling.clean({ x: one(1), noise: one(0) }, call)[0]!
      const noise = one((x[0]! * share - clean) / -level)
      expect(sampling.clean({ x, noise }, call)[0]).toBeCloseTo(clean, 5)
      x = sampling.step({ x, noise }, call, silent)
    }
    // DDIM and PNDM stop at the first time, where a little noise is left.
    expect(x[0]).toBeCloseTo(clean, 1)
  })

  it('leaves out steps of an edit that starts from a picture', () => {
    const all = samplers[name](10)
    const some = samplers[name](10, { skip: 4 })
    expect(new Set(some.times)).toEqual(new Set(all.times.filter((time) => time <= some.times[0]!)))
    expect(new Set(some.times).size).toBe(6)
    expect(some.start(one(0), one(1))[0]).toBeGreaterThan(0.1)
  })
})

it('adds fresh noise at every step but the last, which draws it all the same', () => {
  const sampling = samplers['euler-ancestral'](3)
  const moved = [0, 1, 2].map(
    (call) =>
      sampling.step({ x: one(0), noise: one(0) }, call, ones)[0]! -
      sampling.step({ x: one(0), noise: one(0) }, call, silent)[0]!,
  )
  expect(moved[0]).toBeGreaterThan(0)
  expect(moved[1]).toBeGreaterThan(0)
  expect(moved[2]).toBe(0)
  const generator = new TorchGenerator(3)
  sampling.step({ x: one(0), noise: one(0) }, 2, generator)
  const other = new TorchGenerator(3)
  other.randn(1)
  expect(generator.randn(4)).toEqual(other.randn(4))
})

it('refuses more steps than there are times', () => {
  expect(() => samplers.ddim(1000)).toThrow('steps: expected at most 999 with ddim, got 1000')
  expect(samplers.ddim(999).times).toHaveLength(999)
  expect(samplers['euler-ancestral'](1000).times).toHaveLength(1000)
})
