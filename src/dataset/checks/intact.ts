import { type Picture, pictureStatistics } from '../../image/index.ts'
import type { Check, Finding } from './check.ts'

/** Nothing is broken: sizes fit, the target is neither blank nor blown out, and not much flatter than a picture is. */
export const intact: Check = {
  name: 'intact',
  needs: [],
  run({ kind, draft: { source, target } }): Finding {
    const sizes = { width: target.width, height: target.height }
    if (!isWhole(source) || !isWhole(target) || !sameSize(source, target))
      return { values: { ...sizes, bytes: target.data.length }, reason: 'size' }
    const [before, after] = [pictureStatistics(source), pictureStatistics(target)]
    const values = {
      ...sizes,
      clipped: after.clipped - before.clipped,
      flat: after.flat - before.flat,
      deviation: after.deviation,
    }
    if (after.deviation < 4) return { values, reason: 'blank' }
    // A drawing is black on white, and has plain paper.
    if (kind === 'style_change') return { values }
    if (values.clipped > 0.3) return { values, reason: 'clipped' }
    return values.flat > 0.6 ? { values, reason: 'flat' } : { values }
  },
}

const isWhole = ({ width, height, data }: Picture): boolean =>
  width > 0 && height > 0 && data.length === 3 * width * height

const sameSize = (a: Picture, b: Picture): boolean => a.width === b.width && a.height === b.height
