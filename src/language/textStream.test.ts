import fc from 'fast-check'
import { expect, it } from 'vitest'
import { TextStream } from './textStream.ts'

const encoder = new TextEncoder()

/** Bytes in pieces that end anywhere, characters or not. */
const pieces = fc
  .tuple(
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1 }),
  )
  .map(([text, sizes]) => {
    const bytes = encoder.encode(text)
    const parts: Uint8Array[] = []
    for (let at = 0, i = 0; at < bytes.length; at += sizes[i++ % sizes.length]!)
      parts.push(bytes.slice(at, at + sizes[i % sizes.length]!))
    return { text: text, parts }
  })

it('gives whole characters only, and all of them', () => {
  fc.assert(
    fc.property(pieces, ({ text, parts }) => {
      const stream = new TextStream()
      const given = [...parts.map((part) => stream.push(part)), stream.end()]
      expect(given.join('')).toBe(text)
      expect(stream.text).toBe(text)
      for (const piece of given) expect(piece).not.toMatch(/\p{Surrogate}/u)
    }),
  )
})

it('ends before the first stop text, wherever its pieces lie', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('a', 'b', '水'), maxLength: 20 }),
      fc.array(fc.string({ unit: fc.constantFrom('a', 'b', '水'), minLength: 1, maxLength: 3 }), {
        maxLength: 2,
      }),
      fc.integer({ min: 1, max: 4 }),
      (text, stops, size) => {
        const stream = new TextStream(stops)
        const bytes = encoder.encode(text)
        let given = ''
        for (let at = 0; at < bytes.length && !stream.isStopped; at += size)
          given += stream.push(bytes.subarray(at, at + size))
        given += stream.end()
        const ends = stops.map((stop) => text.indexOf(stop)).filter((at) => at >= 0)
        expect(given).toBe(text.slice(0, Math.min(text.length, ...ends)))
        expect(stream.isStopped).toBe(ends.length > 0)
      },
    ),
  )
})

it('writes the sign for unreadable bytes as Python does', () => {
  const stream = new TextStream()
  expect(stream.push(Uint8Array.of(0xe6, 0xb0)) + stream.push(Uint8Array.of(65)) + stream.end()).toBe(
    '\ufffdA',
  )
})
