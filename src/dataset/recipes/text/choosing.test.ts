import { describe, expect, it } from 'vitest'
import { Random } from '../../../random/index.ts'
import type { TextLine } from '../../../tools/index.ts'
import { linesWorthChanging, textsLike } from './choosing.ts'

describe('words that may change', () => {
  const line = (x: number, y: number, text = 'OPEN'): TextLine => ({
    text,
    score: 0.98,
    corners: [
      [x, y],
      [x + 80, y],
      [x + 80, y + 24],
      [x, y + 24],
    ],
  })

  it('are whole: what meets the border of the picture may go on beyond it', () => {
    const size = { width: 320, height: 240 }
    const [middle, left, right] = [line(100, 100), line(1, 100), line(238, 100)]
    expect(linesWorthChanging([middle, left, right], size)).toEqual([middle])
    expect(linesWorthChanging([line(100, 100, 'A')], size)).toEqual([])
  })

  it('become others of their sort: numbers for numbers, words for words, in the same case', () => {
    const numbers = textsLike('GATE 12', new Random('n'))
    expect(numbers.length).toBeGreaterThan(0)
    for (const each of numbers) expect(each).toMatch(/^[^a-z]*\d[^a-z]*$/)
    const words = textsLike('Stop', new Random('w'))
    expect(words.length).toBeGreaterThan(0)
    for (const each of words) expect(each).toMatch(/^[A-Z][a-z]/)
    for (const each of words) expect(each).not.toMatch(/\d/)
  })
})
