import { type AffineField, between } from './affine.ts'
import type { Mask, Picture } from './picture.ts'

/**
 * How much of something each pixel gets, told at a small size so that it follows the edges of a large picture: an
 * affine map of the colour there, held between two bounds. Six numbers a pixel: four of the map, the lower bound, and
 * the upper one.
 */
export interface Matte {
  readonly width: number
  readonly height: number
  readonly data: Float32Array
}

/** What to do to a large picture, told at a small size. */
export interface Carried {
  /** From colours to new colours; three outputs. */
  readonly tone: AffineField
  /** How much of the new colours there is. */
  readonly toned: Matte
  /** How much there is of what was drawn anew. */
  readonly redrawn: Matte
  /** What was drawn anew, at the size of the large picture; left out where nothing was. */
  readonly drawn: Picture | undefined
}

/**
 * Carries a change to a large picture, and tells where: 0 where a pixel is as it was, to the bit, up to 127 twice the
 * levels by which its colour moved, above it the share of what was drawn anew.
 */
export function carryChange(original: Picture, carried: Carried): { picture: Picture; map: Mask } {
  const { width, height, data } = original
  const out = new Uint8ClampedArray(data)
  const map = new Uint8Array(width * height)
  const { tone, toned, redrawn, drawn } = carried
  const columns = Array.from({ length: width }, (_, x) => between(x, width, tone.width))
  const line = new Float32Array(tone.width * numbers)
  for (let y = 0; y < height; y++) {
    const place = between(y, height, tone.height)
    mixRows(line, tone.data, 12, 0, tone.width, place)
    mixRows(line, toned.data, 6, 12, tone.width, place)
    mixRows(line, redrawn.data, 6, 18, tone.width, place)
    carryRow({ data, out, map, drawn: drawn?.data }, y * width, line, columns)
  }
  return { picture: { width, height, data: new Uint8Array(out.buffer) }, map: { width, height, data: map } }
}

/** Twelve of the tone and six of each matte. */
const numbers = 24

/** A row between two of the small size, into the places of its numbers. */
function mixRows(
  line: Float32Array,
  data: Float32Array,
  each: number,
  place: number,
  width: number,
  [top, bottom, share]: readonly [number, number, number],
): void {
  for (let x = 0; x < width; x++)
    for (let k = 0; k < each; k++) {
      const above = data[(top * width + x) * each + k]!
      line[x * numbers + place + k] = above + share * (data[(bottom * width + x) * each + k]! - above)
    }
}

interface Row {
  readonly data: Uint8Array
  readonly out: Uint8ClampedArray
  readonly map: Uint8Array
  readonly drawn: Uint8Array | undefined
}

const upperToned = 17
const upperRedrawn = 23

function carryRow(
  { data, out, map, drawn }: Row,
  start: number,
  line: Float32Array,
  columns: readonly (readonly [number, number, number])[],
): void {
  const c = new Float64Array(numbers)
  for (let x = 0; x < columns.length; x++) {
    const [left, right, share] = columns[x]!
    const [l, r] = [left * numbers, right * numbers]
    const mostToned = line[l + upperToned]! + line[r + upperToned]!
    const mostRedrawn = drawn ? line[l + upperRedrawn]! + line[r + upperRedrawn]! : 0
    if (mostToned <= 0 && mostRedrawn <= 0) continue
    for (let k = 0; k < numbers; k++) c[k] = line[l + k]! + share * (line[r + k]! - line[l + k]!)
    const at = 3 * (start + x)
    const [red, green, blue] = [data[at]!, data[at + 1]!, data[at + 2]!]
    const much = held(c[12]! * red + c[13]! * green + c[14]! * blue + c[15]!, c[16]!, c[17]!)
    let nr = red + much * (c[0]! * red + c[1]! * green + c[2]! * blue + c[3]! - red)
    let ng = green + much * (c[4]! * red + c[5]! * green + c[6]! * blue + c[7]! - green)
    let nb = blue + much * (c[8]! * red + c[9]! * green + c[10]! * blue + c[11]! - blue)
    let anew = 0
    if (drawn && mostRedrawn > 0) {
      anew = held(c[18]! * red + c[19]! * green + c[20]! * blue + c[21]!, c[22]!, c[23]!)
      nr = clamped(nr)
      ng = clamped(ng)
      nb = clamped(nb)
      nr += anew * (drawn[at]! - nr)
      ng += anew * (drawn[at + 1]! - ng)
      nb += anew * (drawn[at + 2]! - nb)
    }
    out[at] = nr
    out[at + 1] = ng
    out[at + 2] = nb
    const moved = Math.max(
      Math.abs(out[at]! - red),
      Math.abs(out[at + 1]! - green),
      Math.abs(out[at + 2]! - blue),
    )
    map[start + x] = moved === 0 ? 0 : Math.max(Math.min(127, 2 * moved), Math.round(255 * anew))
  }
}

function held(value: number, least: number, most: number): number {
  return value < least ? least : value > most ? most : value
}

const clamped = (level: number): number => (level < 0 ? 0 : level > 255 ? 255 : level)
