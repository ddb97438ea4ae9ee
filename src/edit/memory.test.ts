import { expect, it } from 'vitest'
import { fluxAutoencoder } from '../models/index.ts'
import { choosePlan, keptBytes, loadedBytes, tileWithin, wholeBytes } from './memory.ts'

/** 528 bytes of quantised weights, and 40 of floats in bf16 that are widened. */
const source = {
  name: 'test',
  paths: () => ['a', 'b'],
  describe: (path: string) =>
    path === 'a'
      ? ({ dtype: 'f32', shape: [4, 128], quantization: { bits: 8, block: 128 } } as const)
      : ({ dtype: 'bf16', shape: [10] } as const),
  locate: () => undefined,
  read: () => Promise.reject(new Error('not read')),
}

it('counts quantised weights as they are, and others in f32', () => {
  expect(loadedBytes(source)).toBe(4 * (128 + 4) + 40)
  expect(loadedBytes(source, (path) => path === 'b')).toBe(40)
})

it('chooses the plan by the budget, and keeps what fits beside the work', () => {
  const needed = 1.5 * 528 + 1.75 * 40
  expect(wholeBytes(source)).toBe(needed)
  expect(choosePlan([source], needed)).toBe('whole')
  expect(choosePlan([source], needed - 1)).toBe('streamed')
  expect(choosePlan([source, source], 2 * needed)).toBe('whole')
  expect(choosePlan([source, source], 2 * needed - 1)).toBe('streamed')
  const full = { tokens: 2700, width: 3072, blockBytes: 0.35e9 }
  expect(keptBytes(6e9, full)).toBeGreaterThan(1.5e9)
  expect(keptBytes(6e9, full)).toBeLessThan(6e9 - 2.5e9)
  expect(keptBytes(1e9, full)).toBe(0)
})

it('decodes in tiles that fit: whole pictures of 1024 pixels where there is room, never less than 128', () => {
  const config = fluxAutoencoder
  expect(tileWithin(config, 20e9)).toBe(128)
  expect(tileWithin(config, 1e6)).toBe(16)
  const [three, six] = [tileWithin(config, 3e9), tileWithin(config, 6e9)]
  expect(three).toBeLessThan(six)
  expect(six).toBeLessThan(128)
  for (const tile of [three, six]) expect(tile % 2).toBe(0)
})
