import { type Mask, maskBox } from '../../../image/index.ts'
import { moveThing } from '../../../operations/index.ts'
import { Rejection } from '../../../tools/index.ts'
import type { Carry } from '../carry.ts'
import type { Place } from '../plan.ts'
import { told } from './told.ts'

/** The thing elsewhere, or larger or smaller, with its shadow; its place is filled. */
export const carryMove: Carry<'move'> = async ({ target, scale, to, ...by }, bench) => {
  const found = await bench.find(target)
  const { right, down } = to ? wayTo(found.mask, to) : by
  if (Math.hypot(right, down) < 0.01 && scale === 1) throw new Rejection('there-already')
  bench.signal?.throwIfAborted()
  const { picture, region, thing } = moveThing(bench.picture, found.mask, { right, down, scale })
  // In a picture with transparency the thing leaves a transparent place.
  const alpha = bench.alpha && {
    ...bench.alpha,
    data: bench.alpha.data.map((value, i) =>
      Math.max(thing.data[i]!, Math.round((value * (255 - found.mask.data[i]!)) / 255)),
    ),
  }
  return {
    picture,
    alpha,
    region,
    did: told(`move ${wayOf(right, down, scale)}`, target, found),
  }
}

/** From a thing's middle to a place: the picture's middle line, or a margin of 4 % from its sides. */
function wayTo(thing: Mask, to: Place): { readonly right: number; readonly down: number } {
  const box = maskBox(thing)
  if (!box) throw new Rejection('empty')
  const words = to.split(' ')
  const along = (start: number, size: number, whole: number, low: string, high: string): number => {
    if (words.includes(low)) return 0.04 - start / whole
    if (words.includes(high)) return 0.96 - (start + size) / whole
    return words.includes('center') ? 0.5 - (start + size / 2) / whole : 0
  }
  return {
    right: along(box.x, box.width, thing.width, 'left', 'right'),
    // What stands on the ground stays there when it is centred.
    down: words.includes('center') ? 0 : along(box.y, box.height, thing.height, 'top', 'bottom'),
  }
}

/** Such as `20 % right, to 150 %`. */
function wayOf(right: number, down: number, scale: number): string {
  const percent = (share: number): string => `${Math.round(100 * Math.abs(share))} %`
  const parts = [
    ...(right === 0 ? [] : [`${percent(right)} ${right > 0 ? 'right' : 'left'}`]),
    ...(down === 0 ? [] : [`${percent(down)} ${down > 0 ? 'down' : 'up'}`]),
    ...(scale === 1 ? [] : [`to ${percent(scale)} of its size`]),
  ]
  return parts.join(', ')
}
