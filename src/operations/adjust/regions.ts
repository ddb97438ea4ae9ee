import { guidedFilter, type Picture, type Plane, planeOf } from '../../image/index.ts'
import { enlarged, workPictureOf } from '../tone/enlarge.ts'

/** Brightness as a level of 0 to 1. */
function lightOf({ width, height, data }: Picture): Plane {
  const plane = planeOf(width, height)
  for (let i = 0; i < plane.data.length; i++)
    plane.data[i] = (0.3 * data[3 * i]! + 0.59 * data[3 * i + 1]! + 0.11 * data[3 * i + 2]!) / 255
  return plane
}

/**
 * How light the surroundings of each pixel are, 0 to 1, with the picture's own edges, at the picture's size: what
 * shadows, highlights and clarity are told by.
 */
function surroundings(picture: Picture, share: number): Plane {
  const work = workPictureOf(picture)
  const light = lightOf(work)
  const radius = Math.max(2, Math.round(share * Math.max(work.width, work.height)))
  return enlarged(guidedFilter(light, { guide: light, radius, epsilon: 0.006 }), picture)
}

/** Shadows (below) or highlights (above) lifted or lowered by `amount`, −1 to 1; other tones and local contrast stay. */
export function tonesShifted(picture: Picture, which: 'shadows' | 'highlights', amount: number): Picture {
  const around = surroundings(picture, 0.03).data
  // What a surrounding of each of 256 tones is multiplied by, on sRGB levels.
  const gains = Float32Array.from({ length: 256 }, (_, level) => {
    const x = level / 255
    const rise = (from: number, to: number): number => {
      const t = Math.min(1, Math.max(0, (x - from) / (to - from)))
      return t * t * (3 - 2 * t)
    }
    if (which === 'shadows') {
      const dark = 1 - rise(0.05, 0.58)
      return amount >= 0 ? 1 + 1.5 * amount * dark : 1 + 0.62 * amount * dark
    }
    const bright = rise(0.42, 0.92)
    return amount >= 0 ? 1 + 0.28 * amount * bright : 1 + 0.42 * amount * bright
  })
  const { width, height, data } = picture
  const out = new Uint8Array(data.length)
  for (let i = 0, at = 0; i < around.length; i++, at += 3) {
    const gain = gains[Math.min(255, Math.max(0, Math.round(around[i]! * 255)))]!
    const [r, g, b] = [data[at]!, data[at + 1]!, data[at + 2]!]
    if (gain <= 1) {
      out[at] = gain * r + 0.5
      out[at + 1] = gain * g + 0.5
      out[at + 2] = gain * b + 0.5
      continue
    }
    // Lifted tones bend toward white instead of being clipped: x·g / (1 + (g − 1)·x).
    const most = (gain - 1) / 255
    out[at] = (gain * r) / (1 + most * r) + 0.5
    out[at + 1] = (gain * g) / (1 + most * g) + 0.5
    out[at + 2] = (gain * b) / (1 + most * b) + 0.5
  }
  return { width, height, data: out }
}

/** More or less contrast between neighbouring parts by `amount`, −1 to 1; skin and the ends of the scale get less. */
export function clarified(picture: Picture, amount: number): Picture {
  const around = surroundings(picture, 0.025).data
  const { width, height, data } = picture
  const out = new Uint8ClampedArray(data.length)
  const strength = amount >= 0 ? 1.9 * amount : 0.95 * amount
  for (let i = 0, at = 0; i < around.length; i++, at += 3) {
    const [r, g, b] = [data[at]!, data[at + 1]!, data[at + 2]!]
    const light = (0.3 * r + 0.59 * g + 0.11 * b) / 255
    const middle = 4 * around[i]! * (1 - around[i]!)
    // Skin is red before green before blue; its pores are no detail.
    const skin = r > g && g > b && r - b > 20 && r - b < 120 ? 0.45 : 1
    const change = 255 * strength * (0.25 + 0.75 * middle) * skin * softly(light - around[i]!)
    out[at] = r + change
    out[at + 1] = g + change
    out[at + 2] = b + change
  }
  return { width, height, data: new Uint8Array(out.buffer) }
}

/** Large differences are edges and not raised, so that they get no halo. */
const softly = (x: number): number => x / (1 + 9 * Math.abs(x))
