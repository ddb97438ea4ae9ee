/** Side of the blocks that are transformed. */
export const blockSide = 8

const half = (k: number): number => 0.5 * Math.cos((k * Math.PI) / 16)
const [c1, c2, c3, c4, c5, c6, c7] = [half(1), half(2), half(3), half(4), half(5), half(6), half(7)] as [
  number,
  number,
  number,
  number,
  number,
  number,
  number,
]

/** Cosine transform of a block of 8 × 8 numbers in place, orthonormal: white noise keeps its deviation. */
export function toCosines(block: Float64Array): void {
  for (let row = 0; row < 64; row += 8) forward(block, row, 1)
  for (let column = 0; column < 8; column++) forward(block, column, 8)
}

/** The inverse of {@link toCosines}, in place. */
export function fromCosines(block: Float64Array): void {
  for (let column = 0; column < 8; column++) inverse(block, column, 8)
  for (let row = 0; row < 64; row += 8) inverse(block, row, 1)
}

function forward(x: Float64Array, at: number, step: number): void {
  const [i1, i2, i3] = [at + step, at + 2 * step, at + 3 * step]
  const [i4, i5, i6, i7] = [at + 4 * step, at + 5 * step, at + 6 * step, at + 7 * step]
  const s0 = x[at]! + x[i7]!
  const s1 = x[i1]! + x[i6]!
  const s2 = x[i2]! + x[i5]!
  const s3 = x[i3]! + x[i4]!
  const d0 = x[at]! - x[i7]!
  const d1 = x[i1]! - x[i6]!
  const d2 = x[i2]! - x[i5]!
  const d3 = x[i3]! - x[i4]!
  x[at] = c4 * (s0 + s3 + s1 + s2)
  x[i4] = c4 * (s0 + s3 - s1 - s2)
  x[i2] = c2 * (s0 - s3) + c6 * (s1 - s2)
  x[i6] = c6 * (s0 - s3) - c2 * (s1 - s2)
  x[i1] = c1 * d0 + c3 * d1 + c5 * d2 + c7 * d3
  x[i3] = c3 * d0 - c7 * d1 - c1 * d2 - c5 * d3
  x[i5] = c5 * d0 - c1 * d1 + c7 * d2 + c3 * d3
  x[i7] = c7 * d0 - c5 * d1 + c3 * d2 - c1 * d3
}

function inverse(x: Float64Array, at: number, step: number): void {
  const [i1, i2, i3] = [at + step, at + 2 * step, at + 3 * step]
  const [i4, i5, i6, i7] = [at + 4 * step, at + 5 * step, at + 6 * step, at + 7 * step]
  const a = c4 * (x[at]! + x[i4]!)
  const b = c4 * (x[at]! - x[i4]!)
  const c = c2 * x[i2]! + c6 * x[i6]!
  const d = c6 * x[i2]! - c2 * x[i6]!
  const [y1, y3, y5, y7] = [x[i1]!, x[i3]!, x[i5]!, x[i7]!]
  const d0 = c1 * y1 + c3 * y3 + c5 * y5 + c7 * y7
  const d1 = c3 * y1 - c7 * y3 - c1 * y5 - c5 * y7
  const d2 = c5 * y1 - c1 * y3 + c7 * y5 + c3 * y7
  const d3 = c7 * y1 - c5 * y3 + c3 * y5 - c1 * y7
  x[at] = a + c + d0
  x[i7] = a + c - d0
  x[i1] = b + d + d1
  x[i6] = b + d - d1
  x[i2] = b - d + d2
  x[i5] = b - d - d2
  x[i3] = a - c + d3
  x[i4] = a - c - d3
}
