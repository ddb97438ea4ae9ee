import { elementCount } from '../value.ts'

/** What the interpreter computes with: every dtype as float64 numbers. */
export interface NumberArray {
  readonly shape: readonly number[]
  readonly data: Float64Array
}

/** Builds an array by giving each element's value from its coordinates. */
export function build(shape: readonly number[], element: (at: readonly number[]) => number): NumberArray {
  const data = new Float64Array(elementCount(shape))
  let i = 0
  for (const at of coordinates(shape)) data[i++] = element(at)
  return { shape, data }
}

/** All coordinates of a shape in row-major order; the array is reused between steps. */
function* coordinates(shape: readonly number[]): Generator<readonly number[]> {
  const at = shape.map(() => 0)
  for (let i = elementCount(shape); i > 0; i--) {
    yield at
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      if (++at[axis]! < shape[axis]!) break
      at[axis] = 0
    }
  }
}

/** The element at coordinates; leading coordinates beyond the rank are dropped and dimensions of 1 stretch. */
export function element(x: NumberArray, at: readonly number[]): number {
  let offset = 0
  const skip = at.length - x.shape.length
  for (let axis = 0; axis < x.shape.length; axis++)
    offset = offset * x.shape[axis]! + (x.shape[axis] === 1 ? 0 : at[axis + skip]!)
  return x.data[offset]!
}

/** Row-major offset of coordinates. */
export function offsetOf(shape: readonly number[], at: readonly number[]): number {
  return shape.reduce((offset, size, axis) => offset * size + at[axis]!, 0)
}

/** Coordinates with some axes replaced. */
export function withAxis(at: readonly number[], axis: number, value: number): number[] {
  const copy = [...at]
  copy[axis] = value
  return copy
}

/** Numbers 0 … n − 1. */
export function range(n: number): number[] {
  return Array.from({ length: n }, (_, i) => i)
}

/** Σ f(i) for i from 0 to n − 1. */
export function sum(n: number, f: (i: number) => number): number {
  let total = 0
  for (let i = 0; i < n; i++) total += f(i)
  return total
}
