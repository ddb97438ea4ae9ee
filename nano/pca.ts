/** Orthonormal directions of picture patches. */
export interface PatchDirections {
  /** Pixels of a patch's side. */
  readonly patch: number
  /** [count, 3·patch²], each row of length 1; a patch is its channels, rows and columns in this order. */
  readonly directions: Float32Array
  readonly count: number
}

/** A basis of picture patches, the directions in which they vary most first. */
export interface PatchBasis extends PatchDirections {
  /** Variance of the patches along each direction. */
  readonly variances: Float64Array
}

/** Σ x·xᵀ of patches, [n, n], and how many there were. */
export class PatchMoments {
  readonly patch: number
  readonly #size: number
  readonly #sums: Float64Array
  #count = 0

  constructor(patch: number) {
    this.patch = patch
    this.#size = 3 * patch * patch
    this.#sums = new Float64Array(this.#size ** 2)
  }

  /** Adds all patches of a picture, planes [3, height, width]; what is left at right and bottom is not seen. */
  add(planes: Float32Array, { width, height }: { readonly width: number; readonly height: number }): void {
    const [n, p] = [this.#size, this.patch]
    const x = new Float64Array(n)
    for (let top = 0; top + p <= height; top += p)
      for (let left = 0; left + p <= width; left += p) {
        for (let i = 0; i < n; i++) {
          const [c, y, column] = [Math.floor(i / (p * p)), Math.floor(i / p) % p, i % p]
          x[i] = planes[(c * height + top + y) * width + left + column]!
        }
        for (let i = 0; i < n; i++) {
          const [row, xi] = [i * n, x[i]!]
          for (let j = 0; j <= i; j++) this.#sums[row + j]! += xi * x[j]!
        }
        this.#count++
      }
  }

  /** The `count` directions of most variance around zero. */
  basis(count: number): PatchBasis {
    const n = this.#size
    const matrix = this.#sums.map((sum) => sum / this.#count)
    for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) matrix[j * n + i] = matrix[i * n + j]!
    const { values, vectors } = symmetricEigen(matrix, n)
    const order = [...values.keys()].sort((a, b) => values[b]! - values[a]!).slice(0, count)
    const directions = new Float32Array(count * n)
    for (const [row, from] of order.entries()) {
      // Of the two signs the one whose sum is not negative, so that the basis does not depend on the iteration.
      let sum = 0
      for (let i = 0; i < n; i++) sum += vectors[i * n + from]!
      for (let i = 0; i < n; i++) directions[row * n + i] = (sum < 0 ? -1 : 1) * vectors[i * n + from]!
    }
    return { patch: this.patch, directions, count, variances: Float64Array.from(order, (i) => values[i]!) }
  }
}

/** Eigenvalues and, as columns, eigenvectors of a symmetric matrix by Jacobi's rotations. */
export function symmetricEigen(
  symmetric: Float64Array,
  n: number,
): { readonly values: Float64Array; readonly vectors: Float64Array } {
  const a = symmetric.slice()
  const vectors = new Float64Array(n * n)
  for (let i = 0; i < n; i++) vectors[i * n + i] = 1
  const rotate = (m: Float64Array, i: number, j: number, cosine: number, sine: number) => {
    const [x, y] = [m[i]!, m[j]!]
    m[i] = cosine * x - sine * y
    m[j] = sine * x + cosine * y
  }
  for (let sweep = 0; sweep < 60; sweep++) {
    let [off, all] = [0, 0]
    for (let i = 0; i < n; i++)
      for (let j = 0; j < n; j++) {
        all += a[i * n + j]! ** 2
        if (i !== j) off += a[i * n + j]! ** 2
      }
    if (off <= 1e-24 * all) break
    for (let p = 0; p < n; p++)
      for (let q = p + 1; q < n; q++) {
        const apq = a[p * n + q]!
        if (apq === 0) continue
        const theta = (a[q * n + q]! - a[p * n + p]!) / (2 * apq)
        const tangent = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.hypot(theta, 1))
        const cosine = 1 / Math.hypot(tangent, 1)
        const sine = tangent * cosine
        for (let k = 0; k < n; k++) rotate(a, k * n + p, k * n + q, cosine, sine)
        for (let k = 0; k < n; k++) rotate(a, p * n + k, q * n + k, cosine, sine)
        for (let k = 0; k < n; k++) rotate(vectors, k * n + p, k * n + q, cosine, sine)
      }
  }
  return { values: Float64Array.from({ length: n }, (_, i) => a[i * n + i]!), vectors }
}

/** Grey, and two directions across it: an orthonormal basis of colours. */
const colours: readonly (readonly [number, number, number])[] = [
  [1 / Math.sqrt(3), 1 / Math.sqrt(3), 1 / Math.sqrt(3)],
  [1 / Math.SQRT2, 0, -1 / Math.SQRT2],
  [1 / Math.sqrt(6), -2 / Math.sqrt(6), 1 / Math.sqrt(6)],
]

/**
 * What a matrix of colours makes of latents: for each pair of colours (a, b) of {@link colours} the map [count, count]
 * that takes what a patch has of b and gives it as a; all nine below one another, [9 · count, count]. Every matrix of
 * colours is a mixture of them, up to what the basis does not hold.
 */
export function colourMaps({ patch, directions, count }: PatchBasis): Float32Array {
  const area = patch ** 2
  // What each direction has of each colour, [count, 3, area].
  const of = new Float32Array(count * 3 * area)
  for (let k = 0; k < count; k++)
    for (let a = 0; a < 3; a++)
      for (let c = 0; c < 3; c++)
        for (let i = 0; i < area; i++)
          of[(k * 3 + a) * area + i]! += colours[a]![c]! * directions[(k * 3 + c) * area + i]!
  const maps = new Float32Array(9 * count * count)
  for (let a = 0; a < 3; a++)
    for (let b = 0; b < 3; b++)
      for (let to = 0; to < count; to++)
        for (let from = 0; from < count; from++) {
          let sum = 0
          for (let i = 0; i < area; i++) sum += of[(to * 3 + a) * area + i]! * of[(from * 3 + b) * area + i]!
          maps[((3 * a + b) * count + to) * count + from] = sum
        }
  return maps
}

/**
 * What is left of latents where all but one quarter of their patch is black: a map [count, count] for each quarter, row
 * by row, [4 · count, count]. Their sum is the latents as they are: they tell what is cut off within a patch.
 */
export function quarterMaps({ patch, directions, count }: PatchBasis): Float32Array {
  const size = 3 * patch ** 2
  const maps = new Float32Array(4 * count * count)
  for (let to = 0; to < count; to++)
    for (let from = 0; from < count; from++)
      for (let i = 0; i < size; i++) {
        const [y, x] = [Math.floor(i / patch) % patch, i % patch]
        const quarter = 2 * Number(2 * y >= patch) + Number(2 * x >= patch)
        maps[(quarter * count + to) * count + from]! +=
          directions[to * size + i]! * directions[from * size + i]!
      }
  return maps
}
