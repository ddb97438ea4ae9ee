import {
  addNoise,
  levelOfLinear,
  linearOfLevel,
  mapLinear,
  type NextRandom,
  type Picture,
  type Plane,
  planeOf,
  soften,
  vignette,
} from '../../image/index.ts'
import { enlargedRows, isLarge } from './enlarge.ts'

/*
 * What lies over a picture. On pictures of up to 1.5 megapixels these give what the functions of `image` give, to the
 * bit; on larger ones the same look, with specks as large as on a picture whose longer side has 1024 pixels.
 */

/** How many pixels of a large picture are one of a picture of 1024. */
const scaleOf = ({ width, height }: { readonly width: number; readonly height: number }): number =>
  Math.max(1, Math.max(width, height) / 1024)

/** Noise of a deviation in levels, in specks of about `grain` pixels. */
export function grainOver(
  picture: Picture,
  options: {
    readonly levels: number
    readonly grain: number
    readonly grey?: boolean
    readonly next: NextRandom
  },
): Picture {
  if (!isLarge(picture)) return addNoise(picture, options)
  const { levels, grain, grey = false, next } = options
  const { width, height, data } = picture
  // Specks are made at half of their scale, which shows them round, and then enlarged.
  const factor = Math.max(1, scaleOf(picture) / 2)
  const size = { width: Math.ceil(width / factor), height: Math.ceil(height / factor) }
  const out = new Uint8ClampedArray(data.length)
  const sigma = Math.max(0.5, (2 * Math.max(0.35, grain) * Math.min(2, scaleOf(picture))) / 2)
  // Blurred, even numbers are as good as normal ones.
  const noise = planeOf(size.width, size.height)
  for (let i = 0; i < noise.data.length; i++) noise.data[i] = next() - 0.5
  const soft = soften(noise, sigma)
  let power = 0
  for (let i = 0; i < soft.data.length; i++) power += soft.data[i]! * soft.data[i]!
  const gain = levels / Math.sqrt(power / soft.data.length)
  for (let channel = 0; channel < (grey ? 1 : 3); channel++) {
    // Specks of one channel lie far from the same ones of another.
    const moved = rowsMoved(soft, Math.round((channel * size.height) / 3))
    enlargedRows(moved, picture, (row, start) => {
      let at = 3 * start + channel
      if (grey)
        for (let x = 0; x < width; x++, at += 3) {
          const speck = gain * row[x]!
          out[at] = data[at]! + speck
          out[at + 1] = data[at + 1]! + speck
          out[at + 2] = data[at + 2]! + speck
        }
      else for (let x = 0; x < width; x++, at += 3) out[at] = data[at]! + gain * row[x]!
    })
  }
  return { width, height, data: new Uint8Array(out.buffer) }
}

/** A plane whose rows begin further down and go on from the first. */
function rowsMoved({ width, height, data }: Plane, down: number): Plane {
  const out = new Float32Array(data.length)
  out.set(data.subarray(down * width))
  out.set(data.subarray(0, down * width), data.length - down * width)
  return { width, height, data: out }
}

/** Light of each level, dimmed by each of 512 steps, as a level. */
function dimTable(darkest: number): Uint8Array {
  const table = new Uint8Array(512 * 256)
  for (let step = 0; step < 512; step++)
    for (let level = 0; level < 256; level++)
      table[256 * step + level] = levelOfLinear(linearOfLevel[level]! * (1 - (darkest * step) / 511))
  return table
}

/** Darker toward the corners, 0 (not) to 1 (black corners); below 0 lighter. */
export function cornersDarkened(picture: Picture, strength: number): Picture {
  if (!isLarge(picture) && strength >= 0) return vignette(picture, strength)
  const { width, height, data } = picture
  const out = new Uint8Array(data.length)
  const table = dimTable(strength)
  const squares = Float32Array.from({ length: width }, (_, x) => ((2 * (x + 0.5)) / width - 1) ** 2)
  // By the squared distance from the middle, in 2048 steps.
  const steps = Uint16Array.from({ length: 2049 }, (_, i) => {
    const distance = Math.min(1, Math.max(0, (Math.sqrt(i / 2048) - 0.35) / 0.65))
    return Math.round(511 * distance * distance * (3 - 2 * distance))
  })
  for (let y = 0; y < height; y++) {
    const up = ((2 * (y + 0.5)) / height - 1) ** 2
    for (let x = 0; x < width; x++) {
      const row = 256 * steps[Math.round((squares[x]! + up) * 1024)]!
      const at = 3 * (y * width + x)
      out[at] = table[row + data[at]!]!
      out[at + 1] = table[row + data[at + 1]!]!
      out[at + 2] = table[row + data[at + 2]!]!
    }
  }
  return { width, height, data: out }
}

/** Adds light to the picture, alike in all channels; `light` may be of another size. */
export function lightAdded(picture: Picture, light: Plane): Picture {
  const { width, height } = picture
  const data = picture.data.slice()
  enlargedRows(light, picture, (row, start) => {
    for (let x = 0; x < width; x++) {
      const more = row[x]!
      if (more < 1e-5) continue
      const end = 3 * (start + x) + 3
      for (let at = end - 3; at < end; at++) data[at] = levelOfLinear(linearOfLevel[data[at]!]! + more)
    }
  })
  return { width, height, data }
}

/** Lays a light over the picture by coverage, in linear light; `cover` may be of another size. */
export function lightLaid(
  picture: Picture,
  cover: Plane,
  { light, most }: { readonly light: number; readonly most: number },
): Picture {
  if (!isLarge(picture) && cover.width === picture.width && cover.height === picture.height)
    return mapLinear(picture, (rgb, i) => {
      const share = most * cover.data[i]!
      for (let c = 0; c < 3; c++) rgb[c] = rgb[c]! * (1 - share) + Math.max(rgb[c]!, light) * share
    })
  const data = picture.data.slice()
  enlargedRows(cover, picture, (row, start) => {
    for (let x = 0; x < row.length; x++) {
      const share = most * row[x]!
      if (share < 1e-4) continue
      const end = 3 * (start + x) + 3
      for (let at = end - 3; at < end; at++) {
        const own = linearOfLevel[data[at]!]!
        if (own < light) data[at] = levelOfLinear(own + (light - own) * share)
      }
    }
  })
  return { ...picture, data }
}
