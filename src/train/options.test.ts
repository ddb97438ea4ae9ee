import { describe, expect, it } from 'vitest'
import { checkOptions, fingerprintOf, trainingOptions } from './options.ts'

describe('checkOptions', () => {
  it('fills in the defaults, for undefined too', () => {
    expect(checkOptions({ steps: undefined, batch: 3 })).toMatchObject({ steps: 1000, batch: 3, clip: 1 })
    for (const [name, row] of Object.entries(trainingOptions))
      expect((checkOptions({}) as unknown as Record<string, unknown>)[name], name).toBe(row.default)
  })

  it.each([
    [{ steps: 0 }, 'steps: expected a whole number above 0, got 0'],
    [{ warmup: -1 }, 'warmup: expected a whole number of at least 0, got -1'],
    [{ learningRate: Number.NaN }, 'learningRate: expected a number from 0 to 10, got NaN'],
    [{ decayTo: 1.5 }, 'decayTo: expected a number from 0 to 1, got 1.5'],
    [{ clip: Number.POSITIVE_INFINITY }, 'clip: expected a number of at least 0, got Infinity'],
    [{ average: 1 }, 'average: expected a number from 0 to below 1, got 1'],
    [{ decay: 'steep' as 'linear' }, "decay: expected 'linear' or 'cosine', got steep"],
    [{ arena: 1 as unknown as boolean }, 'arena: expected true or false, got 1'],
  ])('refuses %o', (options, message) => {
    expect(() => checkOptions(options)).toThrow(message)
  })
})

describe('fingerprintOf', () => {
  const beside = { data: 'd', model: 'm', lora: undefined }
  const of = (options: Parameters<typeof checkOptions>[0]) => fingerprintOf(checkOptions(options), beside)

  it('changes with every option that decides a loss, and with no other', () => {
    const others: Record<string, unknown> = {
      timesteps: 'uniform',
      balance: 'decibels',
      decay: 'cosine',
      checkpointing: true,
      arena: true,
    }
    // The way down matters only where there is one.
    const usual = { decayTo: 0.25 }
    for (const [name, row] of Object.entries(trainingOptions)) {
      const other = others[name] ?? ((row.default as number) === 0 ? 0.5 : (row.default as number) / 2)
      const whole = row.expected.includes('whole') ? Math.ceil(other as number) + 1 : other
      const isSame = JSON.stringify(of({ ...usual, [name]: whole })) === JSON.stringify(of(usual))
      // The last step decides how a rate falls.
      expect(isSame, name).toBe(row.mayChange === true && name !== 'steps')
    }
  })

  it('lets the number of steps change where the rate is constant', () => {
    expect(of({ steps: 10 })).toEqual(of({ steps: 20 }))
  })
})
