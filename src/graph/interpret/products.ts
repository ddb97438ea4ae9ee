import type { ConvParams, OpParams } from '../op.ts'
import { build, element, type NumberArray, range, sum, withAxis } from './array.ts'

/** y[…, i, j] = Σₖ a[…, i, k]·b[…, k, j] */
export function matmul(
  { transposeA, transposeB }: OpParams['matmul'],
  a: NumberArray,
  b: NumberArray,
  shape: readonly number[],
): NumberArray {
  const inner = a.shape.at(transposeA ? -2 : -1)!
  return build(shape, (at) => {
    const batch = at.slice(0, -2)
    const [i, j] = at.slice(-2) as [number, number]
    return sum(
      inner,
      (k) =>
        element(a, [...batch, ...(transposeA ? [k, i] : [i, k])]) *
        element(b, [...batch, ...(transposeB ? [j, k] : [k, j])]),
    )
  })
}

/** Calls `visit` for every pair of an input pixel and a kernel tap that meet in an output pixel. */
function taps(
  params: ConvParams,
  window: { input: readonly number[]; kernel: readonly number[]; y: number; x: number },
  visit: (row: number, column: number, tapRow: number, tapColumn: number) => void,
): void {
  const [top, left] = params.padding
  for (const i of range(window.kernel[0]!))
    for (const j of range(window.kernel[1]!)) {
      const row = window.y * params.stride[0] + i * params.dilation[0] - top
      const column = window.x * params.stride[1] + j * params.dilation[1] - left
      const inside = row >= 0 && row < window.input[0]! && column >= 0 && column < window.input[1]!
      if (inside) visit(row, column, i, j)
    }
}

/** y[n, o, p, q] = bias[o] + Σ x[n, c, p·s + i·d − top, q·s + j·d − left]·w[o, c, i, j] over c, i, j */
export function conv2d(
  params: ConvParams,
  [x, w, bias]: readonly [NumberArray, NumberArray, NumberArray?],
  shape: readonly number[],
): NumberArray {
  const [outs, perGroup, ...kernel] = w.shape as [number, number, number, number]
  return build(shape, ([n, o, y, column]) => {
    const group = Math.floor(o! / (outs / params.groups))
    let total = bias ? bias.data[o!]! : 0
    const window = { input: x.shape.slice(2), kernel, y: y!, x: column! }
    taps(params, window, (row, col, i, j) => {
      total += sum(
        perGroup,
        (c) => element(x, [n!, group * perGroup + c, row, col]) * element(w, [o!, c, i, j]),
      )
    })
    return total
  })
}

/** Adds x[n, c, p, q]·w[c, o, i, j] to y[n, o, p·s + i·d − top, q·s + j·d − left]: conv2d's transpose. */
export function convTranspose2d(
  params: ConvParams,
  x: NumberArray,
  w: NumberArray,
  shape: readonly number[],
): NumberArray {
  const result = build(shape, () => 0)
  const [batch, outs, height, width] = shape as [number, number, number, number]
  const [channels, perGroup, ...kernel] = w.shape as [number, number, number, number]
  for (const n of range(batch))
    for (const c of range(channels)) {
      const group = Math.floor(c / (channels / params.groups))
      for (const p of range(x.shape[2]!))
        for (const q of range(x.shape[3]!))
          taps(params, { input: [height, width], kernel, y: p, x: q }, (row, col, i, j) => {
            for (const o of range(perGroup)) {
              const at = ((n * outs + group * perGroup + o) * height + row) * width + col
              result.data[at] = result.data[at]! + element(x, [n, c, p, q]) * element(w, [c, o, i, j])
            }
          })
    }
  return result
}

/** W[o, k] = (q − zero)·scale, zero = 2^(bits − 1); two 4-bit numbers to a byte, the lower half first. */
export function dequantize(
  { bits, block }: OpParams['dequantize'],
  q: NumberArray,
  scales: NumberArray,
  shape: readonly number[],
): NumberArray {
  return build(shape, ([o, k]) => {
    const at = Math.floor(k! / block)
    const inBlock = k! % block
    const byte = element(q, [o!, at, bits === 8 ? inBlock : inBlock >> 1])
    const level = bits === 8 ? byte : inBlock % 2 === 0 ? byte & 15 : byte >> 4
    return (level - 2 ** (bits - 1)) * element(scales, [o!, at])
  })
}

/** softmax(scale·q·kᵀ + mask)·v; a query that sees nothing gives zeros. */
export function attention(
  { scale, causal }: OpParams['attention'],
  [q, k, v, mask]: readonly [NumberArray, NumberArray, NumberArray, NumberArray?],
  { shape, maskIsBool }: { shape: readonly number[]; maskIsBool: boolean },
): NumberArray {
  const [, heads, rows, width] = q.shape as [number, number, number, number]
  const [, keyHeads, columns] = k.shape as [number, number, number]
  const weightsOf = (batch: number, head: number, row: number): number[] => {
    const keyHead = Math.floor(head / (heads / keyHeads))
    const scores = range(columns).map((column) => {
      // Aligned at the end: the last query sees every key.
      if (causal && column > row + columns - rows) return Number.NEGATIVE_INFINITY
      const bias = mask ? element(mask, [batch, head, row, column]) : maskIsBool ? 1 : 0
      if (mask && maskIsBool && bias === 0) return Number.NEGATIVE_INFINITY
      const dot = sum(
        width,
        (d) => element(q, [batch, head, row, d]) * element(k, [batch, keyHead, column, d]),
      )
      return scale * dot + (maskIsBool ? 0 : bias)
    })
    const largest = Math.max(...scores)
    if (largest === Number.NEGATIVE_INFINITY) return scores.map(() => 0)
    const powers = scores.map((score) => Math.exp(score - largest))
    const total = powers.reduce((a, b) => a + b, 0)
    return powers.map((power) => power / total)
  }
  const cache = new Map<string, number[]>()
  return build(shape, ([batch, head, row, d]) => {
    const key = `${batch},${head},${row}`
    const weights = cache.get(key) ?? weightsOf(batch!, head!, row!)
    cache.set(key, weights)
    const keyHead = Math.floor(head! / (heads / keyHeads))
    return sum(columns, (column) => weights[column]! * element(v, [batch!, keyHead, column, d!]))
  })
}

/** Turns pairs of the last axis: (x₀·cos − x₁·sin, x₀·sin + x₁·cos). */
export function rotary(
  { style }: OpParams['rotary'],
  x: NumberArray,
  cosines: NumberArray,
  sines: NumberArray,
): NumberArray {
  const last = x.shape.length - 1
  const half = x.shape[last]! / 2
  return build(x.shape, (at) => {
    const d = at[last]!
    const interleaved = style === 'interleaved'
    const pairIndex = interleaved ? d >> 1 : d % half
    const second = interleaved ? d % 2 === 1 : d >= half
    const partner = withAxis(at, last, interleaved ? d ^ 1 : (d + half) % (2 * half))
    const angle = withAxis(at, last, pairIndex)
    const [c, s] = [element(cosines, angle), element(sines, angle)]
    return element(x, at) * c + element(x, partner) * (second ? s : -s)
  })
}
