import { describe, expect, it } from 'vitest'
import { costOf, listedPrice, listedPrices } from './prices.ts'

describe('listed prices', () => {
  it('say where they stood and when that was, one row a model', () => {
    for (const { model, address, seen, edit, tokens } of listedPrices) {
      expect(address, model).toMatch(/^https:\/\/[^\s]+$/)
      expect(seen, model).toMatch(/^20\d\d-[01]\d-[0-3]\d$/)
      expect(edit ?? tokens?.output, model).toBeGreaterThan(0)
    }
    expect(new Set(listedPrices.map(({ model }) => model)).size).toBe(listedPrices.length)
  })

  it('are found by the exact name of the model', () => {
    expect(listedPrice('flux-kontext-pro')?.edit).toBe(0.04)
    expect(listedPrice('flux-kontext')).toBeUndefined()
  })
})

describe('the cost of an edit', () => {
  it('is that of its tokens where the server counts them', () => {
    // 258 tokens in at 0.30 and 1,290 out at 30 USD a million.
    const cost = costOf(listedPrice('gemini-2.5-flash-image'), {
      pictures: 1,
      inputTokens: 258,
      outputTokens: 1290,
    })
    expect(cost).toBeCloseTo(0.0387774, 10)
  })

  it('tells tokens of pictures from those of text', () => {
    const metered = { pictures: 1, inputTokens: 1000, inputPictureTokens: 900, outputTokens: 1000 }
    // 100 · 5 + 900 · 8 + 1000 · 30 USD a million.
    expect(costOf(listedPrice('gpt-image-2.6-sunburst'), metered)).toBeCloseTo(0.0377, 10)
  })

  it('is that of its pictures else, nothing for a refusal', () => {
    expect(costOf({ edit: 0.04 }, { pictures: 1 })).toBe(0.04)
    expect(costOf({ edit: 0.04 }, { pictures: 0 })).toBe(0)
  })

  it('is unknown without a price', () => {
    expect(costOf(undefined, { pictures: 1, outputTokens: 12 })).toBeUndefined()
    expect(costOf({ tokens: { input: 1, output: 2 } }, { pictures: 1 })).toBeUndefined()
  })
})
