import {
  type Lab,
  labOfLinear,
  levelOfLinear,
  linearOfLab,
  linearOfLevel,
  type Mask,
  type Picture,
} from '../../image/index.ts'

/**
 * A function of colours as a table of 65 steps a channel, read between its entries: per entry red, green and blue as
 * sRGB levels, and one more number.
 */
export type Cube = Float32Array

const steps = 65
const stride = 256 / (steps - 1)

/** What the function makes of a colour. */
export interface Mapped {
  readonly lab: Lab
  readonly share: number
}

/** Which entries of a table are read for the colours of a picture where a mask covers. */
export function entriesFor(picture: Picture, mask: Mask): Uint8Array {
  const used = new Uint8Array(steps ** 3)
  const { data } = picture
  for (let p = 0; p < mask.data.length; p++) {
    if (mask.data[p] === 0) continue
    const i = Math.min(steps - 2, (data[3 * p]! / stride) | 0)
    const j = Math.min(steps - 2, (data[3 * p + 1]! / stride) | 0)
    const k = Math.min(steps - 2, (data[3 * p + 2]! / stride) | 0)
    used[(i * steps + j) * steps + k] = 1
  }
  const entries = used.slice()
  for (let at = 0; at < used.length; at++) {
    if (used[at] === 0) continue
    for (const right of [0, steps * steps])
      for (const down of [0, steps]) {
        entries[at + right + down] = 1
        entries[at + right + down + 1] = 1
      }
  }
  return entries
}

/**
 * Fills the entries of a table that are needed. `map` gets a colour in OKLab; what sRGB cannot show loses chroma, not
 * lightness.
 */
export function colourCube(entries: Uint8Array, map: (lab: Lab) => Mapped): Cube {
  const cube = new Float32Array(steps ** 3 * 4)
  const lights = Float64Array.from({ length: steps }, (_, i) => lightOf(Math.min(255, i * stride)))
  for (let at = 0; at < entries.length; at++) {
    if (entries[at] === 0) continue
    const [i, j, k] = [Math.floor(at / (steps * steps)), Math.floor(at / steps) % steps, at % steps]
    const { lab, share } = map(labOfLinear(lights[i]!, lights[j]!, lights[k]!))
    const shown = withinGamut(lab)
    for (let c = 0; c < 3; c++) cube[4 * at + c] = encoded(shown[c]!)
    cube[4 * at + 3] = share
  }
  return cube
}

/** Reads the table at a colour of sRGB levels into `out`: red, green, blue as levels with fractions, and the share. */
export function lookUp(cube: Cube, r: number, g: number, b: number, out: Float64Array): void {
  const [x, y, z] = [r / stride, g / stride, b / stride]
  const i = Math.min(steps - 2, x | 0)
  const j = Math.min(steps - 2, y | 0)
  const k = Math.min(steps - 2, z | 0)
  const t = x - i
  const s = y - j
  const q = z - k
  const base = ((i * steps + j) * steps + k) * 4
  const right = base + steps * steps * 4
  const down = steps * 4
  for (let c = 0; c < 4; c++) {
    const a = base + c
    const e = right + c
    const near = cube[a]! * (1 - q) + cube[a + 4]! * q
    const nearDown = cube[a + down]! * (1 - q) + cube[a + down + 4]! * q
    const far = cube[e]! * (1 - q) + cube[e + 4]! * q
    const farDown = cube[e + down]! * (1 - q) + cube[e + down + 4]! * q
    out[c] = (near * (1 - s) + nearDown * s) * (1 - t) + (far * (1 - s) + farDown * s) * t
  }
}

/** A colour with as much of its chroma as sRGB can show at its lightness, in linear light. */
export function withinGamut([lightness, a, b]: Lab): [number, number, number] {
  const light = Math.min(1, Math.max(0, lightness))
  const full = linearOfLab(light, a, b)
  if (isShown(full)) return full
  let [least, most] = [0, 1]
  for (let i = 0; i < 8; i++) {
    const middle = (least + most) / 2
    if (isShown(linearOfLab(light, a * middle, b * middle))) least = middle
    else most = middle
  }
  return linearOfLab(light, a * least, b * least)
}

const slack = 0.002

const isShown = ([r, g, b]: readonly number[]): boolean =>
  r! >= -slack && g! >= -slack && b! >= -slack && r! <= 1 + slack && g! <= 1 + slack && b! <= 1 + slack

/** Linear light of an sRGB level with a fraction. */
function lightOf(level: number): number {
  const low = Math.floor(level)
  const high = Math.min(255, low + 1)
  return linearOfLevel[low]! + (linearOfLevel[high]! - linearOfLevel[low]!) * (level - low)
}

/** A linear light as an sRGB level with a fraction. */
function encoded(light: number): number {
  if (light <= 0) return 0
  if (light >= 1) return 255
  return 255 * (light <= 0.0031308 ? light * 12.92 : 1.055 * light ** (1 / 2.4) - 0.055)
}

/** Mixes two colours given as levels in linear light, as a level. */
export function mixedLevel(one: number, other: number, share: number): number {
  const under = lightOf(Math.min(255, Math.max(0, one)))
  const over = lightOf(Math.min(255, Math.max(0, other)))
  return levelOfLinear(under + (over - under) * share)
}
