import {
  dilateMask,
  fillHoles,
  type Mask,
  maskArea,
  maskBox,
  resizeMask,
  thresholdMask,
  uniteMasks,
} from '../../../image/index.ts'
import { eraseRegion, obscureRegion, shadowOf, withRim } from '../../../operations/index.ts'
import { Rejection } from '../../../tools/index.ts'
import type { Carry, Found } from '../carry.ts'
import type { Target } from '../plan.ts'
import { eraseText } from './text.ts'

/** The largest share of the picture that can be filled from the rest. */
const mostErased = 0.45

/** Takes a thing out with the shadow that it throws, and fills the place from around it. */
export const erase: Carry<'erase'> = async ({ target }, bench) => {
  if (target.type === 'text') return await eraseText(target, bench)
  const found = await bench.find(target)
  bench.signal?.throwIfAborted()
  // What the user drew is taken as it is meant; a shadow is looked for only of what was found.
  const shadow = hasShadow(target) ? shadowOf(bench.picture, found.mask) : undefined
  const rim = target.type === 'region' ? thresholdMask(found.mask, 1) : withRim(bench.picture, found.mask)
  const hole = shadow ? withoutIslands(uniteMasks(rim, thresholdMask(shadow, 64))) : rim
  // Whoever draws the place wants it filled all the same.
  const share = maskArea(hole) / (hole.width * hole.height)
  if (target.type !== 'region' && share > mostErased) throw new Rejection('large', { share })
  const { picture, region } = eraseRegion(bench.picture, hole)
  const what = shadow ? `"${target.phrase}" and its shadow` : `"${target.phrase}"`
  return { picture, alpha: bench.alpha, region, did: `erase ${what} (${told(found)})` }
}

/** A hole with what it encloses: crumbs between a thing and its shadow belong to one of them. */
const withoutIslands = (hole: Mask): Mask => fillHoles(hole, 0.04 * maskArea(hole))

/** Makes a thing unreadable. */
export const obscure: Carry<'obscure'> = async ({ target, how, strength }, bench) => {
  const found = await bench.find(target)
  const mask = target.type === 'region' ? found.mask : withMargin(found.mask)
  const { picture, region } = obscureRegion(bench.picture, mask, how, strength)
  return { picture, alpha: bench.alpha, region, did: `${how} "${target.phrase}" (${told(found)})` }
}

const hasShadow = ({ type }: Target): boolean => type === 'thing' || type === 'subject' || type === 'person'

const told = ({ label, score }: Found): string => `${label}, ${score.toFixed(2)}`

/** The mask with a margin of a twentieth of its smaller side, so that no edge tells what was there. */
function withMargin(mask: Mask): Mask {
  const box = maskBox(mask, 40)
  if (box === undefined) return mask
  const scale = Math.min(1, 1024 / Math.max(mask.width, mask.height))
  const size = { width: Math.ceil(scale * mask.width), height: Math.ceil(scale * mask.height) }
  const small = thresholdMask(resizeMask(mask, { ...size, filter: 'bilinear' }), 40)
  const margin = Math.max(1, 0.05 * scale * Math.min(box.width, box.height))
  return resizeMask(dilateMask(small, margin), { width: mask.width, height: mask.height, filter: 'bilinear' })
}
