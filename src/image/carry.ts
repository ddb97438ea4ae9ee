import { type AffineField, between, mixRows } from './affine.ts'
import type { Mask, Picture } from './picture.ts'

/**
 * How much of something each pixel gets, given at a small size so that it follows the edges of a large picture: an
 * affine map of the colour there, held between two bounds. Six numbers a pixel: four of the map, the lower bound, and
 * the upper one.
 */
export interface Matte {
  readonly width: number
  readonly height: number
  readonly data: Float32Array
}

/** A change at the size of the edit, to be applied to a large picture. */
export interface ChangeLayers {
  /** Maps old colours to new colours; three outputs. */
  readonly tone: AffineField
  /** Weight of the new colours; undefined for none. */
  readonly toned: Matte | undefined
  /** Redrawn content at the size of the large picture, and its weight. */
  readonly redrawn: { readonly picture: Picture; readonly matte: Matte } | undefined
}

/**
 * Applies a change to a large picture, and returns a map of it: 0 for unchanged pixels, up to 127 twice the
 * change of colour in levels, above it the share of redrawn content.
 */
export function carryChange(
  original: Picture,
  { tone, toned, redrawn }: ChangeLayers,
): { picture: Picture; map: Mask } {
  const { width, height, data } = original
  const out = new Uint8ClampedArray(data)
  const map = new Uint8Array(width * height)
  if (!toned && !redrawn)
    return { picture: { width, height, data: data.slice() }, map: { width, height, data: map } }
  const across = columnWeights(width, tone.width)
  const [maps, mattes] = [new Float32Array(12 * tone.width), new Float32Array(6 * tone.width)]
  const levels = new Float32Array(3 * width)
  const share = new Float32Array(width)
  for (let y = 0; y < height; y++) {
    const row = 3 * y * width
    const place = between(y, height, tone.height)
    for (let i = 0; i < levels.length; i++) levels[i] = data[row + i]!
    share.fill(0)
    if (toned) {
      mixRows(mattes, toned.data, place)
      mixRows(maps, tone.data, place)
      toneRow(levels, maps, mattes, across)
    }
    if (redrawn) {
      mixRows(mattes, redrawn.matte.data, place)
      shareRow(share, data, row, mattes, across)
      redrawRow(levels, share, redrawn.picture.data, row)
    }
    for (let i = 0; i < levels.length; i++) out[row + i] = levels[i]!
    mapRow(map, y * width, data, out, share)
  }
  return { picture: { width, height, data: new Uint8Array(out.buffer) }, map: { width, height, data: map } }
}

/** For each pixel of a row, its left neighbour at the small size and the interpolation weight. */
interface ColumnWeights {
  readonly left: Int32Array
  readonly share: Float32Array
}

function columnWeights(width: number, small: number): ColumnWeights {
  const places = Array.from({ length: width }, (_, x) => between(x, width, small))
  return {
    left: Int32Array.from(places, ([left]) => left),
    share: Float32Array.from(places, ([, , share]) => share),
  }
}

/** Blends the levels of a row toward the mapped colours, in place. */
function toneRow(
  levels: Float32Array,
  maps: Float32Array,
  mattes: Float32Array,
  { left, share }: ColumnWeights,
): void {
  const last = mattes.length - 6
  for (let x = 0; x < left.length; x++) {
    const m = 6 * left[x]!
    const n = Math.min(m + 6, last)
    if (mattes[m + 5] === 0 && mattes[n + 5] === 0) continue
    const s = share[x]!
    const at = 3 * x
    const [r, g, b] = [levels[at]!, levels[at + 1]!, levels[at + 2]!]
    const much = mattes[m + 4] === 1 && mattes[n + 4] === 1 ? 1 : matteAt(mattes, m, n, s, r, g, b)
    const [i, j] = [2 * m, 2 * n]
    levels[at] = r + much * (mapAt(maps, i, j, s, r, g, b) - r)
    levels[at + 1] = g + much * (mapAt(maps, i + 4, j + 4, s, r, g, b) - g)
    levels[at + 2] = b + much * (mapAt(maps, i + 8, j + 8, s, r, g, b) - b)
  }
}

/** An affine map between the ones at `i` and `j`, of a colour. */
function mapAt(maps: Float32Array, i: number, j: number, s: number, r: number, g: number, b: number): number {
  const one = maps[i]! * r + maps[i + 1]! * g + maps[i + 2]! * b + maps[i + 3]!
  return one + s * (maps[j]! * r + maps[j + 1]! * g + maps[j + 2]! * b + maps[j + 3]! - one)
}

function matteAt(
  mattes: Float32Array,
  i: number,
  j: number,
  s: number,
  r: number,
  g: number,
  b: number,
): number {
  const value = mapAt(mattes, i, j, s, r, g, b)
  const least = mattes[i + 4]! + s * (mattes[j + 4]! - mattes[i + 4]!)
  const most = mattes[i + 5]! + s * (mattes[j + 5]! - mattes[i + 5]!)
  return value < least ? least : value > most ? most : value
}

function shareRow(
  into: Float32Array,
  data: Uint8Array,
  row: number,
  mattes: Float32Array,
  { left, share }: ColumnWeights,
): void {
  const last = mattes.length - 6
  for (let x = 0; x < left.length; x++) {
    const m = 6 * left[x]!
    const n = Math.min(m + 6, last)
    if (mattes[m + 5] === 0 && mattes[n + 5] === 0) continue
    const at = row + 3 * x
    into[x] = matteAt(mattes, m, n, share[x]!, data[at]!, data[at + 1]!, data[at + 2]!)
  }
}

/** Blends the levels of a row toward redrawn content, in place. */
function redrawRow(levels: Float32Array, share: Float32Array, drawn: Uint8Array, row: number): void {
  for (let x = 0; x < share.length; x++) {
    const much = share[x]!
    if (much === 0) continue
    for (let i = 3 * x; i < 3 * x + 3; i++) {
      const level = Math.min(255, Math.max(0, levels[i]!))
      levels[i] = level + much * (drawn[row + i]! - level)
    }
  }
}

function mapRow(
  map: Uint8Array,
  start: number,
  before: Uint8Array,
  after: Uint8ClampedArray,
  share: Float32Array,
): void {
  for (let x = 0; x < share.length; x++) {
    const at = 3 * (start + x)
    const moved = Math.max(
      Math.abs(after[at]! - before[at]!),
      Math.abs(after[at + 1]! - before[at + 1]!),
      Math.abs(after[at + 2]! - before[at + 2]!),
    )
    if (moved > 0) map[start + x] = Math.max(Math.min(127, 2 * moved), Math.round(255 * share[x]!))
  }
}
