import { blurPicture, boxMean, type Picture, type Plane, soften } from '../../image/index.ts'
import { noiseLevel, noiseOf } from './denoise.ts'

/** The side in pixels for which sizes of effects are stated. */
const usualSide = 1024

/** Levels that a strong edge may be exceeded by. */
const mostHalo = 22

/**
 * The picture sharper, `amount` 0 to 1, where 0.3 is usual: fine detail and small contrasts gain, noise does not, and
 * strong edges get no halos. Sizes grow with the picture.
 */
export function sharpenDetail(picture: Picture, amount: number): Picture {
  const { width, height, data } = picture
  if (amount <= 0) return { width, height, data: data.slice() }
  const scale = Math.max(1, Math.max(width, height) / usualSide)
  const light = lightOf(picture)
  const noise = noiseLevel(noiseOf(light))
  const core = (1 + 1.5 * Math.min(8, noise)) ** 2
  const fine = soften(light, 0.8 * Math.sqrt(scale))
  // Two boxes of the variance that is lacking.
  const radius = Math.max(1, Math.round((Math.sqrt(6 * ((1.7 * scale) ** 2 - 0.64 * scale) + 1) - 1) / 2))
  const coarse = boxMean(boxMean(fine, radius), radius)
  const out = new Uint8ClampedArray(data.length)
  const [fineGain, coarseGain] = [3.2 * amount, 1.4 * amount]
  for (let i = 0; i < light.data.length; i++) {
    const [one, two] = [light.data[i]! - fine.data[i]!, fine.data[i]! - coarse.data[i]!]
    const squares = one * one + two * two
    const more = ((fineGain * one + coarseGain * two) * squares) / (squares + core)
    const add = more / (1 + Math.abs(more) / mostHalo)
    out[3 * i] = data[3 * i]! + add
    out[3 * i + 1] = data[3 * i + 1]! + add
    out[3 * i + 2] = data[3 * i + 2]! + add
  }
  return { width, height, data: new Uint8Array(out.buffer) }
}

/** The picture softer, `amount` 0 to 1, where 0.3 is usual. */
export function softenDetail(picture: Picture, amount: number): Picture {
  const scale = Math.max(picture.width, picture.height) / usualSide
  return blurPicture(picture, Math.max(0.3, 5 * amount * scale))
}

/** Brightness in levels, 0 to 255. */
function lightOf({ width, height, data }: Picture): Plane {
  const light = new Float32Array(width * height)
  for (let i = 0; i < light.length; i++)
    light[i] = 0.299 * data[3 * i]! + 0.587 * data[3 * i + 1]! + 0.114 * data[3 * i + 2]!
  return { width, height, data: light }
}
