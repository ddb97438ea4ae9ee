import type { Mask } from '../../../image/index.ts'
import type { Flow } from '../../../tools/index.ts'

/**
 * The two numbers by which section 3.1.1 of the paper chooses frames, in pixels: the mean of the norm of the foreground's
 * flow, and the norm of the mean flow of the background.
 * @param around the foreground with what borders it: what it leaves uncovered is the background
 */
export function flowNorms(
  { dx, dy }: Flow,
  foreground: Mask,
  around: Mask,
): { readonly foreground: number; readonly background: number } {
  let [norms, inside, sumX, sumY, outside] = [0, 0, 0, 0, 0]
  for (let i = 0; i < dx.length; i++) {
    if (foreground.data[i]! >= 128) {
      norms += Math.hypot(dx[i]!, dy[i]!)
      inside++
    } else if (around.data[i]! < 128) {
      sumX += dx[i]!
      sumY += dy[i]!
      outside++
    }
  }
  return {
    foreground: norms / Math.max(1, inside),
    background: Math.hypot(sumX, sumY) / Math.max(1, outside),
  }
}
