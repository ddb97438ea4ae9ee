import { describe, expect, it } from 'vitest'
import type { TextLine } from '../../tools/index.ts'
import { lingers, stands } from './reading.ts'
import { bareText, editDistance } from './spelling.ts'

const lineOf = (text: string, x = 0, y = 0): TextLine => ({
  text,
  score: 1,
  corners: [
    [x, y],
    [x + 9, y],
    [x + 9, y + 5],
    [x, y + 5],
  ],
})

describe('readings', () => {
  it('find a text alone, joined, and with one letter in ten misread', () => {
    expect(stands('Main Street', [lineOf('MAIN STREET')])).toBe(true)
    expect(stands('Main Street', [lineOf('STREET', 0, 9), lineOf('MAIN', 0, 0)])).toBe(true)
    expect(stands('Main Street', [lineOf('MAlN STREFT')])).toBe(true)
    expect(stands('OPEN', [lineOf('OVEN')])).toBe(false)
    expect(stands('营业中', [lineOf('休息中')])).toBe(false)
  })

  it('tell what is left of a text', () => {
    expect(lingers('BAKERY', [lineOf('AKER')])).toBe(true)
    expect(lingers('BAKERY', [lineOf('BOOK')])).toBe(false)
    expect(lingers('BAKERY', [])).toBe(false)
  })

  it('count the letters that differ', () => {
    expect([editDistance('kitten', 'sitting'), editDistance('', 'abc'), editDistance('a', 'a')]).toEqual([
      3, 3, 0,
    ])
    expect(bareText('Room 1０1!')).toBe('roomlol')
  })
})
