import { maskBox } from '../../image/index.ts'

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
/** Levels that a step lacks from which on it is rather an edge than another light. */
const edge = 40
/** Passes over all scales: after so many, what is left is below a level. */
const cycles = 4

/**
 * The levels to be added to each pixel of the hole, three a pixel in the order of `holes`, so that the steps across seams
 * become those of the pieces that meet there: the correction e has the least Σ |∇e − d|² + hold·e², where d is what the
 * step of the copy lacks as far as it is no edge, and is 0 outside. Source: Pérez, Gangnet and Blake, "Poisson image editing", 2003.
 */
export function seamCorrection(seams: Seams): Float32Array {
  const { width, height, hole, holes } = seams
  const out = new Float32Array(3 * holes.length)
  const box = maskBox({ width, height, data: hole }, 1)
  if (box === undefined) return out
  // One more pixel on each side is held at 0; where the picture ends there is none.
  const [left, top] = [Math.max(0, box.x - 1), Math.max(0, box.y - 1)]
  const size = {
    width: Math.min(width, box.x + box.width + 1) - left,
    height: Math.min(height, box.y + box.height + 1) - top,
  }
  const places = holes.map((q) => (Math.floor(q / width) - top) * size.width + (q % width) - left)
  const active = new Uint8Array(size.width * size.height)
  for (const i of places) active[i] = 1
  const grids = halvings({ ...size, active })
  const from = new Int32Array(width * height).fill(-1)
  for (let n = 0; n < holes.length; n++) from[holes[n]!] = seams.origins[n]!
  const lack = new Float32Array(3 * holes.length)
  for (let n = 0; n < holes.length; n++) addLacking(lack, seams, from, n)
  const [b, e] = [new Float32Array(active.length), new Float32Array(active.length)]
  for (let c = 0; c < 3; c++) {
    for (let n = 0; n < holes.length; n++) {
      b[places[n]!] = -lack[3 * n + c]!
      e[places[n]!] = 0
    }
    for (let cycle = 0; cycle < cycles; cycle++) relaxDown(grids, 0, b, e, hold)
    for (let n = 0; n < holes.length; n++) out[3 * n + c] = e[places[n]!]!
  }
  return out
}

/**
 * What the steps from a pixel to its neighbours lack, summed: e(neighbour) − e(pixel) is to be that. A step that lacks much
 * is an edge of what is there, such as that of a shadow, and not of another light: evened out it would become fog.
 */
function addLacking(
  out: Float32Array,
  { width, height, hole, holes, origins, pixels }: Seams,
  from: Int32Array,
  n: number,
): void {
  const q = holes[n]!
  const origin = origins[n]!
  const lacks = [0, 0, 0]
  for (let k = 0; k < 4; k++) {
    const [dx, dy] = [k === 0 ? 1 : k === 1 ? -1 : 0, k === 2 ? 1 : k === 3 ? -1 : 0]
    if (!inPicture(q, dx, dy, width, height)) continue
    const step = dy * width + dx
    const beside = q + step
    // Of the pieces on both sides: the step that each would make here.
    const mine = origin + step
    const theirs = hole[beside] === 1 ? from[beside]! : beside
    if (mine === theirs) continue
    const hasMine = inPicture(origin, dx, dy, width, height) && hole[mine] === 0
    const hasTheirs = inPicture(theirs, -dx, -dy, width, height) && hole[theirs - step] === 0
    const votes = (hasMine ? 1 : 0) + (hasTheirs ? 1 : 0)
    if (votes === 0) continue
    let most = 0
    for (let c = 0; c < 3; c++) {
      let wanted = 0
      if (hasMine) wanted += pixels[4 * mine + c]! - pixels[4 * origin + c]!
      if (hasTheirs) wanted += pixels[4 * theirs + c]! - pixels[4 * (theirs - step) + c]!
      lacks[c] = wanted / votes - (pixels[4 * beside + c]! - pixels[4 * q + c]!)
      most = Math.max(most, Math.abs(lacks[c]!))
    }
    const share = Math.exp(-((most / edge) ** 2))
    for (let c = 0; c < 3; c++) out[3 * n + c] = out[3 * n + c]! + share * lacks[c]!
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
  readonly active: Uint8Array
}

/** A grid and its halvings; a cell is free where most of its four are. */
function halvings(finest: Grid): Grid[] {
  const grids = [finest]
  for (;;) {
    const { width: w, height: h, active: fine } = grids.at(-1)!
    if (Math.min(w, h) <= 4) return grids
    const [width, height] = [(w + 1) >> 1, (h + 1) >> 1]
    const active = new Uint8Array(width * height)
    for (let y = 0, i = 0; y < h; y++)
      for (let x = 0; x < w; x++, i++) active[(y >> 1) * width + (x >> 1)]! += fine[i]!
    for (let j = 0; j < active.length; j++) active[j] = active[j]! >= 3 ? 1 : 0
    grids.push({ width, height, active })
  }
}

/** One cycle over (4 + keep)·e − Σ neighbours = b: smooth, correct by what the grid of half the size finds, smooth. */
function relaxDown(grids: readonly Grid[], at: number, b: Float32Array, e: Float32Array, keep: number): void {
  const grid = grids[at]!
  const coarse = grids[at + 1]
  if (coarse === undefined) {
    for (let i = 0; i < 12; i++) relax(grid, b, e, keep)
    return
  }
  relax(grid, b, e, keep)
  relax(grid, b, e, keep)
  const residuals = new Float32Array(coarse.active.length)
  const { width, height, active } = grid
  for (let y = 0, i = 0; y < height; y++)
    for (let x = 0; x < width; x++, i++) {
      if (active[i] === 0) continue
      const j = (y >> 1) * coarse.width + (x >> 1)
      residuals[j] = residuals[j]! + b[i]! - (4 + keep) * e[i]! + sumBeside(grid, e, x, y, i)
    }
  const more = new Float32Array(residuals.length)
  // At twice the step four residuals add up, and so does what holds.
  relaxDown(grids, at + 1, residuals, more, 4 * keep)
  for (let y = 0, i = 0; y < height; y++)
    for (let x = 0; x < width; x++, i++)
      if (active[i] === 1) e[i] = e[i]! + more[(y >> 1) * coarse.width + (x >> 1)]!
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
  const scale = 1 / (4 + keep)
  for (let colour = 0; colour < 2; colour++)
    for (let y = 0; y < height; y++) {
      const isInner = y > 0 && y < height - 1
      for (let x = (y + colour) & 1; x < width; x += 2) {
        const i = y * width + x
        if (active[i] === 0) continue
        const sum =
          isInner && x > 0 && x < width - 1
            ? e[i - 1]! + e[i + 1]! + e[i - width]! + e[i + width]!
            : sumBeside(grid, e, x, y, i)
        e[i] = (b[i]! + sum) * scale
      }
    }
}
