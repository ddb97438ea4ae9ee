/** What is done at the seams between pieces that were copied from different places, and at the rim. */
export interface Seams {
  readonly width: number
  readonly height: number
  /** 1 within the hole. */
  readonly hole: Uint8Array
  /** The pixels of the hole, in rows, and where each was copied from. */
  readonly holes: Int32Array
  readonly origins: Int32Array
  /** Four bytes a pixel; in the hole what was copied. */
  readonly pixels: Uint8Array
}

/** How strongly a pixel is held to the level that it was copied with. */
const hold = 0.002

/**
 * The levels to be added to each pixel of the hole, three f32 a pixel of the whole, so that the steps across seams become
 * those of the pictures that meet there: the correction e has the least Σ |∇e − d|² + hold·e², where d is what the step of
 * the copy lacks, and is 0 outside. Source: Pérez, Gangnet and Blake, "Poisson image editing", 2003.
 */
export function seamCorrection(seams: Seams): Float32Array {
  const { width, height, hole } = seams
  const right = new Float32Array(3 * width * height)
  for (let c = 0; c < 3; c++) addChannel(seams, c, right)
  const active = Float32Array.from(hole)
  const out = new Float32Array(3 * width * height)
  for (let c = 0; c < 3; c++) {
    const b = new Float32Array(width * height)
    for (let i = 0; i < b.length; i++) b[i] = right[3 * i + c]!
    const e = solve({ width, height, active }, b)
    for (let i = 0; i < e.length; i++) out[3 * i + c] = e[i]!
  }
  return out
}

/** The divergence of what the steps lack, by pixel. */
function addChannel(
  { width, height, hole, holes, origins, pixels }: Seams,
  c: number,
  out: Float32Array,
): void {
  const from = new Int32Array(width * height).fill(-1)
  for (let i = 0; i < holes.length; i++) from[holes[i]!] = origins[i]!
  const level = (i: number): number => pixels[4 * i + c]!
  for (let n = 0; n < holes.length; n++) {
    const q = holes[n]!
    const x = q % width
    const y = (q - x) / width
    for (let k = 0; k < 4; k++) {
      const [dx, dy] = k === 0 ? [1, 0] : k === 1 ? [-1, 0] : k === 2 ? [0, 1] : [0, -1]
      if (x + dx < 0 || x + dx >= width || y + dy < 0 || y + dy >= height) continue
      const step = dy * width + dx
      const beside = q + step
      // Of the pieces on both sides: the step that each would make here.
      const mine = origins[n]! + step
      const theirs = hole[beside] === 1 ? from[beside]! : beside
      if (mine === theirs) continue
      let [wanted, votes] = [0, 0]
      if (inPicture(origins[n]!, dx, dy, width, height) && hole[mine] === 0) {
        wanted += level(mine) - level(origins[n]!)
        votes++
      }
      if (inPicture(theirs, -dx, -dy, width, height) && hole[theirs - step] === 0) {
        wanted += level(theirs) - level(theirs - step)
        votes++
      }
      if (votes === 0) continue
      const lacks = wanted / votes - (level(beside) - level(q))
      // e(beside) − e(q) = lacks, seen from q.
      out[3 * q + c] = out[3 * q + c]! - lacks
    }
  }
}

function inPicture(i: number, dx: number, dy: number, width: number, height: number): boolean {
  const x = (i % width) + dx
  const y = Math.floor(i / width) + dy
  return x >= 0 && y >= 0 && x < width && y < height
}

interface Grid {
  readonly width: number
  readonly height: number
  /** 1 where the unknown is free, 0 where it is held at 0. */
  readonly active: Float32Array
}

/** Solves (4 + hold)·e − Σ neighbours = b over the active pixels by cycles over grids of half the size each. */
function solve(grid: Grid, b: Float32Array): Float32Array {
  const e = new Float32Array(b.length)
  for (let cycle = 0; cycle < 6; cycle++) relaxDown(grid, b, e, hold)
  return e
}

function relaxDown(grid: Grid, b: Float32Array, e: Float32Array, keep: number): void {
  const { width, height, active } = grid
  if (Math.min(width, height) <= 4) {
    for (let i = 0; i < 12; i++) relax(grid, b, e, keep)
    return
  }
  relax(grid, b, e, keep)
  relax(grid, b, e, keep)
  const [w, h] = [(width + 1) >> 1, (height + 1) >> 1]
  const coarse = new Float32Array(w * h)
  const coarseActive = new Float32Array(w * h)
  const count = new Float32Array(w * h)
  for (let y = 0, i = 0; y < height; y++)
    for (let x = 0; x < width; x++, i++) {
      const j = (y >> 1) * w + (x >> 1)
      count[j] = count[j]! + active[i]!
      if (active[i] === 0) continue
      const sum = sumBeside(grid, e, x, y, i)
      coarse[j] = coarse[j]! + b[i]! - (4 + keep) * e[i]! + sum
    }
  for (let j = 0; j < count.length; j++) coarseActive[j] = count[j]! >= 3 ? 1 : 0
  const more = new Float32Array(w * h)
  // At twice the step four residuals add up, and so does what holds.
  relaxDown({ width: w, height: h, active: coarseActive }, coarse, more, 4 * keep)
  for (let y = 0, i = 0; y < height; y++)
    for (let x = 0; x < width; x++, i++) if (active[i] === 1) e[i] = e[i]! + more[(y >> 1) * w + (x >> 1)]!
  relax(grid, b, e, keep)
  relax(grid, b, e, keep)
}

/** The sum of the neighbours; beyond the picture's edge there is no step. */
function sumBeside({ width, height }: Grid, e: Float32Array, x: number, y: number, i: number): number {
  const here = e[i]!
  return (
    (x > 0 ? e[i - 1]! : here) +
    (x < width - 1 ? e[i + 1]! : here) +
    (y > 0 ? e[i - width]! : here) +
    (y < height - 1 ? e[i + width]! : here)
  )
}

/** One pass of Gauss and Seidel, even pixels first. */
function relax(grid: Grid, b: Float32Array, e: Float32Array, keep: number): void {
  const { width, height, active } = grid
  for (let colour = 0; colour < 2; colour++)
    for (let y = 0; y < height; y++)
      for (let x = (y + colour) & 1; x < width; x += 2) {
        const i = y * width + x
        if (active[i] === 1) e[i] = (b[i]! + sumBeside(grid, e, x, y, i)) / (4 + keep)
      }
}
