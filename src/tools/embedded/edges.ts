import type { Jobs } from '../tool.ts'
import { type OpenCv, withMats } from './opencv.ts'

/** Canny's thresholds, those that edge-led generators were trained with. */
const [low, high] = [100, 200]

/** Canny edges of the grey picture. */
export function cannyEdges(cv: OpenCv): Jobs['edges'] {
  return {
    edges: async ({ width, height, data }) =>
      withMats(cv, (scope) => {
        const [grey, found] = [scope.mat(), scope.mat()]
        cv.cvtColor(scope.bytes(height, width, data), grey, cv.COLOR_RGB2GRAY)
        cv.Canny(grey, found, low, high, 3, true)
        return { width, height, data: Uint8Array.from(found.data) }
      }),
  }
}
