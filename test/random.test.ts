import { numbersOf } from 'pentimento/graph'
import { TorchGenerator } from 'pentimento/random'
import { expect, it } from 'vitest'
import { readGolden } from './golden.ts'

it('gives the very latents that PyTorch gave', async () => {
  const stored = Object.entries(await readGolden('rng/randn_1x16x4x6.safetensors'))
  expect(stored.length).toBeGreaterThan(0)
  for (const [name, value] of stored) {
    const numbers = numbersOf(value)
    const found = new TorchGenerator(Number(name.slice(4))).randn(numbers.length)
    expect(Array.from(found)).toEqual(Array.from(numbers))
  }
})
