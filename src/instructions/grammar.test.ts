import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { filling, joinPieces, parseTemplate, sentencesOf, skeletonOf } from './grammar.ts'

const texts = (template: string, fillings: Record<string, string | undefined> = {}, say: string[] = []) =>
  sentencesOf(
    parseTemplate(template),
    Object.fromEntries(
      Object.entries(fillings).map(([slot, text]) => [
        slot,
        text === undefined ? undefined : filling(text, slot),
      ]),
    ),
    say,
  ).map(({ pieces }) => joinPieces(pieces))

describe('templates', () => {
  it('stand for all their sentences', () => {
    expect(texts('(remove|erase) {it}[ now]', { it: 'the dog' })).toEqual([
      'remove the dog now',
      'remove the dog',
      'erase the dog now',
      'erase the dog',
    ])
    expect(texts('a (b (c|d)|e|) f')).toEqual(['a b c f', 'a b d f', 'a e f', 'a f'])
  })

  it('leave out what cannot be filled and keep what has to be said', () => {
    expect(texts('add {it}[ {place}]', { it: 'a dog', place: undefined }, ['it'])).toEqual(['add a dog'])
    expect(texts('add {it}[ {place}]', { it: 'a dog', place: 'on the left' }, ['it', 'place'])).toEqual([
      'add a dog on the left',
    ])
    expect(texts('add {it}', { it: 'a dog', place: 'on the left' }, ['it', 'place'])).toEqual([])
    expect(texts('add {it}', {}, [])).toEqual([])
  })

  it('take several wordings of a slot', () => {
    const sentences = sentencesOf(parseTemplate('{a}!'), { a: filling(['x', 'y'], 'a') }, ['a'])
    expect(sentences.map(({ pieces }) => joinPieces(pieces))).toEqual(['x!', 'y!'])
    expect(new Set(sentences.map(({ skeleton }) => skeleton))).toEqual(new Set(['{a}']))
  })

  it.each([['a {b'], ['(a'], ['a)'], ['[a)'], ['a|b'], ['a}']])('%s is refused', (template) => {
    expect(() => parseTemplate(template)).toThrow(/^internal: template/)
  })

  it('parse whatever is nested right', () => {
    const nested = fc.letrec<{ node: string }>((tie) => ({
      node: fc.oneof(
        { depthSize: 'small' },
        fc.constantFrom('a', 'b c', '{x}', '，'),
        fc.array(tie('node'), { minLength: 1, maxLength: 3 }).map((list) => `(${list.join('|')})`),
        tie('node').map((node) => `[${node}]`),
        fc.tuple(tie('node'), tie('node')).map(([a, b]) => a + b),
      ),
    })).node
    fc.assert(
      fc.property(nested, (template) => {
        for (const text of texts(template, { x: 'filled' })) expect(text).not.toMatch(/[{}[\]()|]/)
      }),
    )
  })
})

describe('joinPieces', () => {
  const join = (...parts: (string | [string])[]) =>
    joinPieces(
      parts.map((part) => (typeof part === 'string' ? { text: part } : { text: part[0], slot: 's' })),
    )

  it('puts one space at a seam, and leaves what a slot holds as it is', () => {
    expect(join('add ', ' a dog')).toBe('add a dog')
    expect(join('write ', ['"a  b"'], ' ')).toBe('write "a  b"')
  })

  it('puts a space between Chinese and a Latin word or number, none beside a single letter', () => {
    expect(join('把', ['iPhone'], '换成', ['苹果'])).toBe('把 iPhone 换成苹果')
    expect(join('把', ['T恤'], '换成', ['3D打印件'])).toBe('把T恤换成 3D打印件')
    expect(join('把', ['“OPEN”'], '去掉')).toBe('把“OPEN”去掉')
    expect(join('把', ['狗'], 'P掉')).toBe('把狗P掉')
  })
})

it('a skeleton holds letters and slots alone', () => {
  expect(skeletonOf([{ text: 'Remove, please: ' }, { text: 'the dog', slot: 'it' }, { text: '!' }])).toBe(
    'remove please {it}',
  )
})
