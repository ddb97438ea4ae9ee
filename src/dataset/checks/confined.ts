import { differenceShares, widened } from '../../image/index.ts'
import { type Check, visible } from './check.ts'

/**
 * Whether only what should changed. `region`: 1 where there is one of the picture's size; then, outside of it and of a
 * feather around it, `leaked` is the visibly changed and `equalOutside` the bit-equal share, `outside` its share of the picture.
 */
export const confined: Check = {
  name: 'confined',
  version: 1,
  needs: [],
  measure({ difference, draft: { region } }) {
    const { width, height } = difference
    if (region === undefined || region.width !== width || region.height !== height) return { region: 0 }
    const feather = Math.max(1, Math.round(Math.min(width, height) / 128))
    const { leaked, equalOutside, outside } = differenceShares(difference, visible, widened(region, feather))
    return { region: 1, leaked, equalOutside, outside: outside / (width * height), feather }
  },
}
