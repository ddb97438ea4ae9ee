import { expect, it } from 'vitest'
import { fluxAutoencoder } from '../models/index.ts'
import { keptBytes, tileWithin } from './memory.ts'

it('keeps what fits beside the work', () => {
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
