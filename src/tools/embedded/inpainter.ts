import type { Mask, Picture } from '../../image/index.ts'
import type { Jobs } from '../tool.ts'
import { type OpenCv, withMats } from './opencv.ts'

/** How far around a pixel it looks, in pixels. */
const radius = 4

/** Fills by marching in from the edge of the mask (Telea): smooth, without texture. */
export function teleaInpainter(cv: OpenCv): Jobs['inpainter'] {
  return {
    async inpaint(picture, mask) {
      const problem = maskProblem(picture, mask)
      if (problem !== undefined) throw new Error(problem)
      const { width, height, data } = picture
      const filled = withMats(cv, (scope) => {
        const binary = Uint8Array.from(mask.data, (x) => (x >= 128 ? 255 : 0))
        const to = scope.mat()
        cv.inpaint(
          scope.bytes(height, width, data),
          scope.bytes(height, width, binary),
          to,
          radius,
          cv.INPAINT_TELEA,
        )
        return Uint8Array.from(to.data)
      })
      return onlyWhere(mask, { width, height, data: filled }, picture)
    },
  }
}

/** Why an inpainter cannot work with a mask: another size, or nothing to fill from. */
export function maskProblem({ width, height }: Picture, mask: Mask): string | undefined {
  if (mask.width !== width || mask.height !== height)
    return `expected a mask of ${width}×${height}, got ${mask.width}×${mask.height}; scale it to the picture`
  return mask.data.every((x) => x >= 128)
    ? 'the mask covers the complete picture, so there is nothing to fill it from; leave some of it free'
    : undefined
}

/** One picture where the mask covers (≥ 128), the other, bit by bit, elsewhere. */
export function onlyWhere(mask: Mask, there: Picture, elsewhere: Picture): Picture {
  const data = Uint8Array.from(elsewhere.data)
  for (let i = 0; i < mask.data.length; i++)
    if (mask.data[i]! >= 128) data.set(there.data.subarray(3 * i, 3 * i + 3), 3 * i)
  return { width: elsewhere.width, height: elsewhere.height, data }
}
