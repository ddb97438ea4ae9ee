import { differenceShares, widened } from '../../image/index.ts'
import { type Check, type Finding, visible } from './check.ts'

/** Only where it should: outside of the region and a feather's width around it hardly anything changed visibly. */
export const confined: Check = {
  name: 'confined',
  needs: [],
  run({ difference, demands, draft: { region }, limits }): Finding {
    if (region === undefined)
      return demands.where === 'region' ? { values: {}, reason: 'no-region' } : { values: {} }
    const { width, height } = difference
    if (region.width !== width || region.height !== height)
      return { values: { width: region.width, height: region.height }, reason: 'region-size' }
    const feather = Math.max(1, Math.round(Math.min(width, height) / 128))
    const { leaked, equalOutside, outside } = differenceShares(difference, visible, widened(region, feather))
    const values = { leaked, equalOutside, outside: outside / (width * height), feather }
    return leaked > limits.leaked ? { values, reason: 'leaks' } : { values }
  },
}
