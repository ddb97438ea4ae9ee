import { compositePictures, type Picture } from '../../../image/index.ts'
import { type GenerationRequest, Rejection, type Toolbox } from '../../../tools/index.ts'

/**
 * What the generator paints; outside of the region the picture stays as it is, to the bit. @throws Rejection
 * `no-workflow` where the generator takes no such control
 */
export async function generated(tools: Toolbox, request: GenerationRequest): Promise<Picture> {
  const generator = tools.get('generator')
  const control = request.control?.type ?? 'none'
  if (!generator.controls.includes(control)) throw new Rejection('no-workflow', { control })
  const made = await generator.generate(request)
  return request.region === undefined ? made : compositePictures(request.picture, made, request.region)
}
