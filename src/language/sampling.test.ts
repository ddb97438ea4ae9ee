import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Chooser, candidates, checkSampling, likeliest } from './sampling.ts'

const scoresOf = (length: { minLength: number; maxLength: number }) =>
  fc.array(fc.float({ min: -20, max: 20, noNaN: true }), length).map((list) => Float32Array.from(list))
const scores = scoresOf({ minLength: 1, maxLength: 60 })
const temperature = fc.double({ min: 0.05, max: 5, noNaN: true })
const topP = fc.double({ min: 0.01, max: 1, noNaN: true })

/** Probabilities by their definition, token by token. */
function probabilities(of: Float32Array, t: number): number[] {
  const best = Math.max(...of)
  const weights = [...of].map((score) => Math.exp((score - best) / t))
  const sum = weights.reduce((total, each) => total + each, 0)
  return weights.map((weight) => weight / sum)
}

describe('the tokens that may be drawn', () => {
  it('have topP of the probability, and no smaller number of tokens has', () => {
    fc.assert(
      fc.property(scores, temperature, topP, (given, t, p) => {
        const shares = probabilities(given, t)
        const found = candidates(given, { temperature: t, topP: p })
        const sum = (tokens: readonly { token: number }[]) =>
          tokens.reduce((total, { token }) => total + shares[token]!, 0)
        expect(sum(found)).toBeGreaterThanOrEqual(p - 1e-9)
        expect(sum(found.slice(0, -1))).toBeLessThan(p + 1e-9)
        // None that is left out is likelier than one that is taken.
        const least = Math.min(...found.map(({ token }) => shares[token]!))
        const taken = new Set(found.map(({ token }) => token))
        for (const [token, share] of shares.entries())
          if (!taken.has(token)) expect(share).toBeLessThanOrEqual(least + 1e-12)
      }),
    )
  })

  it('are at most topK, whose shares topP counts alone', () => {
    fc.assert(
      fc.property(scores, temperature, topP, fc.integer({ min: 1, max: 80 }), (given, t, p, k) => {
        const found = candidates(given, { temperature: t, topP: p, topK: k })
        const plain = candidates(given, { temperature: t, topK: k })
        expect(found.length).toBeLessThanOrEqual(Math.min(k, given.length))
        expect(found).toEqual(plain.slice(0, found.length))
        const sum = (list: typeof found) => list.reduce((total, { weight }) => total + weight, 0)
        expect(sum(found)).toBeGreaterThanOrEqual(p * sum(plain) * (1 - 1e-9))
      }),
    )
  })

  it('weigh as their probabilities do, the likeliest 1', () => {
    fc.assert(
      fc.property(scores, temperature, (given, t) => {
        const shares = probabilities(given, t)
        const found = candidates(given, { temperature: t })
        expect(found[0]!.weight).toBe(1)
        for (const { token, weight } of found)
          expect(weight * Math.max(...shares)).toBeCloseTo(shares[token]!, 9)
      }),
    )
  })
})

describe('a chooser', () => {
  it('takes the likeliest at temperature 0 and at topK 1, of equal ones the first', () => {
    fc.assert(
      fc.property(scores, temperature, (given, t) => {
        const best = given.indexOf(Math.max(...given))
        expect(likeliest(given)).toBe(best)
        expect(new Chooser({}, []).next(given.slice())).toBe(best)
        expect(new Chooser({ temperature: t, topK: 1 }, []).next(given.slice())).toBe(best)
      }),
    )
  })

  it('draws equally with equal seeds', () => {
    fc.assert(
      fc.property(scores, temperature, fc.integer({ min: 0, max: 1e6 }), (given, t, seed) => {
        const draws = () => {
          const chooser = new Chooser({ temperature: t, seed }, [])
          return Array.from({ length: 8 }, () => chooser.next(given.slice()))
        }
        expect(draws()).toEqual(draws())
      }),
    )
  })

  it('draws as often as the probabilities say', () => {
    const given = Float32Array.of(2, 1, 0, -1, 1)
    const chooser = new Chooser({ temperature: 1, seed: 5 }, [])
    const counts = new Array<number>(given.length).fill(0)
    const draws = 20_000
    for (let i = 0; i < draws; i++) counts[chooser.next(given.slice())]!++
    // Five standard deviations.
    for (const [token, p] of probabilities(given, 1).entries())
      expect(Math.abs(counts[token]! / draws - p)).toBeLessThan(5 * Math.sqrt((p * (1 - p)) / draws))
  })

  it('makes what is there less likely, never what is not', () => {
    fc.assert(
      fc.property(
        scoresOf({ minLength: 2, maxLength: 30 }),
        fc.double({ min: 1, max: 3, noNaN: true }),
        (given, repetitionPenalty) => {
          const seen = [0]
          const changed = given.slice()
          new Chooser({ repetitionPenalty }, seen).next(changed)
          expect(changed[0]!).toBeLessThanOrEqual(given[0]!)
          expect(changed.subarray(1)).toEqual(given.subarray(1))
        },
      ),
    )
  })

  it('counts what it has chosen itself', () => {
    const chooser = new Chooser({ repetitionPenalty: 2 }, [])
    const given = Float32Array.of(4, 3, 2.5)
    expect([0, 1, 2].map(() => chooser.next(given.slice()))).toEqual([0, 1, 2])
  })
})

it.each([
  [{ temperature: -1 }, 'temperature: expected a number from 0 to 100, got -1'],
  [{ topP: 0 }, 'topP: expected a number above 0, at most 1, got 0'],
  [{ topK: 1.5 }, 'topK: expected a whole number above 0, got 1.5'],
  [{ repetitionPenalty: 0 }, 'repetitionPenalty: expected a number above 0, at most 100, got 0'],
  [{ seed: 0.5 }, 'seed: expected a whole number, got 0.5'],
])('refuses %o', (sampling, message) => {
  expect(() => checkSampling(sampling)).toThrow(message)
})
