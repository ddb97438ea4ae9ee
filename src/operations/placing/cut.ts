import {
  invertMask,
  type Layer,
  levelOfLinear,
  linearOfLevel,
  type Mask,
  type Picture,
  spreadColours,
} from '../../image/index.ts'

/**
 * A subject's own colours along its soft edge, where the picture shows a mixture: in linear light
 * C = α·F + (1 − α)·B is solved for F with the background B carried in from outside. Where little of the subject is
 * seen, its colours are those carried out from inside. Fully covered pixels stay as they are, to the bit.
 */
export function cutSubject(picture: Picture, matte: Mask): Layer {
  const inner = spreadColours(picture, matte)
  const outer = spreadColours(picture, invertMask(matte))
  const data = inner.data.slice()
  for (const [i, coverage] of matte.data.entries()) {
    if (coverage === 0 || coverage >= 250) continue
    const alpha = coverage / 255
    // Trust grows with the coverage: dividing by a small one would only amplify noise.
    const trust = Math.min(1, Math.max(0, (alpha - 0.25) / 0.6))
    for (let c = 3 * i; c < 3 * i + 3; c++) {
      const mixed = linearOfLevel[picture.data[c]!]!
      const own = (mixed - (1 - alpha) * linearOfLevel[outer.data[c]!]!) / alpha
      const carried = linearOfLevel[inner.data[c]!]!
      data[c] = levelOfLinear(carried + trust * (Math.min(1, Math.max(0, own)) - carried))
    }
  }
  return { picture: { ...picture, data }, alpha: matte }
}
