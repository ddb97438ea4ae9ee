import { differenceShares } from '../../image/index.ts'
import { type Check, visible } from './check.ts'

/** How much changed: `share`, the share of pixels that differ visibly. */
export const changed: Check = {
  name: 'changed',
  version: 1,
  needs: [],
  measure: ({ difference }) => ({ share: differenceShares(difference, visible).changed }),
}
