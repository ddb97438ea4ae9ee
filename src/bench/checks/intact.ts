import { invertMask, maskShare, widened } from '../../image/index.ts'
import { blurOf } from './background.ts'
import { atMost, type Finding, first, told, unknown } from './finding.ts'
import type { EditView } from './view.ts'

/** The most that a corner may be displaced, as a share of the longer side and in pixels; and the most blur, at 512. */
const [mostShare, mostPixels, mostBlur] = [0.006, 2, 1.6]

/** The frame is the source's: nothing is shifted, zoomed or blurred where the picture did not change. */
export function intact(view: EditView): Finding {
  const { registration, source } = view
  if (!registration) return unknown('the pictures have too little in common')
  // Drawings lie over photographs to some pixels only.
  const slack = view.checks.some(({ check }) => check === 'style') ? 1.4 : 1
  const bound = slack * Math.max(mostPixels, mostShare * Math.max(source.width, source.height))
  const { shift, zoom } = registration
  const away = Math.hypot(...shift) + (Math.abs(zoom - 1) * Math.hypot(source.width, source.height)) / 2
  const seen = `shifted by ${told(shift[0])}, ${told(shift[1])} pixels, zoomed by ${told(zoom)}`
  const frame = atMost(away, bound, seen)
  if (view.checks.some(({ check }) => check === 'tone' || check === 'style' || check === 'background'))
    return frame
  const outside = invertMask(widened(view.comparison.changed, 4))
  if (maskShare(outside) < 0.2) return frame
  const blur = blurOf(view, outside)
  return first([frame, atMost(blur, mostBlur, `blurred by ${told(blur)} pixels`), frame])
}
