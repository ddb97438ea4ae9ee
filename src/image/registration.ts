import { blurPlane } from './blur.ts'
import { soften } from './filter.ts'
import { type Displacement, displacementOf, spectrumAt } from './phaseCorrelation.ts'
import type { Mask, Picture } from './picture.ts'
import { mapPlane, type Plane, sameSize } from './plane.ts'
import { resizeMask, resizePicture } from './resize.ts'
import { slopeOf } from './slope.ts'

/**
 * How a picture lies over another of its size: what stood at p is at middle + zoom · (p − middle) + shift, in pixels. Above
 * 1 it is zoomed in.
 */
export interface Registration {
  readonly shift: readonly [x: number, y: number]
  readonly zoom: number
  /** The share of the parts with structure that agree, 0 to 1. */
  readonly agreement: number
}

/** Longest side at which pictures are compared, and the side of the parts that are. */
const [longest, tile] = [512, 128]
/** Side of the squares at which zooms are tried, and the zooms. */
const coarse = 128
const zooms: readonly number[] = Array.from({ length: 17 }, (_, i) => 1.04 ** (i - 8))
/** Height of the peak without zoom above which no other zoom is tried. */
const clear = 0.7
/** The least height of a part's peak, and the most that parts which agree are apart, in pixels. */
const [leastPeak, nearness] = [0.12, 2]

/**
 * How the edited picture lies over the source, by phase correlation of their edges: zooms of 0.73 to 1.37 are tried on a
 * small copy, then parts of 128 pixels are compared and the shift and zoom that most agree on are fitted. Parts that
 * `where` covers by less than half are left out. Undefined where too few agree: the pictures have too little in common.
 * @throws ImageError when sizes differ
 */
export function registerPictures(source: Picture, edited: Picture, where?: Mask): Registration | undefined {
  sameSize('register', source, edited)
  const scale = Math.min(1, longest / Math.max(source.width, source.height))
  const size = {
    width: Math.max(1, Math.round(source.width * scale)),
    height: Math.max(1, Math.round(source.height * scale)),
  }
  const [from, to] = [source, edited].map((picture) => structureOf(small(picture, size))) as [Plane, Plane]
  const mask = where && resizeMask(where, { ...size, filter: 'bilinear' })
  const rough = roughly(from, to)
  const found = fitted(from, zoomed(to, rough), mask)
  if (!found) return undefined
  const back = source.width / size.width
  // p → rough · p + r, then the fit tells how the picture that was put back still lies.
  const zoom = rough.zoom * found.zoom
  const shift = [
    (rough.x + rough.zoom * found.shift[0]) * back,
    (rough.y + rough.zoom * found.shift[1]) * back,
  ] as const
  return { shift, zoom, agreement: found.agreement }
}

const small = (picture: Picture, size: { width: number; height: number }): Picture =>
  resizePicture(picture, { ...size, filter: 'bilinear' })

/** Edges, as strong in dark and flat parts as in others: what a change of light or style leaves. */
function structureOf({ width, height, data }: Picture): Plane {
  const luma = new Float32Array(width * height)
  for (let i = 0; i < luma.length; i++)
    luma[i] = (0.299 * data[3 * i]! + 0.587 * data[3 * i + 1]! + 0.114 * data[3 * i + 2]!) / 255
  const edges = slopeOf(soften({ width, height, data: luma }, 1))
  const around = blurPlane(edges.data, width, height, 12)
  return mapPlane(edges, (value, i) => value / (around[i]! + 0.005))
}

interface Rough {
  readonly zoom: number
  readonly x: number
  readonly y: number
}

/** Zoom and shift by the highest peak over the zooms; another zoom than 1 must stand out. */
function roughly(from: Plane, to: Plane): Rough {
  const [first, second] = [shrunk(from), shrunk(to)]
  const back = from.width / first.width
  const fixed = spectrumAt(first, first.width / 2, first.height / 2, coarse)
  let [best, height]: [Rough, number] = [{ zoom: 1, x: 0, y: 0 }, 0]
  for (const zoom of [1, ...zooms.filter((each) => Math.abs(each - 1) > 1e-6)]) {
    if (height >= clear) break
    const moved = zoomed(second, { zoom, x: 0, y: 0 })
    const { x, y, peak } = displacementOf(fixed, spectrumAt(moved, moved.width / 2, moved.height / 2, coarse))
    const value = zoom === 1 ? 1.25 * peak : peak
    if (value <= height) continue
    height = value
    best = { zoom, x: x * back * zoom, y: y * back * zoom }
  }
  // Less than the parts can tell themselves is left to them.
  return best.zoom === 1 && Math.hypot(best.x, best.y) < tile / 6 ? { zoom: 1, x: 0, y: 0 } : best
}

function shrunk(plane: Plane): Plane {
  const scale = coarse / Math.max(plane.width, plane.height)
  const [width, height] = [Math.round(plane.width * scale), Math.round(plane.height * scale)].map((side) =>
    Math.max(1, side),
  ) as [number, number]
  const soft = blurPlane(plane.data, plane.width, plane.height, 0.5 / scale)
  return sampled({ ...plane, data: soft }, width, height, (x, y) => [x / scale, y / scale])
}

