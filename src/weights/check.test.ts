import { expect, it } from 'vitest'
import type { ParameterInfo, ParameterSource } from '../graph/index.ts'
import { checkParameters } from './check.ts'
import { WeightsError } from './error.ts'

function source(infos: Record<string, ParameterInfo>, hidden: readonly string[] = []): ParameterSource {
  return {
    name: 'tiny.safetensors',
    paths: () => Object.keys(infos).filter((path) => !hidden.includes(path)),
    describe: (path) => infos[path],
    locate: () => undefined,
    read: async () => new Uint8Array(),
  }
}

const f32 = (...shape: number[]): ParameterInfo => ({ dtype: 'f32', shape })
const wanted = (shapes: Record<string, number[]>) =>
  new Map(Object.entries(shapes).map(([path, shape]) => [path, { shape }]))

it('is silent where all fits, scalars and empty models included', () => {
  checkParameters(wanted({ 'a.weight': [2, 3], s: [] }), source({ 'a.weight': f32(2, 3), s: f32() }))
  checkParameters(new Map(), source({}))
})

it('lists everything that is wrong at once', () => {
  const check = () =>
    checkParameters(
      wanted({ 'a.weight': [2, 3], 'b.weight': [4], 'c.weight': [1], d: [2, 2] }),
      source({ 'a.weight': f32(3, 2), d: f32(2), 'e.bias': f32(7), f: f32() }),
    )
  expect(check).toThrow(WeightsError)
  expect(check).toThrowErrorMatchingInlineSnapshot(
    `[WeightsError: tiny.safetensors: the weights do not fit the model: 2 missing: "b.weight" [4], "c.weight" [1]; 2 of another shape: "a.weight" expected [2, 3], got [3, 2], "d" expected [2, 2], got [2]; 2 not used by the model: "e.bias" [7], "f" []; use the checkpoint that belongs to this model]`,
  )
})

it('names the first 20 and counts the rest', () => {
  const shapes = Object.fromEntries(Array.from({ length: 25 }, (_, i) => [`w${i}`, [i]]))
  const missing = () => checkParameters(wanted(shapes), source({}))
  expect(missing).toThrow('25 missing: "w0" [0], ')
  expect(missing).toThrow('"w19" [19] and 5 more')
  expect(missing).not.toThrow('w20')
  const infos = Object.fromEntries(Array.from({ length: 22 }, (_, i) => [`x${i}`, f32(i)]))
  expect(() => checkParameters(new Map(), source(infos))).toThrow('"x19" [19] and 2 more')
})

it('lets extra tensors pass on request', () => {
  const found = source({ 'a.weight': f32(1), 'ema.weight': f32(1) })
  checkParameters(wanted({ 'a.weight': [1] }), found, { allowExtra: true })
  checkParameters(wanted({ 'a.weight': [1] }), found, { allowExtra: (path) => path.startsWith('ema.') })
  expect(() => checkParameters(wanted({}), found, { allowExtra: (path) => path.startsWith('ema.') })).toThrow(
    '1 not used by the model: "a.weight" [1]',
  )
})

it('counts a quantised weight as used when its parts are', () => {
  const quantised = source(
    {
      'a.weight': { ...f32(2, 256), quantization: { bits: 8, block: 128 } },
      'a.weight.q': { dtype: 'u8', shape: [2, 2, 128] },
      'a.weight.scales': f32(2, 2),
    },
    ['a.weight.q', 'a.weight.scales'],
  )
  checkParameters(wanted({ 'a.weight.q': [2, 2, 128], 'a.weight.scales': [2, 2] }), quantised)
  checkParameters(wanted({ 'a.weight': [2, 256] }), quantised)
})

it('keeps the message in one line whatever the names', () => {
  expect(() => checkParameters(new Map([['a\nb', { shape: [1] }]]), source({}))).toThrow('"a\\nb" [1]')
})
