import { readFile } from 'node:fs/promises'
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { openSuggester } from '../../../service/index.ts'
import { ApiError } from '../apiError.ts'
import { exampleFile, examples } from '../examples.ts'
import { type AppParts, type Env, newRouter, type Router } from '../parts.ts'
import { nameParams } from '../schemas/editors.ts'
import { failures, json } from '../schemas/errors.ts'
import { pictureParams } from '../schemas/pictures.ts'
import { exampleSchema, suggestionSchema } from '../schemas/suggestions.ts'

const tags = ['Suggestions']

const suggest = createRoute({
  method: 'get',
  path: '/v1/pictures/{id}/suggestions',
  tags,
  summary: 'Instructions that suit a picture, by its detected contents',
  request: { params: pictureParams },
  responses: { 200: json(z.array(suggestionSchema), 'At most one of each kind'), ...failures },
})

const list = createRoute({
  method: 'get',
  path: '/v1/examples',
  tags,
  summary: 'Example pictures, each with an instruction that the darkroom carries out on it',
  responses: { 200: json(z.array(exampleSchema), 'The examples'), ...failures },
})

const file = createRoute({
  method: 'get',
  path: '/v1/examples/{name}',
  tags,
  summary: 'The file of an example picture',
  request: { params: nameParams },
  responses: {
    200: {
      description: 'A JPEG file',
      content: { 'image/jpeg': { schema: z.string().openapi({ format: 'binary' }) } },
    },
    ...failures,
  },
})

function build({ pictures, models, stopping }: AppParts): OpenAPIHono<Env> {
  const app = newRouter()
  const suggester = openSuggester(pictures)
  stopping.addEventListener('abort', () => void suggester.close(), { once: true })
  app.openapi(suggest, async (c) => {
    const { id } = c.req.valid('param')
    return c.json([...(await suggester.suggest(c.get('owner'), id, c.req.raw.signal))], 200)
  })
  app.openapi(list, async (c) => {
    const darkroom = (await models.models()).find(({ kind }) => kind === 'darkroom')
    const lacking = (job: string): readonly string[] =>
      darkroom?.tools?.find((tool) => tool.job === job && !tool.isReady)?.packs ?? []
    const listed = examples.map(({ name, en, cn, needs }) => ({
      name,
      en,
      cn,
      packs: [...new Set(needs.flatMap(lacking))],
    }))
    return c.json(listed, 200)
  })
  app.openapi(file, async (c) => {
    const { name } = c.req.valid('param')
    const example = examples.find((each) => each.name === name)
    if (!example) throw new ApiError(404, 'not_found', `${name}: no example with this name`)
    return c.body(new Uint8Array(await readFile(exampleFile(example))), 200, {
      'content-type': 'image/jpeg',
      'cache-control': 'private, max-age=86400',
    })
  })
  return app
}

export const suggestionsRouter: Router = {
  tag: 'Suggestions',
  about: 'Suggested instructions and examples.',
  build,
}