/** The plane put back as it was before it was zoomed and shifted so. */
function zoomed(plane: Plane, { zoom, x, y }: Rough): Plane {
  if (zoom === 1 && x === 0 && y === 0) return plane
  const [cx, cy] = [plane.width / 2, plane.height / 2]
  return sampled(plane, plane.width, plane.height, (u, v) => [
    cx + zoom * (u - cx) + x,
    cy + zoom * (v - cy) + y,
  ])
}

/** A plane read between its pixels; 0 outside. */
function sampled(
  { width, height, data }: Plane,
  columns: number,
  rows: number,
  spot: (x: number, y: number) => readonly [number, number],
): Plane {
  const out = new Float32Array(columns * rows)
  for (let y = 0; y < rows; y++)
    for (let x = 0; x < columns; x++) {
      const [u, v] = spot(x + 0.5, y + 0.5)
      const [px, py] = [Math.min(width - 1, Math.max(0, u - 0.5)), Math.min(height - 1, Math.max(0, v - 0.5))]
      if (u < 0 || v < 0 || u > width || v > height) continue
      const [left, top] = [Math.floor(px), Math.floor(py)]
      const [right, below] = [Math.min(width - 1, left + 1), Math.min(height - 1, top + 1)]
      const [a, b] = [px - left, py - top]
      out[y * columns + x] =
        (1 - b) * ((1 - a) * data[top * width + left]! + a * data[top * width + right]!) +
        b * ((1 - a) * data[below * width + left]! + a * data[below * width + right]!)
    }
  return { width: columns, height: rows, data: out }
}

interface Part extends Displacement {
  /** Its middle, from the picture's. */
  readonly u: number
  readonly v: number
}

function partsOf(from: Plane, to: Plane, where: Mask | undefined): Part[] {
  const side = Math.min(tile, 2 ** Math.floor(Math.log2(Math.max(16, Math.min(from.width, from.height)))))
  const parts: Part[] = []
  for (const y of middles(from.height, side))
    for (const x of middles(from.width, side)) {
      if (where && covered(where, x, y, side) < 0.5) continue
      const found = displacementOf(spectrumAt(from, x, y, side), spectrumAt(to, x, y, side))
      parts.push({ ...found, u: x - from.width / 2, v: y - from.height / 2 })
    }
  return parts
}

function middles(length: number, side: number): number[] {
  if (length <= side) return [length / 2]
  const count = Math.ceil((length - side) / (0.7 * side)) + 1
  return Array.from({ length: count }, (_, i) => side / 2 + (i * (length - side)) / (count - 1))
}

function covered({ width, height, data }: Mask, middleX: number, middleY: number, side: number): number {
  let [sum, count] = [0, 0]
  for (let y = Math.round(middleY - side / 4); y < middleY + side / 4; y += 2)
    for (let x = Math.round(middleX - side / 4); x < middleX + side / 4; x += 2) {
      if (x < 0 || y < 0 || x >= width || y >= height) continue
      sum += data[y * width + x]!
      count++
    }
  return count === 0 ? 0 : sum / count / 255
}

/** The shift and zoom that most parts agree on, by least squares over them. */
function fitted(from: Plane, to: Plane, where: Mask | undefined): Registration | undefined {
  const parts = partsOf(from, to, where).filter(({ peak }) => peak >= leastPeak)
  const near = (part: Part, { shift, zoom }: Pick<Registration, 'shift' | 'zoom'>): boolean =>
    Math.hypot(part.x - shift[0] - (zoom - 1) * part.u, part.y - shift[1] - (zoom - 1) * part.v) < nearness
  let agreeing: readonly Part[] = []
  for (const { x, y } of parts) {
    const those = parts.filter((part) => near(part, { shift: [x, y], zoom: 1 }))
    if (those.length > agreeing.length) agreeing = those
  }
  if (agreeing.length < 2 || agreeing.length < 0.25 * parts.length) return undefined
  let fit = leastSquares(agreeing)
  for (let round = 0; round < 3; round++) {
    const those = parts.filter((part) => near(part, fit))
    if (those.length < agreeing.length) break
    agreeing = those
    fit = leastSquares(agreeing)
  }
  return { ...fit, agreement: agreeing.length / parts.length }
}

function leastSquares(parts: readonly Part[]): Pick<Registration, 'shift' | 'zoom'> {
  const mean = (value: (part: Part) => number): number =>
    parts.reduce((sum, part) => sum + value(part), 0) / parts.length
  const [x, y, u, v] = [mean((p) => p.x), mean((p) => p.y), mean((p) => p.u), mean((p) => p.v)]
  const spread = mean((p) => (p.u - u) ** 2 + (p.v - v) ** 2)
  // Parts close together tell a shift only.
  const slope = spread < 400 ? 0 : mean((p) => (p.u - u) * (p.x - x) + (p.v - v) * (p.y - y)) / spread
  return { shift: [x - slope * u, y - slope * v], zoom: 1 + slope }
}
