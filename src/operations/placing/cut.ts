import {
  invertMask,
  type Layer,
  levelOfLinear,
  linearOfLevel,
  type Mask,
  type Picture,
  spreadColours,
} from '../../image/index.ts'
import { sampled, shrinkFactor, shrinkMask, shrinkPicture } from '../shrink.ts'

/** Colours are spread over pictures of at most so many pixels: larger ones are shrunk for it. */
const mostSpread = 1_200_000

/**
 * A subject's own colours along its soft edge, where the picture shows a mixture: in linear light
 * C = α·F + (1 − α)·B is solved for F with the background B carried in from outside. Where little of the subject is
 * seen, its colours are those carried out from inside. Fully covered pixels stay as they are, to the bit.
 */
export function cutSubject(picture: Picture, matte: Mask): Layer {
  return { picture: ownColours(picture, matte, true), alpha: matte }
}

/** The subject's own colours along its soft edge as {@link cutSubject} gives them; the rest of the picture as it is. */
export function edgeColours(picture: Picture, matte: Mask): Picture {
  return ownColours(picture, matte, false)
}

function ownColours(picture: Picture, matte: Mask, outside: boolean): Picture {
  const factor = shrinkFactor(picture, mostSpread)
  const [small, smallMatte] = [shrinkPicture(picture, factor), shrinkMask(matte, factor)]
  const inner = spreadColours(small, smallMatte)
  const outer = spreadColours(small, invertMask(smallMatte))
  const data = outside && factor === 1 ? inner.data.slice() : picture.data.slice()
  const { width, height } = picture
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const i = y * width + x
      const coverage = matte.data[i]!
      if (coverage >= 250) continue
      if (coverage === 0) {
        if (outside && factor > 1)
          for (let c = 0; c < 3; c++) data[3 * i + c] = sampled(inner, 3, c, factor, x, y) + 0.5
        continue
      }
      const alpha = coverage / 255
      // Trust grows with the coverage: dividing by a small one would only amplify noise.
      const trust = Math.min(1, Math.max(0, (alpha - 0.25) / 0.6))
      for (let c = 0; c < 3; c++) {
        const behind = factor === 1 ? outer.data[3 * i + c]! : Math.round(sampled(outer, 3, c, factor, x, y))
        const within = factor === 1 ? inner.data[3 * i + c]! : Math.round(sampled(inner, 3, c, factor, x, y))
        const own = (linearOfLevel[picture.data[3 * i + c]!]! - (1 - alpha) * linearOfLevel[behind]!) / alpha
        const carried = linearOfLevel[within]!
        data[3 * i + c] = levelOfLinear(carried + trust * (Math.min(1, Math.max(0, own)) - carried))
      }
    }
  return { width, height, data }
}
