import { describe, expect, it } from 'vitest'
import { judgeConfig, judgesSchema } from './configuration.ts'

const told = (judges: unknown) => judgesSchema.safeParse(judges).error?.issues.map(({ message }) => message)

describe('judges of the configuration', () => {
  it('may be of four types', () => {
    const judges = {
      first: { type: 'gpt-4.1', key: 'MY_KEY', price: { input: 2, output: 8 } },
      second: { type: 'qwen2.5-vl-72b', baseUrl: 'http://gpu:8000/v1', concurrency: 32 },
      third: {
        type: 'custom',
        baseUrl: 'https://x.org/v1',
        model: 'a/b',
        seed: null,
        parameters: { top_p: 0.9 },
      },
      fourth: { type: 'local' },
    }
    expect(judgesSchema.parse(judges)).toEqual(judges)
  })

  it.each([
    ['another type', { a: { type: 'gpt-5' } }, /discriminator|Invalid/],
    [
      'a key itself',
      { a: { type: 'gpt-4.1', key: 'sk-0123' } },
      /the name of an environment variable, not a key/,
    ],
    ['a word too much', { a: { type: 'local', model: 'x' } }, /Unrecognized key: "model"/],
    ['no address', { a: { type: 'custom', baseUrl: 'gpu:8000', model: 'x' } }, /expected an address/],
    ['a name for no file', { 'a/b': { type: 'local' } }, /.+/],
  ])('may not have %s', (_, judges, message) => {
    expect(told(judges)?.join('\n')).toMatch(message)
  })
})

describe('judgeConfig', () => {
  it('prefers the configuration to the shorthand', () => {
    const own = { type: 'gpt-4.1', baseUrl: 'https://gateway.org/v1' } as const
    expect(judgeConfig('gpt-4.1', { 'gpt-4.1': own })).toEqual({ name: 'gpt-4.1', config: own })
    expect(judgeConfig('gpt-4.1')).toEqual({ name: 'gpt-4.1', config: { type: 'gpt-4.1' } })
  })

  it('lists what there is', () => {
    expect(() => judgeConfig('constructor', { mine: { type: 'local' } })).toThrow(
      "judge 'constructor': expected gpt-4.1, qwen2.5-vl-72b:<address with its /v1>, local, or a judge of the configuration (mine)",
    )
  })
})
