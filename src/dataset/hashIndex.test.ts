import fc from 'fast-check'
import { expect, it } from 'vitest'
import { runs } from '../../test/runs.ts'
import { hashDistance } from '../image/index.ts'
import { HashIndex, hashBits, popcount } from './hashIndex.ts'

const hex = (value: number): string => (value >>> 0).toString(16).padStart(8, '0')

/** Hashes in clusters: some centres, and words near them. */
const clustered = fc
  .record({
    centres: fc.array(fc.tuple(fc.integer(), fc.integer()), { minLength: 1, maxLength: 4 }),
    entries: fc.array(fc.tuple(fc.nat(), fc.array(fc.nat(63), { maxLength: 12 })), { maxLength: 60 }),
  })
  .map(({ centres, entries }) =>
    entries.map(([centre, flipped]) => {
      const [high, low] = centres[centre % centres.length]!
      const words = [high, low]
      for (const bit of flipped) words[bit >> 5]! ^= 1 << (bit & 31)
      return hex(words[0]!) + hex(words[1]!)
    }),
  )

it('finds what comparing with all finds, in the order of adding', () => {
  fc.assert(
    fc.property(clustered, fc.integer({ min: 0, max: 11 }), (hashes, bits) => {
      const index = new HashIndex()
      for (const hash of hashes) index.add(hashBits(hash))
      for (const hash of hashes) {
        const wanted = hashes.flatMap((other, i) => (hashDistance(other, hash) <= bits ? [i] : []))
        expect(index.near(hashBits(hash), bits)).toEqual(wanted)
      }
    }),
    { numRuns: runs(60) },
  )
})

it('with a salt finds all entries of the same salt', () => {
  fc.assert(
    fc.property(clustered, fc.integer({ min: 2, max: 5 }), (hashes, salts) => {
      const index = new HashIndex()
      for (const [i, hash] of hashes.entries()) index.add(hashBits(hash), i % salts)
      for (const [i, hash] of hashes.entries()) {
        const wanted = hashes.flatMap((other, j) =>
          j % salts === i % salts && hashDistance(other, hash) <= 4 ? [j] : [],
        )
        expect(index.near(hashBits(hash), 4, i % salts)).toEqual(expect.arrayContaining(wanted))
      }
    }),
    { numRuns: runs(30) },
  )
})

it('grows beyond its first size', () => {
  const index = new HashIndex()
  for (let i = 0; i < 1000; i++) index.add([i, ~i])
  expect(index.size).toBe(1000)
  expect(index.near([700, ~700], 0)).toEqual([700])
})

it('counts bits', () => {
  expect([0, 1, 3, -1, 0x8000_0001, 0x7fff_ffff].map(popcount)).toEqual([0, 1, 2, 32, 2, 31])
})
