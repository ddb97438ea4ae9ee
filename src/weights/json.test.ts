import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { JsonError, type JsonValue, parseJson } from './json.ts'

/** Maps as objects, to compare with what JSON.parse gives. */
function plain(value: JsonValue): unknown {
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, item]) => [key, plain(item)]))
  return Array.isArray(value) ? value.map(plain) : value
}

const json = fc.json({ maxDepth: 5, stringUnit: 'grapheme' })

describe('parseJson', () => {
  it('reads what JSON.stringify writes', () => {
    fc.assert(
      fc.property(json, fc.constantFrom(0, 2), (text, space) => {
        const value: unknown = JSON.parse(text)
        expect(plain(parseJson(JSON.stringify(value, null, space)))).toEqual(value)
      }),
    )
  })

  it('refuses what JSON.parse refuses, and otherwise agrees with it', () => {
    const edit = fc.record({
      at: fc.nat(),
      remove: fc.nat({ max: 2 }),
      insert: fc.constantFrom(
        '',
        '"',
        '\\',
        '{',
        '}',
        '[',
        ']',
        ',',
        ':',
        '-',
        '0',
        '1e5',
        '.',
        'true',
        '\u0001',
        '\\u00e4',
      ),
    })
    fc.assert(
      fc.property(json, edit, (text, { at, remove, insert }) => {
        const cut = at % (text.length + 1)
        const edited = text.slice(0, cut) + insert + text.slice(cut + remove)
        let parsed: JsonValue
        try {
          parsed = parseJson(edited)
        } catch (error) {
          if (!(error instanceof JsonError)) throw error
          if (error.duplicate === undefined && !error.message.includes('surrogate'))
            expect(() => JSON.parse(edited) as unknown, error.message).toThrow(SyntaxError)
          return
        }
        expect(plain(parsed)).toEqual(JSON.parse(edited))
      }),
      { numRuns: 3000 },
    )
  })

  it.each([
    ['{"a":1,"b":2,"a":3}', 'a'],
    ['{"a":1,"\\u0061":3}', 'a'],
    ['[{"x":{"":0,"":0}}]', ''],
    ['{"__proto__":1,"__proto__":1}', '__proto__'],
  ])('refuses a name that is there twice: %s', (text, name) => {
    const error = (() => {
      try {
        return parseJson(text)
      } catch (reason) {
        return reason
      }
    })()
    expect(error).toMatchObject({ name: 'JsonError', duplicate: name })
  })

  it.each([
    ['[1', "expected ',' or ']' at character 2, got the end"],
    ['{"a" 1}', `expected ':' at character 5, got "1"`],
    ['{a:1}', 'expected a name in quotes at character 1, got "a"'],
    ['1 2', 'expected the end at character 2, got "2"'],
    ['"ab', 'an unterminated string from character 0'],
    ['"\\x"', 'an invalid escape in the string at character 0'],
    ['"\\ud800"', 'a lone surrogate in the string at character 0'],
    ['01', 'expected the end at character 1, got "1"'],
    [`${'['.repeat(40)}`, 'nested deeper than 32 at character 32'],
  ])('says where: %s', (text, message) => {
    expect(() => parseJson(text)).toThrow(message)
  })
})
