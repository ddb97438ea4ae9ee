import { describe, expect, it } from 'vitest'
import { Graph, type ParameterSource, Parameters, program } from '../graph/index.ts'
import { TorchGenerator } from '../random/index.ts'
import { toFloat32 } from './floats.ts'
import {
  constant,
  type Initializer,
  initialize,
  kaimingUniform,
  normal,
  ones,
  truncatedNormal,
  uniform,
  xavierUniform,
  zeros,
} from './initializers.ts'

const moments = (values: Float32Array) => {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length
  return { mean, std: Math.sqrt(variance), most: values.reduce((m, v) => Math.max(m, Math.abs(v)), 0) }
}
const drawn = (initializer: Initializer, shape: readonly number[]) =>
  initializer(shape, new TorchGenerator(3))
const read = async (source: ParameterSource, path: string) => toFloat32(await source.read(path), 'f32')

describe('one initializer', () => {
  it('zeros, ones and constants', () => {
    expect([...drawn(zeros, [2])]).toEqual([0, 0])
    expect([...drawn(ones, [1, 2])]).toEqual([1, 1])
    expect([...drawn(constant(-0.5), [])]).toEqual([-0.5])
    expect(drawn(ones, [0, 3])).toHaveLength(0)
  })

  it('normal and truncated normal have their moments', () => {
    const plain = moments(drawn(normal(0.02), [200, 1000]))
    expect(plain.mean).toBeCloseTo(0, 3)
    expect(plain.std).toBeCloseTo(0.02, 4)
    const cut = moments(drawn(truncatedNormal(0.02), [200, 1000]))
    expect(cut.most).toBeLessThanOrEqual(0.04)
    expect(cut.std).toBeCloseTo(0.02 * 0.87962566, 4) // of a normal cut at two standard deviations
    expect(drawn(truncatedNormal(1), [3])).toHaveLength(3)
    expect(() => truncatedNormal(1, 0)).toThrow('expected a limit above 0, got 0')
  })

  it.each([
    ['uniform', uniform(0.3), [300, 700], 0.3],
    // bound = 1 / √(fan in)
    ['kaimingUniform of a matrix', kaimingUniform(), [300, 700], 1 / Math.sqrt(700)],
    ['kaimingUniform of a kernel', kaimingUniform(), [30, 700, 3, 3], 1 / Math.sqrt(6300)],
    // bound = √(6 / fan in) for ReLU
    ['kaimingUniform of slope 0', kaimingUniform(0), [300, 700], Math.sqrt(6 / 700)],
    ['xavierUniform', xavierUniform(), [300, 700], Math.sqrt(6 / 1000)],
    ['xavierUniform with a gain', xavierUniform(2), [30, 70, 3, 3], 2 * Math.sqrt(6 / 900)],
  ] as const)('%s fills its range evenly', (_, initializer, shape, bound) => {
    const { mean, std, most } = moments(drawn(initializer, shape))
    expect(most).toBeLessThanOrEqual(Math.fround(bound))
    expect(most).toBeGreaterThan(bound * 0.999)
    expect(mean / bound).toBeCloseTo(0, 2)
    expect(std / bound).toBeCloseTo(1 / Math.sqrt(3), 2)
  })

  it('refuses a fan of rank 1', () => {
    expect(() => drawn(kaimingUniform(), [4])).toThrow(
      'kaimingUniform: expected a weight [out, in, …], got [4]',
    )
  })
})

describe('initialize', () => {
  const graph = new Graph()
  const model = new Parameters(graph)
  const hidden = model.pp('fc1').linear(graph.input('x', 'f32', ['n', 8]), 16)
  const y = model.pp('fc2').linear(hidden, 4)
  const { parameters } = program({ y })

  it('gives a model what PyTorch would, but for biases of zero', async () => {
    const source = initialize(parameters, { seed: 7 })
    expect([...source.paths()].sort()).toEqual(['fc1.bias', 'fc1.weight', 'fc2.bias', 'fc2.weight'])
    expect(source.describe('fc1.weight')).toEqual({ dtype: 'f32', shape: [16, 8] })
    expect(source.describe('fc3.weight')).toBeUndefined()
    expect(source.locate('fc1.weight')).toBeUndefined()
    expect([...(await read(source, 'fc2.bias'))]).toEqual([0, 0, 0, 0])
    const { most } = moments(await read(source, 'fc2.weight'))
    expect(most).toBeLessThanOrEqual(1 / 4)
    expect(most).toBeGreaterThan(0.2)
    await expect(source.read('fc3.weight')).rejects.toThrow(
      'initializers with seed 7: no parameter "fc3.weight"',
    )
  })

  it('depends on seed and path alone', async () => {
    const one = initialize(parameters, { seed: 1 })
    const first = await read(one, 'fc1.weight')
    await read(one, 'fc2.weight')
    expect(await read(one, 'fc1.weight')).toEqual(first)
    const alone = new Map([['fc1.weight', parameters.get('fc1.weight')!]])
    expect(await read(initialize(alone, { seed: 1 }), 'fc1.weight')).toEqual(first)
    expect(await read(initialize(alone, { seed: 2 }), 'fc1.weight')).not.toEqual(first)
    const other = new Map([['fc9.weight', parameters.get('fc1.weight')!]])
    expect(await read(initialize(other, { seed: 1 }), 'fc9.weight')).not.toEqual(first)
  })

  it('takes a rule for some, and rounds to the dtype', async () => {
    const wanted = new Map([
      ['norm.scale', { dtype: 'bf16', shape: [2] }],
      ['gate', { dtype: 'f16', shape: [] }],
    ] as const)
    const source = initialize(wanted, {
      seed: 0,
      rule: (path) => (path === 'gate' ? constant(0.1) : undefined),
    })
    expect([...(await source.read('norm.scale'))]).toEqual([0x80, 0x3f, 0x80, 0x3f])
    expect(toFloat32(await source.read('gate'), 'f16')[0]).toBe(0.0999755859375)
  })

  it('names at once all parameters that it cannot initialise', () => {
    const wanted = new Map([
      ['gate', { dtype: 'f32', shape: [] }],
      ['w.weight', { dtype: 'f32', shape: [2, 2] }],
      ['w.weight.q', { dtype: 'u8', shape: [2, 1, 16] }],
      ['n.weight', { dtype: 'f32', shape: [2, graph.input('z', 'f32', ['k']).shape[0]!] }],
    ] as const)
    expect(() => initialize(wanted, { seed: 0 })).toThrowErrorMatchingInlineSnapshot(
      `[WeightsError: initializers with seed 0: expected float parameters with a rule or a default, got "gate" f32 [], "w.weight.q" u8 [2, 1, 16], "n.weight" f32 [2, k]; return an initializer from \`rule\`]`,
    )
    expect(() => initialize(new Map(), { seed: -1 })).toThrow(
      'expected a whole seed from 0 to 2^53 - 1, got -1',
    )
  })

  it('refuses an initializer of the wrong size', async () => {
    const wanted = new Map([['a.weight', { dtype: 'f32', shape: [2, 2] }]] as const)
    const source = initialize(wanted, { seed: 0, rule: () => () => new Float32Array(3) })
    await expect(source.read('a.weight')).rejects.toThrow(
      'parameter "a.weight": expected 4 values for [2, 2], got 3 from its initializer',
    )
  })
})
