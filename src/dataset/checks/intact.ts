import { type Picture, pictureStatistics } from '../../image/index.ts'
import type { Check } from './check.ts'

/**
 * Whether nothing is broken. `whole`: 1 where both pictures have all their pixels and one size; `deviation` of the
 * target's levels; how much more of it is `clipped` or `flat` than of the source.
 */
export const intact: Check = {
  name: 'intact',
  version: 1,
  needs: [],
  measure({ draft: { source, target } }) {
    const sizes = { width: target.width, height: target.height }
    if (!areOneSize(source, target)) return { whole: 0, ...sizes, bytes: target.data.length }
    const [before, after] = [pictureStatistics(source), pictureStatistics(target)]
    return {
      whole: 1,
      ...sizes,
      clipped: after.clipped - before.clipped,
      flat: after.flat - before.flat,
      deviation: after.deviation,
    }
  },
}

/** Whether two pictures have all their pixels and the same size: other checks can compare them. */
export const areOneSize = (a: Picture, b: Picture): boolean =>
  isWhole(a) && isWhole(b) && a.width === b.width && a.height === b.height

const isWhole = ({ width, height, data }: Picture): boolean =>
  width > 0 && height > 0 && data.length === 3 * width * height
