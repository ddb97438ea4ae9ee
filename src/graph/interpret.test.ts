import { describe, expect, it } from 'vitest'
import { dim } from './dim.ts'
import { erf } from './interpret/erf.ts'
import { interpret } from './interpret.ts'
import * as t from './ops.ts'
import { simplify } from './simplify.ts'
import { Graph, type Tensor } from './tensor.ts'
import { numbersOf, tensorValue } from './value.ts'

const graph = new Graph()
const constant = (
  shape: readonly number[],
  numbers: readonly number[],
  dtype: 'f32' | 'f64' | 'i64' | 'bool' | 'u8' = 'f64',
) => graph.constant(tensorValue(dtype, shape, numbers))
const numbers = (y: Tensor): number[] => [...numbersOf(interpret({ y }, {}).y)]
const close = (wanted: readonly number[]) => wanted.map((x) => expect.closeTo(x, 12))

/** What the tests of every runtime lean on: values that were worked out by hand or taken from tables. */
describe('the meaning of', () => {
  it('erf: known values', () => {
    // Abramowitz and Stegun, table 7.1
    const table = [
      [0, 0],
      [0.5, 0.5204998778130465],
      [1, 0.8427007929497149],
      [2, 0.9953222650189527],
      [3.5, 0.9999992569016276],
    ] as const
    for (const [x, y] of table) {
      expect(erf(x)).toBeCloseTo(y, 14)
      expect(erf(-x)).toBeCloseTo(-y, 14)
    }
    expect([erf(Number.POSITIVE_INFINITY), erf(Number.NaN)]).toEqual([1, Number.NaN])
  })

  it('round: ties go to even', () => {
    expect(numbers(t.round(constant([6], [0.5, 1.5, 2.5, -0.5, -1.5, 2.4])))).toEqual([0, 2, 2, 0, -2, 2])
  })

  it('cast: floats to nearest even, to integers towards zero, to bool as x ≠ 0', () => {
    const x = constant([4], [1.9, -1.9, 0, 0.1])
    expect(numbers(t.cast(x, 'i32'))).toEqual([1, -1, 0, 0])
    expect(numbers(t.cast(x, 'bool'))).toEqual([1, 1, 0, 1])
    // 1 + 2⁻¹¹ lies between two f16: to the even one; 65520 rounds beyond the largest.
    expect(numbers(t.cast(constant([3], [1 + 2 ** -11, 1 + 3 * 2 ** -11, 65520]), 'f16'))).toEqual([
      1,
      1 + 2 ** -9,
      Number.POSITIVE_INFINITY,
    ])
    expect(numbers(t.cast(constant([2], [257, 259]), 'bf16'))).toEqual([256, 260])
    expect(numbers(t.cast(constant([3], [17, 449, 464.1]), 'f8e4m3'))).toEqual([16, 448, Number.NaN])
  })

  it('conv2d: stride, padding, dilation and groups, against a sum written out', () => {
    const x = constant([1, 2, 3, 3], [...new Array(18).keys()])
    const w = constant([2, 1, 2, 2], [1, 2, 3, 4, 1, 0, 0, 1])
    const y = t.conv2d(x, w, constant([2], [100, 200]), {
      groups: 2,
      stride: 2,
      padding: [1, 0, 0, 1],
      dilation: 1,
    })
    const at = (c: number, row: number, column: number) =>
      row < 0 || column > 2 ? 0 : c * 9 + row * 3 + column
    const kernels = [
      [1, 2, 3, 4],
      [1, 0, 0, 1],
    ]
    const wanted: number[] = []
    for (const c of [0, 1])
      for (const row of [-1, 1])
        for (const column of [0, 2])
          wanted.push(
            100 * (c + 1) +
              [0, 1, 2, 3].reduce(
                (sum, i) => sum + kernels[c]![i]! * at(c, row + (i >> 1), column + (i & 1)),
                0,
              ),
          )
    expect(numbers(y)).toEqual(wanted)
  })

  it('convTranspose2d: each pixel paints the kernel', () => {
    const y = t.convTranspose2d(constant([1, 1, 1, 2], [1, 10]), constant([1, 1, 1, 3], [1, 2, 3]), {
      stride: [1, 2],
    })
    expect([y.shape, numbers(y)]).toEqual([
      [1, 1, 1, 5],
      [1, 2, 13, 20, 30],
    ])
  })

  it('attention: grouped heads, and a query that sees nothing gives zeros', () => {
    const q = constant([1, 2, 2, 1], [1, 1, 2, 2])
    const k = constant([1, 1, 2, 1], [0, Math.log(3)])
    const v = constant([1, 1, 2, 1], [4, 8])
    const mask = constant([2, 2], [1, 1, 0, 0], 'bool')
    // exp(0):exp(log 3) = 1:3 for the first head, 1:9 for the second.
    expect(numbers(t.attention({ q, k, v, mask }, { scale: 1 }))).toEqual(close([7, 0, 7.6, 0]))
  })

  it('attention: causal, the last query seeing every key', () => {
    const ones = constant([1, 1, 2, 1], [0, 0])
    const v = constant([1, 1, 3, 1], [3, 6, 12])
    const k = constant([1, 1, 3, 1], [0, 0, 0])
    expect(numbers(t.attention({ q: ones, k, v }, { causal: true, scale: 1 }))).toEqual(close([4.5, 7]))
  })

  it('rotary: neighbours, or the two halves, turned by the angle', () => {
    const x = constant([1, 4], [1, 2, 3, 4])
    const [cosines, sines] = [constant([1, 2], [0, 1]), constant([1, 2], [1, 0])]
    expect(numbers(t.rotary(x, cosines, sines, 'interleaved'))).toEqual([-2, 1, 3, 4])
    expect(numbers(t.rotary(x, cosines, sines, 'half'))).toEqual([-3, 2, 1, 4])
  })

  it('norms: rows, groups of channels', () => {
    const x = constant([1, 4], [1, 3, 1, 3])
    expect(numbers(t.layerNorm(x, { epsilon: 0 }))).toEqual([-1, 1, -1, 1])
    expect(numbers(t.rmsNorm(constant([1, 2], [1, 7]), { epsilon: 0 }))).toEqual(close([0.2, 1.4]))
    const image = constant([1, 2, 1, 2], [1, 3, 10, 30])
    const affine = { scale: constant([2], [1, 2]), bias: constant([2], [0, 5]) }
    expect(numbers(t.groupNorm(image, { groups: 2, epsilon: 0, ...affine }))).toEqual([-1, 1, 3, 7])
  })

  it('dequantize: the lower half of a byte first, less the middle level, times the scale of its block', () => {
    const scales = constant([1, 2], [1, 0.5], 'f32')
    const bytes = (count: number, first: number) => [first, ...new Array(count - 1).fill(0x88)]
    const q = constant([1, 2, 8], [...bytes(8, 0x9f), ...bytes(8, 0x70)], 'u8')
    const four = numbers(t.dequantize({ q, scales, bits: 4, block: 16, inner: 18 }))
    expect([four.slice(0, 3), four.slice(16)]).toEqual([
      [7, 1, 0],
      [-4, -0.5],
    ])
    const eight = t.dequantize({
      q: constant([1, 1, 16], [0, 255, ...new Array(14).fill(128)], 'u8'),
      scales: constant([1, 1], [0.5], 'f32'),
      bits: 8,
      block: 16,
      inner: 3,
    })
    expect(numbers(eight)).toEqual([-64, 63.5, 0])
  })

  it('scatterAdd: duplicates add up', () => {
    const updates = constant([3, 1], [1, 10, 100])
    const y = t.scatterAdd({ indices: constant([3], [2, 0, 2], 'i64'), updates }, { axis: 0, size: 4 })
    expect(numbers(y)).toEqual([10, 0, 101, 0])
  })

  it('an index outside: refused', () => {
    expect(() => numbers(t.gather(constant([2], [1, 2]), constant([1], [2], 'i64')))).toThrow(
      'gather: index 2 is outside 0 to 1',
    )
  })

  it('a whole number divided by 0: refused, where it is folded too', () => {
    const divided = t.div(constant([2], [1, 2], 'i64'), constant([2], [1, 0], 'i64'))
    for (const evaluate of [() => interpret({ divided }, {}), () => simplify({ divided })])
      expect(evaluate).toThrow('div: expected a divisor other than 0 for integers, got 2 / 0')
  })

  it('a slice between named places that leaves its tensor: refused', () => {
    const graph = new Graph()
    const z = graph.input('z', 'f32', [2, 'n'])
    const m = graph.input('m', 'f32', ['m'])
    const y = t.slice(z, 1, 0, dim('m'))
    const feeds = (length: number) => ({
      z: tensorValue('f32', [2, 2], [1, 2, 3, 4]),
      m: tensorValue('f32', [length], new Array(length).fill(0)),
    })
    expect([...numbersOf(interpret({ y, m }, feeds(1)).y)]).toEqual([1, 3])
    expect(() => interpret({ y, m }, feeds(3))).toThrow('slice: 0 to 3 leaves axis 1 of length 2')
  })

  it('a missing value: refused', () => {
    const x = new Graph().input('x', 'f32', [1])
    expect(() => interpret({ x }, {})).toThrow("'x': no value was given")
  })
})
