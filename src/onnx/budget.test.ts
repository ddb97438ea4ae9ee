import { expect, it } from 'vitest'
import { choosePlan, loadedBytes, wholeBytes } from './budget.ts'

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

it('chooses the plan by the budget', () => {
  const needed = 1.5 * 528 + 1.75 * 40
  expect(wholeBytes(source)).toBe(needed)
  expect(choosePlan([source], needed)).toBe('whole')
  expect(choosePlan([source], needed - 1)).toBe('streamed')
  expect(choosePlan([source, source], 2 * needed)).toBe('whole')
  expect(choosePlan([source, source], 2 * needed - 1)).toBe('streamed')
})
