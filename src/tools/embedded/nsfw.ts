import { type Picture, resizePicture } from '../../image/index.ts'
import type { ModelFile } from '../../onnx/index.ts'
import type { Jobs } from '../tool.ts'
import { clamp, floatsOf } from './pixels.ts'

const side = 224

/** The network's classes in its order. */
const classes = ['drawing', 'hentai', 'neutral', 'porn', 'sexy'] as const
/** `sexy` is left out: it calls footballers and swimmers so. */
const unfit: readonly (typeof classes)[number][] = ['hentai', 'porn']

/** The nodes that {@link nsfwSafety} reads. */
export const nsfwOutputs: readonly string[] = ['Identity']

/** The probability that a picture is unsafe, by the MobileNetV2 of nsfwjs. */
export function nsfwSafety(model: ModelFile): Jobs['safety'] {
  return {
    async unsafe(picture: Picture): Promise<number> {
      const square = resizePicture(picture, { width: side, height: side, filter: 'bilinear' })
      const data = Float32Array.from(square.data, (x) => x / 255)
      const { output0 } = await model.run({ input: { dtype: 'f32', shape: [1, side, side, 3], data } })
      const probabilities = floatsOf(output0)
      return clamp(
        unfit.reduce((sum, name) => sum + probabilities[classes.indexOf(name)]!, 0),
        0,
        1,
      )
    },
  }
}
