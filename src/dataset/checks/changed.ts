import { differenceShares } from '../../image/index.ts'
import { type Check, type Finding, visible } from './check.ts'

/** Something changed: the visibly changed share of pixels lies within what the kind demands. */
export const changed: Check = {
  name: 'changed',
  needs: [],
  run({ difference, demands }): Finding {
    const share = differenceShares(difference, visible).changed
    const [least, most] = demands.changed
    const values = { share, least, most }
    if (share < least) return { values, reason: 'unchanged' }
    return share > most ? { values, reason: 'changed-too-much' } : { values }
  },
}
