import { type Lab, labOfRgb, type Mask, type Picture } from '../../image/index.ts'

/** How much of the way to a dye's lightness hair goes when it is bleached, and when it is darkened. */
const [bleached, darkened] = [0.55, 0.8]
/** The chroma that hair has at the most: of the hues from red to yellow, which grow, and of others. */
const [natural, artificial] = [0.105, 0.13]

/**
 * The colour in OKLab that hair takes on on average when it is dyed: hair keeps some of its own lightness, and is never as
 * colourful as paint.
 */
export function hairDye(picture: Picture, hair: Mask, [lightness, a, b]: Lab): Lab {
  const step = Math.max(1, Math.floor(hair.data.length / 200_000))
  let [sum, weight] = [0, 1e-6]
  for (let i = 0; i < hair.data.length; i += step) {
    const share = hair.data[i]!
    if (share < 128) continue
    sum += share * labOfRgb([picture.data[3 * i]!, picture.data[3 * i + 1]!, picture.data[3 * i + 2]!])[0]
    weight += share
  }
  const own = sum / weight
  const way = lightness > own ? bleached : darkened
  // Grey and black look blue beside skin: hair of these has a little warmth.
  if (Math.hypot(a, b) < 0.02) return [own + way * (lightness - own), 0.005, 0.01]
  const degrees = (Math.atan2(b, a) * 180) / Math.PI
  const most = degrees > 0 && degrees < 110 ? natural : artificial
  const scale = Math.min(1, most / Math.max(1e-6, Math.hypot(a, b)))
  return [own + way * (lightness - own), scale * a, scale * b]
}
