import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  addDim,
  type Dim,
  dim,
  divideDim,
  evaluateDim,
  floorDivDim,
  mulDim,
  sameDim,
  sizeOf,
  subDim,
  symbolsOf,
} from './dim.ts'

/** Sums and products of three names and small numbers, with their values. */
const dims: fc.Arbitrary<Dim> = fc.letrec<{ dim: Dim }>((tie) => ({
  dim: fc.oneof(
    { maxDepth: 4 },
    fc.nat(5),
    fc.constantFrom(...['h', 'w', 'tokens'].map((name) => dim(name))),
    fc.tuple(tie('dim'), tie('dim')).map(([a, b]) => addDim(a, b)),
    fc.tuple(tie('dim'), tie('dim')).map(([a, b]) => mulDim(a, b)),
  ),
})).dim

const bindings = fc
  .tuple(fc.nat(9), fc.nat(9), fc.nat(9))
  .map(([h, w, tokens]) => new Map(Object.entries({ h, w, tokens })))

describe('dimensions', () => {
  it('are read and printed in one canonical form', () => {
    const forms = [
      'h*w/4',
      'w*h',
      'tokens+2+tokens',
      '(h+1)*(h-1)',
      '3*(2+1)',
      'h/2*2',
      'h-h',
      '2*tokens/tokens',
    ]
    expect(forms.map((form) => String(dim(form)))).toEqual([
      'h*w/4',
      'h*w',
      '2*tokens+2',
      'h*h-1',
      '9',
      'h',
      '0',
      '2',
    ])
  })

  it('compute as the numbers do that they stand for', () => {
    fc.assert(
      fc.property(dims, dims, bindings, (a, b, names) => {
        const [x, y] = [evaluateDim(a, names), evaluateDim(b, names)]
        expect(evaluateDim(addDim(a, b), names)).toBe(x + y)
        expect(evaluateDim(mulDim(a, b), names)).toBe(x * y)
        expect(evaluateDim(subDim(addDim(a, b), b), names)).toBe(x)
        expect(evaluateDim(floorDivDim(a, 3), names)).toBe(Math.floor(x / 3))
      }),
    )
  })

  it('are equal however they were put together', () => {
    fc.assert(
      fc.property(dims, dims, dims, (a, b, c) => {
        expect(sameDim(mulDim(a, addDim(b, c)), addDim(mulDim(c, a), mulDim(b, a)))).toBe(true)
        expect(sameDim(dim(String(a)), a)).toBe(true)
        expect(subDim(a, a)).toBe(0)
      }),
    )
  })

  it('divide where one is a product of the other', () => {
    fc.assert(
      fc.property(dims, fc.integer({ min: 1, max: 5 }), (a, by) => {
        const product = mulDim(mulDim(a, by), dim('tokens'))
        expect(sameDim(divideDim(product, dim(`${by}*tokens`)) ?? -1, a)).toBe(true)
      }),
    )
    expect(divideDim(7, 2)).toBeUndefined()
    expect(divideDim(dim('h+w'), dim('h'))).toBeUndefined()
    expect(String(divideDim(dim('h'), 2))).toBe('h/2')
  })

  it('promise that a quotient is whole, and check it when the names are bound', () => {
    const half = dim('tokens/2')
    expect(evaluateDim(half, new Map([['tokens', 6]]))).toBe(3)
    expect(() => evaluateDim(half, new Map([['tokens', 7]]))).toThrow(
      'dimension: tokens/2 is 3.5 here, expected a whole number of at least 0',
    )
    expect(() => evaluateDim(dim('tokens-5'), new Map([['tokens', 3]]))).toThrow('tokens-5 is -2 here')
    expect(() => evaluateDim(half, new Map())).toThrow("nothing binds 'tokens' in tokens/2")
  })

  it('tell their names, and multiply up to a size', () => {
    expect([...symbolsOf(floorDivDim(dim('h+w'), 2))]).toEqual(['h', 'w'])
    expect(String(sizeOf(['n', 3, 'm'].map(dim)))).toBe('3*m*n')
  })

  it('refuse what they cannot read', () => {
    for (const wrong of ['', 'h+', '*h', '(h', 'h)', 'h**2', '2h', 'h^2', '-1', '1/h'])
      expect(() => dim(wrong), wrong).toThrow(/^dimension: /)
    expect(() => dim(1.5)).toThrow('dimension: expected a whole number of at least 0, got 1.5')
    expect(() => dim(-1)).toThrow('got -1')
  })
})
