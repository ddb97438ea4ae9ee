import type { Picture } from '../../image/index.ts'
import { serve } from '../serve.ts'
import type { Box } from '../tool.ts'
import { type ModelChoice, openTransformersModels } from './transformersModels.ts'

/** The process of the local models: `transformersProcess.ts <folder of the tools>`. */
const models = openTransformersModels(process.argv[2] ?? '', process.env)

serve(async ({ method, args }) => {
  const [choice, picture, box] = args as readonly [ModelChoice, Picture, Box]
  switch (method) {
    case 'detect':
    case 'tag':
    case 'read':
    case 'depth':
      return await models[method](choice, picture)
    case 'segment':
      return await models.segment(choice, picture, box)
    default:
      throw new Error(`internal: no method ${method}`)
  }
})
