import { describe, expect, it } from 'vitest'
import { numbersOf, tensorValue } from '../graph/index.ts'
import { drawExample, padTexts } from './batch.ts'
import type { TextFeatures } from './data.ts'

/** Real rows of ones, and a row of padding that stands for what is left of 10. */
function text(real: number): TextFeatures {
  const rows = Math.min(10, real + 1)
  const features = Array.from({ length: 2 * rows }, (_, i) => Number(i < 2 * real))
  return {
    features: tensorValue('f32', [1, rows, 2], features),
    mask: tensorValue(
      'bool',
      [1, rows],
      Array.from({ length: rows }, (_, i) => Number(i < real)),
    ),
    repeats: tensorValue('f32', [1], [Math.max(1, 10 - real)]),
  }
}

describe('texts of one batch', () => {
  it('are padded to the longest, and the last row stands for the rest of all', () => {
    const { features, mask, repeats } = padTexts([text(2), text(4)])
    expect(features.shape).toEqual([2, 5, 2])
    expect([...numbersOf(mask)]).toEqual([1, 1, 0, 0, 0, 1, 1, 1, 1, 0])
    // 2 + 2 rows of padding before the last, or 4 + 0: six are left of ten in both.
    expect([...numbersOf(repeats)]).toEqual([6])
  })

  it('may fill all the places there are', () => {
    const { features, mask, repeats } = padTexts([text(10), text(3)])
    expect(features.shape).toEqual([2, 10, 2])
    expect(numbersOf(mask).reduce((sum, each) => sum + each)).toBe(13)
    expect([...numbersOf(repeats)]).toEqual([1])
  })

  it('of different lengths in all are refused', () => {
    const short = { ...text(2), repeats: tensorValue('f32', [1], [3]) }
    expect(() => padTexts([text(2), short])).toThrow(
      'features: expected texts padded to one length, got 10,5',
    )
  })
})

describe('chance', () => {
  const options = { seed: 4, timesteps: 'shift', shift: 3, dropout: 0.25 } as const

  it('depends on seed, batch and slot alone', () => {
    const place = { batch: 3, slot: 1 }
    expect(drawExample(options, place, 20)).toEqual(drawExample(options, place, 20))
    expect(drawExample(options, place, 20).noise).not.toEqual(
      drawExample(options, { batch: 4, slot: 1 }, 20).noise,
    )
    expect(drawExample({ ...options, seed: 5 }, place, 20).time).not.toBe(
      drawExample(options, place, 20).time,
    )
  })

  it('leaves out the share of instructions that was asked for', () => {
    const dropped = Array.from(
      { length: 2000 },
      (_, batch) => drawExample(options, { batch, slot: 0 }, 16).isDropped,
    )
    expect(dropped.filter(Boolean).length / 2000).toBeCloseTo(0.25, 1)
  })
})
