import { createRoute, type OpenAPIHono } from '@hono/zod-openapi'
import type { ServiceModel } from '../../../service/index.ts'
import { ApiError } from '../apiError.ts'
import { type AppParts, type Env, newRouter, type Router } from '../parts.ts'
import { recentModels } from '../recentModels.ts'
import { failures, json } from '../schemas/errors.ts'
import { type ListedModel, listedModelSchema, modelListSchema, modelParams } from '../schemas/openaiModels.ts'

const tags = ['Models']

const list = createRoute({
  method: 'get',
  path: '/v1/models',
  tags,
  summary: "The models that are ready, in OpenAI's format",
  responses: { 200: json(modelListSchema, 'The models'), ...failures },
})

const get = createRoute({
  method: 'get',
  path: '/v1/models/{model}',
  tags,
  summary: "A model, in OpenAI's format",
  request: { params: modelParams },
  responses: { 200: json(listedModelSchema, 'The model'), ...failures },
})

function build(parts: AppParts): OpenAPIHono<Env> {
  const models = recentModels(parts.models)
  const app = newRouter()
  app.openapi(list, async (c) => {
    const ready = (await models()).filter(({ state }) => state === 'ready')
    return c.json({ object: 'list' as const, data: ready.map(listed) }, 200)
  })
  app.openapi(get, async (c) => {
    const { model } = c.req.valid('param')
    const found = (await models()).find(({ name, state }) => name === model && state === 'ready')
    if (!found)
      throw new ApiError(404, 'model_not_found', `${model}: no ready model with this name`, {
        param: 'model',
      })
    return c.json(listed(found), 200)
  })
  return app
}

/** OpenAI's fields, and our extensions. */
function listed({ name, kind, isDefault, options, pictures, licence }: ServiceModel): ListedModel {
  return {
    id: name,
    object: 'model',
    created: 0,
    owned_by: kind === 'remote' ? 'remote' : 'pentimento',
    is_default: isDefault,
    kind,
    options,
    pictures,
    ...(licence !== undefined && { licence }),
  }
}

export const modelsRouter: Router = {
  tag: 'Models',
  about: 'The editors of the server.',
  build,
}
