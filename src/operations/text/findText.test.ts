import { describe, expect, it } from 'vitest'
import type { TextLine } from '../../tools/index.ts'
import { balanced } from './addText.ts'
import { caseLike, matchLines, matchText } from './findText.ts'

const lineOf = (text: string, y = 0): TextLine => ({
  text,
  score: 1,
  corners: [
    [0, y],
    [100, y],
    [100, y + 20],
    [0, y + 20],
  ],
})

/** What of the line was found, and how surely. */
function found(text: string, wanted: string): readonly [words: string, score: number] | undefined {
  const match = matchText([lineOf(text)], wanted)[0]
  return match && [[...match.line.text].slice(match.start, match.end).join(''), match.score]
}

describe('matchText', () => {
  it('finds a text to the letter, in other case, and without spaces or marks', () => {
    expect(found('Harbor Grill', 'Harbor Grill')).toEqual(['Harbor Grill', 1])
    expect(found('HARBOR GRILL', 'Harbor Grill')).toEqual(['HARBOR GRILL', 0.98])
    expect(found('HARBORGRILL', 'harbor grill')?.[0]).toBe('HARBORGRILL')
    expect(found('今日特价：牛肉面', '牛肉面')).toEqual(['牛肉面', 1])
  })

  it('finds words within a longer line', () => {
    expect(found('GRAND OPENING SALE', 'opening')).toEqual(['OPENING', 0.98])
    expect(found('No. 12 - No. 88', '88')).toEqual(['88', 1])
  })

  it('forgives what a reader misreads, and then spells as was wanted', () => {
    expect(found('Harbor Gri1', 'Harbor Grill')?.[0]).toBe('Harbor Grill')
    expect(found('WELC0ME T0', 'welcome to')?.[0]).toBe('WELCOME TO')
    expect(found('BAKERY', 'Harbor Grill')).toBeUndefined()
    expect(found('推', '拉')).toBeUndefined()
  })

  it('prefers a word to a part of one, and a whole line that says it to one that is like it', () => {
    const lines = [lineOf('OPENING'), lineOf('OPEN', 40), lineOf('0PEN', 80)]
    expect(matchText(lines, 'OPEN').map(({ line }) => line.text)).toEqual(['OPEN'])
  })

  it('gives every line that says it', () => {
    expect(matchText([lineOf('SALE'), lineOf('SALE', 40)], 'SALE')).toHaveLength(2)
  })
})

describe('matchLines', () => {
  it('joins lines that stand below each other, top to bottom', () => {
    const lines = [lineOf('COLORADO', 50), lineOf('WELCOME TO', 0), lineOf('COLORFUL', 25)]
    expect(matchLines(lines, 'Welcome to colorful Colorado')?.map(({ text }) => text)).toEqual([
      'WELCOME TO',
      'COLORFUL',
      'COLORADO',
    ])
    expect(matchLines(lines, 'Welcome to Kansas City')).toBeUndefined()
  })

  it('joins none that are far apart', () => {
    expect(matchLines([lineOf('BLUE', 0), lineOf('LANTERN', 200)], 'Blue Lantern')).toBeUndefined()
  })
})

describe('caseLike', () => {
  it.each([
    ['OPEN', 'closed now', 'CLOSED NOW'],
    ['Open', 'closed now', 'Closed Now'],
    ['open daily', 'CLOSED', 'closed'],
    ['Fresh bread', 'hot soup', 'Hot soup'],
    ['营业中', 'Open', 'Open'],
    ['24', 'room', 'room'],
  ])('%s makes %s to %s', (old, text, wanted) => {
    expect(caseLike(old, text)).toBe(wanted)
  })
})

describe('balanced', () => {
  it('parts at spaces, about equally', () => {
    expect(balanced('one two three four five six', 2)).toEqual(['one two three', 'four five six'])
    expect(balanced('one', 3)).toEqual(['one'])
    expect(balanced('one two three, four five six seven', 2)).toEqual([
      'one two three,',
      'four five six seven',
    ])
  })

  it('parts Chinese anywhere but before its marks', () => {
    expect(balanced('春天来了，花都开了。', 2)).toEqual(['春天来了，', '花都开了。'])
  })
})
