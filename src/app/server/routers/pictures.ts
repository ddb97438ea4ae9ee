import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { readRecipe } from '../../../image/index.ts'
import { exportPicture } from '../../../service/index.ts'
import { ApiError } from '../apiError.ts'
import { mostBytes } from '../limits.ts'
import { type AppParts, type Env, newRouter, type Router } from '../parts.ts'
import { failures, json } from '../schemas/errors.ts'
import { pictureParams, storedPictureSchema } from '../schemas/pictures.ts'
import { recallSchema } from '../schemas/recall.ts'

const tags = ['Pictures']
const file = { schema: z.string().openapi({ format: 'binary' }) }

const add = createRoute({
  method: 'post',
  path: '/v1/pictures',
  tags,
  summary: 'Upload a picture: the body is the file',
  description:
    'JPEG, PNG, WebP, AVIF, GIF or TIFF, detected by content. The same file twice has the same id.',
  request: {
    query: z.strictObject({
      name: z.string().max(255).optional().describe("A file's name without folders."),
    }),
    body: { required: true, content: { 'application/octet-stream': file, 'image/*': file } },
  },
  responses: { 201: json(storedPictureSchema, 'The picture'), ...failures },
})

const get = createRoute({
  method: 'get',
  path: '/v1/pictures/{id}',
  tags,
  summary: 'What a picture is',
  request: { params: pictureParams },
  responses: { 200: json(storedPictureSchema, 'The picture'), ...failures },
})

const read = createRoute({
  method: 'get',
  path: '/v1/pictures/{id}/file',
  tags,
  summary: 'The file of a picture, as it came or was made, or in another format',
  request: {
    params: pictureParams,
    query: z.strictObject({
      name: z.string().max(255).optional().describe('Has browsers save it under this name.'),
      format: z.enum(['png', 'jpeg', 'webp']).optional().describe('Default: as it is stored.'),
      quality: z.coerce.number().int().min(1).max(100).optional().describe('Of JPEG and WebP.'),
      recipe: z
        .enum(['true', 'false'])
        .optional()
        .describe('`false` removes the recipe from an edited picture. Default: `true`.'),
    }),
  },
  responses: { 200: { description: 'The file', content: { 'image/*': file } }, ...failures },
})

const thumbnail = createRoute({
  method: 'get',
  path: '/v1/pictures/{id}/thumbnail',
  tags,
  summary: 'A small copy of a picture',
  request: {
    params: pictureParams,
    query: z.strictObject({
      side: z.coerce
        .number()
        .int()
        .min(16)
        .max(2048)
        .default(256)
        .describe('Most pixels of its longer side.'),
    }),
  },
  responses: { 200: { description: 'The file', content: { 'image/webp': file } }, ...failures },
})

const recipe = createRoute({
  method: 'get',
  path: '/v1/pictures/{id}/recipe',
  tags,
  summary: 'The recipe inside an edited picture',
  request: { params: pictureParams },
  responses: {
    200: json(z.record(z.string(), z.unknown()).nullable().openapi('Recipe'), 'Null where it has none'),
    ...failures,
  },
})

const recall = createRoute({
  method: 'get',
  path: '/v1/pictures/{id}/recall',
  tags,
  summary: 'The edit that made a picture, by the recipe inside it, ready to be made again',
  description:
    'The pictures that went into it are looked for among your own, by their pixels. What is not at hand is named in `missing`.',
  request: { params: pictureParams },
  responses: { 200: json(recallSchema.nullable(), 'Null where it has no recipe'), ...failures },
})

/** What is named by its content never changes; only its owner's browser may keep it. */
const forEver = 'private, max-age=31536000, immutable'

function build({ pictures, history, limits }: AppParts): OpenAPIHono<Env> {
  const app = newRouter()
  app.use('/v1/pictures', mostBytes(limits.pictureBytes))
  app.openapi(add, async (c) => {
    const bytes = new Uint8Array(await c.req.arrayBuffer())
    if (bytes.length === 0)
      throw new ApiError(
        400,
        'missing_required_parameter',
        'body: expected the file of a picture, got no bytes',
      )
    const { name = 'picture' } = c.req.valid('query')
    return c.json(await pictures.add(c.get('owner'), name, bytes), 201)
  })
  app.openapi(get, async (c) => c.json(await pictures.get(c.get('owner'), c.req.valid('param').id), 200))
  app.openapi(read, async (c) => {
    const { id } = c.req.valid('param')
    const { type } = await pictures.get(c.get('owner'), id)
    const { name, format, quality, recipe } = c.req.valid('query')
    const stored = await pictures.read(c.get('owner'), id)
    const isStored = format === undefined && quality === undefined && recipe !== 'false'
    const exported = isStored
      ? undefined
      : await exportPicture(stored, { format, quality, recipe: recipe !== 'false' })
    return c.body(new Uint8Array(exported?.bytes ?? stored), 200, {
      'content-type': exported ? `image/${exported.format}` : type,
      'cache-control': forEver,
      ...(name !== undefined && { 'content-disposition': attachment(name) }),
    })
  })
  app.openapi(thumbnail, async (c) => {
    const bytes = await pictures.thumbnail(c.get('owner'), c.req.valid('param').id, c.req.valid('query').side)
    return c.body(new Uint8Array(bytes), 200, { 'content-type': 'image/webp', 'cache-control': forEver })
  })
  app.openapi(recipe, async (c) => {
    const bytes = await pictures.read(c.get('owner'), c.req.valid('param').id)
    const found = await readRecipe(bytes)
    return c.json(found === undefined ? null : (JSON.parse(found) as Record<string, unknown>), 200)
  })
  app.openapi(recall, async (c) =>
    c.json((await history.recall(c.get('owner'), c.req.valid('param').id)) ?? null, 200),
  )
  return app
}

/** A file name for the header that has browsers save it: plain for old ones, whole as RFC 6266 has it. */
export function attachment(name: string): string {
  const last = name.split(/[/\\]/).at(-1) ?? ''
  const plain = last.replaceAll(/[^\w. -]/g, '_') || 'picture'
  const whole = encodeURIComponent(last).replaceAll(/['()*]/g, (c) => `%${c.charCodeAt(0).toString(16)}`)
  return `attachment; filename="${plain}"; filename*=UTF-8''${whole}`
}

export const picturesRouter: Router = {
  tag: 'Pictures',
  about: 'Uploaded and edited pictures. Only their owner sees them.',
  build,
}
