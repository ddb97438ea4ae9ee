import { expect, it } from 'vitest'
import { readManifest } from '../../test/golden.ts'
import { fluxAutoencoder, isFluxModulation } from '../models/index.ts'
import { loadedBytes, type Weights } from '../onnx/index.ts'
import { computesAhead, freedBytes, keptBytes, modulationRoom, tileWithin } from './memory.ts'

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

it('frees the modulations of the published model, more than a quarter of its weights, and keeps those of small ones', () => {
  const shapes = new Map(readManifest('step1x-edit-v1.0'))
  const weights = (scale: number): Weights => ({
    paths: () => shapes.keys(),
    describe: (path) => ({
      dtype: 'bf16',
      shape: shapes.get(path)!.map((size) => Math.ceil(size / scale)),
      ...(shapes.get(path)!.length === 2 && { quantization: { bits: 8, block: 128 } as const }),
    }),
  })
  const full = weights(1)
  const share = (freedBytes(full, isFluxModulation) + modulationRoom) / loadedBytes(full)
  expect(share).toBeGreaterThan(0.25)
  expect(share).toBeLessThan(0.3)
  expect(computesAhead(full, isFluxModulation)).toBe(true)
  const small = weights(16)
  expect(freedBytes(small, isFluxModulation)).toBe(0)
  expect(computesAhead(small, isFluxModulation)).toBe(false)
})
