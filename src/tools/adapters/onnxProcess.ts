import type { Picture } from '../../image/index.ts'
import { serve } from '../serve.ts'
import { type OnnxFlow, type OnnxMatting, openOnnxModels } from './onnxModels.ts'

/** The process of the user's ONNX files. */
const models = openOnnxModels()

serve(async ({ method, args }) => {
  const [choice, first, second] = args as readonly [unknown, Picture, Picture]
  switch (method) {
    case 'matte':
      return await models.matte(choice as OnnxMatting, first)
    case 'flow':
      return await models.flow(choice as OnnxFlow, first, second)
    default:
      throw new Error(`internal: no method ${method}`)
  }
})
