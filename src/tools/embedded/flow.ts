import type { Picture } from '../../image/index.ts'
import type { Flow, Jobs } from '../tool.ts'
import { type OpenCv, withMats } from './opencv.ts'

/** Dense flow by Farneback's polynomial expansion, with the settings of its author's examples on a deeper pyramid. */
export function farnebackFlow(cv: OpenCv): Jobs['flow'] {
  return {
    async flow(from: Picture, to: Picture): Promise<Flow> {
      const { width, height } = from
      if (to.width !== width || to.height !== height)
        throw new Error(
          `expected two pictures of one size, got ${width}×${height} and ${to.width}×${to.height}; scale one`,
        )
      return withMats(cv, (scope) => {
        const [first, second, flow] = [scope.mat(), scope.mat(), scope.mat()]
        cv.cvtColor(scope.bytes(height, width, from.data), first, cv.COLOR_RGB2GRAY)
        cv.cvtColor(scope.bytes(height, width, to.data), second, cv.COLOR_RGB2GRAY)
        cv.calcOpticalFlowFarneback(first, second, flow, 0.5, 5, 15, 3, 5, 1.2, 0)
        const pairs = flow.data32F
        const [dx, dy] = [new Float32Array(width * height), new Float32Array(width * height)]
        for (let i = 0; i < width * height; i++) {
          dx[i] = pairs[2 * i]!
          dy[i] = pairs[2 * i + 1]!
        }
        return { width, height, dx, dy }
      })
    },
  }
}
