import { expect, it } from 'vitest'
import { measurePeak, memory } from './memory.ts'

it('tells the most memory that something took', async () => {
  const size = 64 * 2 ** 20
  const { result, peak, growth } = await measurePeak(async () => new Uint8Array(size).fill(1).length)
  expect(result).toBe(size)
  expect(peak).toBeGreaterThanOrEqual(size)
  // Where the peak cannot be started anew, an earlier one may hide this one.
  if (process.platform === 'linux') expect(growth).toBeGreaterThan(size / 2)
  expect(memory().resident).toBeGreaterThan(0)
})
