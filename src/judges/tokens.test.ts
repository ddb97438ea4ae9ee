import { describe, expect, it } from 'vitest'
import { listedPrice } from './prices.ts'
import { pictureRule, pictureTokens, textTokens } from './tokens.ts'

describe('tokens of a picture', () => {
  it.each([
    // 85 + 170 × 1, and 85 + 170 × 4: the examples of OpenAI's page.
    ['gpt-4.1', 512, 512, 255],
    ['gpt-4o', 1024, 1024, 765],
    ['gpt-4o', 2048, 4096, 1105],
    // 32 × 32 patches × 1.62; no more than 1,536 of them.
    ['gpt-4.1-mini', 1024, 1024, 1659],
    ['gpt-4.1-mini', 4000, 1474, 2489],
    ['gpt-5.4-mini', 512, 512, 308],
    // ⌈512 / 28⌉² and two marks.
    ['Qwen/Qwen2.5-VL-72B-Instruct', 512, 512, 363],
    ['Qwen/Qwen3-VL-8B-Instruct', 512, 512, 258],
    ['gemini-2.5-flash', 384, 300, 258],
    ['gemini-2.5-flash', 1024, 512, 516],
    ['gemini-3.8-flash', 512, 512, 1120],
    ['claude-haiku-4.5', 1024, 1024, 1399],
  ])('by %s at %d × %d', (model, width, height, tokens) => {
    expect(pictureTokens(pictureRule(model), { width, height })).toBe(tokens)
  })

  it('are as many as a configuration says', () => {
    expect(pictureTokens(1000, { width: 5, height: 5 })).toBe(1000)
  })
})

it('counts letters by four and Chinese characters by one', () => {
  expect(textTokens('12345678')).toBe(2)
  expect(textTokens('把天空变红')).toBe(5)
})

it("knows a listed price at its vendor's address only", () => {
  expect(listedPrice('gpt-4.1-2025-04-14', 'https://api.openai.com/v1')).toEqual({ input: 2, output: 8 })
  expect(listedPrice('gpt-4.1', 'https://openrouter.ai/api/v1')).toBeUndefined()
})
