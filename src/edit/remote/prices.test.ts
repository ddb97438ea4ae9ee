import { describe, expect, it } from 'vitest'
import { costOf, listedPrice, listedPrices } from './prices.ts'

describe('listed prices', () => {
  it('say where they stood and when that was, one row a model', () => {
    for (const { model, address, seen, perImage, perMillionOutputTokens } of listedPrices) {
      expect(address, model).toMatch(/^https:\/\/[^\s]+$/)
      expect(seen, model).toMatch(/^20\d\d-[01]\d-[0-3]\d$/)
      expect(perImage ?? perMillionOutputTokens, model).toBeGreaterThan(0)
    }
    expect(new Set(listedPrices.map(({ model }) => model)).size).toBe(listedPrices.length)
  })

  it('hold for the exact model at the address of its vendor, and for no reseller', () => {
    expect(listedPrice('flux-kontext-pro', 'https://api.eu.bfl.ai')?.perImage).toBe(0.04)
    expect(listedPrice('flux-kontext', 'https://api.bfl.ai')).toBeUndefined()
    expect(listedPrice('flux-kontext-pro', 'https://notbfl.ai/v1')).toBeUndefined()
    expect(listedPrice('flux-kontext-pro', 'http://127.0.0.1:8000')).toBeUndefined()
  })
})

describe('the cost of an edit', () => {
  const gemini = listedPrices.find(({ model }) => model === 'gemini-2.5-flash-image')

  it('is that of its tokens where the server counts them', () => {
    // 258 tokens in at 0.30 and 1,290 out at 30 USD a million.
    const cost = costOf(gemini, { pictures: 1, inputTokens: 258, outputTokens: 1290 })
    expect(cost).toBeCloseTo(0.0387774, 10)
  })

  it('is that of its pictures else, nothing for a refusal', () => {
    expect(costOf(gemini, { pictures: 1 })).toBe(0.039)
    expect(costOf({ perImage: 0.04 }, { pictures: 1, outputTokens: 1290 })).toBe(0.04)
    expect(costOf({ perImage: 0.04 }, { pictures: 0 })).toBe(0)
  })

  it('is unknown without a price', () => {
    expect(costOf(undefined, { pictures: 1, outputTokens: 12 })).toBeUndefined()
    expect(costOf({ perMillionOutputTokens: 2 }, { pictures: 1 })).toBeUndefined()
  })
})
