import { type Mask, type Picture, resizePicture } from '../../image/index.ts'
import type { ModelFile } from '../../onnx/index.ts'
import type { Jobs } from '../tool.ts'
import { clamp, floatsOf, resizeMask } from './pixels.ts'

const side = 1024

/**
 * The most salient subject by ISNet: the picture is stretched to 1024×1024, and its coverage is shrunk back.
 * Source: Qin et al., "Highly Accurate Dichotomous Image Segmentation", in half precision.
 */
export function isnetMatting(model: ModelFile): Jobs['matting'] {
  const [input] = model.inputs as [string]
  return {
    async matte(picture: Picture): Promise<Mask> {
      const square = resizePicture(picture, { width: side, height: side, filter: 'bilinear' })
      const planes = new Float32Array(3 * side * side)
      for (let i = 0; i < side * side; i++)
        for (let c = 0; c < 3; c++) planes[c * side * side + i] = (square.data[3 * i + c]! - 128) / 256
      const feeds = { [input]: { dtype: 'f32', shape: [1, 3, side, side], data: planes } as const }
      const { output } = await model.run(feeds, ['output'])
      const data = Uint8Array.from(floatsOf(output), (x) => Math.round(255 * clamp(x, 0, 1)))
      return resizeMask({ width: side, height: side, data }, picture.width, picture.height)
    },
  }
}
