import { moveThing } from '../../../operations/index.ts'
import type { Carry } from '../carry.ts'
import { told } from './told.ts'

/** The thing elsewhere, or larger or smaller, with its shadow; its place is filled. */
export const carryMove: Carry<'move'> = async ({ target, right, down, scale }, bench) => {
  const found = await bench.find(target)
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

/** Such as `20 % right, to 150 %`. */
function wayOf(right: number, down: number, scale: number): string {
  const percent = (share: number): string => `${Math.round(100 * Math.abs(share))} %`
  const parts = [
    ...(right === 0 ? [] : [`${percent(right)} ${right > 0 ? 'right' : 'left'}`]),
    ...(down === 0 ? [] : [`${percent(down)} ${down > 0 ? 'down' : 'up'}`]),
    ...(scale === 1 ? [] : [`to ${percent(scale)} of its size`]),
  ]
  return parts.length === 0 ? 'nowhere' : parts.join(', ')
}
