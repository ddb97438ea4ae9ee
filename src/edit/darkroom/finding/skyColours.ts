import type { LabPlanes } from '../../../image/index.ts'
import type { Border } from './skyBorder.ts'

/** The sky's colour as a function of the place: for each of lightness, a and b a polynomial, and how far pixels differ. */
export interface SkyColours {
  at(x: number, y: number, out: Float64Array): void
  readonly deviation: readonly [number, number, number]
  readonly mean: readonly [number, number, number]
}

/** Least squares over the sky's pixels: 1, x, y, y², where the rows reach far enough. */
export function skyColours(lab: LabPlanes, border: Border): SkyColours {
  const { width, height } = lab
  const deepest = Math.max(...border)
  const termsAt = (x: number, y: number, terms: Float64Array): void => {
    const v = Math.min(y, deepest) / height - 0.5
    terms[0] = 1
    terms[1] = x / width - 0.5
    terms[2] = v
    terms[3] = v * v
  }
  const planes = [lab.lightness, lab.a, lab.b]
  let weights: Float32Array | undefined
  let solutions: number[][] = []
  let deviation: [number, number, number] = [1, 1, 1]
  const t = new Float64Array(4)
  for (let round = 0; round < 3; round++) {
    const normal = new Float64Array(16)
    const right = planes.map(() => new Float64Array(4))
    for (let x = 0; x < width; x++)
      for (let y = 0; y < border[x]!; y++) {
        const i = y * width + x
        if (weights && weights[i] === 0) continue
        termsAt(x, y, t)
        for (let j = 0; j < 4; j++) {
          const term = t[j]!
          for (let k = 0; k < 4; k++) normal[4 * j + k]! += term * t[k]!
          for (let c = 0; c < 3; c++) right[c]![j]! += term * planes[c]![i]!
        }
      }
    for (let j = 0; j < 4; j++) normal[5 * j]! += 1e-3
    solutions = right.map((each) => solve4(normal, each))
    const squares = new Float64Array(3)
    const off = new Float64Array(3)
    let count = 1e-6
    const next = new Float32Array(width * height)
    for (let x = 0; x < width; x++)
      for (let y = 0; y < border[x]!; y++) {
        const i = y * width + x
        termsAt(x, y, t)
        let far = 0
        for (let c = 0; c < 3; c++) {
          const s = solutions[c]!
          off[c] = planes[c]![i]! - (s[0]! + s[1]! * t[1]! + s[2]! * t[2]! + s[3]! * t[3]!)
          far = Math.max(far, Math.abs(off[c]!) / deviation[c]!)
        }
        next[i] = round === 0 || far < 3 ? 1 : 0
        if (next[i] === 0) continue
        count++
        for (let c = 0; c < 3; c++) squares[c]! += off[c]! ** 2
      }
    weights = next
    deviation = Array.from(squares, (each, c) =>
      Math.max(c === 0 ? 0.02 : 0.008, Math.sqrt(each / count)),
    ) as typeof deviation
  }
  return {
    deviation,
    mean: [0, 1, 2].map((c) => solutions[c]![0]!) as unknown as SkyColours['mean'],
    at(x, y, out) {
      termsAt(x, y, t)
      for (let c = 0; c < 3; c++) {
        const s = solutions[c]!
        out[c] = s[0]! + s[1]! * t[1]! + s[2]! * t[2]! + s[3]! * t[3]!
      }
    },
  }
}

/** Gauss's elimination with pivots. */
function solve4(matrix: Float64Array, right: Float64Array): number[] {
  const rows = [0, 1, 2, 3].map((j) => [...matrix.subarray(4 * j, 4 * j + 4), right[j]!])
  for (let j = 0; j < 4; j++) {
    const pivot = rows.slice(j).reduce((best, row) => (Math.abs(row[j]!) > Math.abs(best[j]!) ? row : best))
    rows.splice(rows.indexOf(pivot), 1)
    rows.splice(j, 0, pivot)
    for (let k = 0; k < 4; k++) {
      if (k === j) continue
      const factor = rows[k]![j]! / pivot[j]!
      for (let m = j; m < 5; m++) rows[k]![m]! -= factor * pivot[m]!
    }
  }
  return rows.map((row, j) => row[4]! / row[j]!)
}
