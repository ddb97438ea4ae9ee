import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { MiddlewareHandler } from 'hono'
import { ApiError } from '../apiError.ts'
import { type AppParts, type Env, newRouter, type Router } from '../parts.ts'
import { diskSchema, editorSchema, loraSchema, nameParams, packSchema } from '../schemas/editors.ts'
import { failures, json } from '../schemas/errors.ts'

const tags = ['Editors']

const listOf = <T extends z.ZodType>(path: string, summary: string, schema: T) =>
  createRoute({
    method: 'get',
    path,
    tags,
    summary,
    responses: { 200: json(z.array(schema), 'The list'), ...failures },
  })

const change = <M extends 'post' | 'delete'>(method: M, path: string, summary: string) =>
  createRoute({
    method,
    path,
    tags,
    summary,
    request: { params: nameParams },
    responses: { 204: { description: 'Started; the list shows its progress' }, ...failures },
  })

const editors = listOf(
  '/v1/editors',
  'The editors of the server, and those available to download',
  editorSchema,
)
const packs = listOf('/v1/packs', 'Packs of the tools that the darkroom uses', packSchema)
const loras = listOf('/v1/loras', "LoRAs in the server's LoRA folder", loraSchema)
const disk = createRoute({
  method: 'get',
  path: '/v1/disk',
  tags,
  summary: 'Disk space used by models, packs and LoRAs, and free space',
  responses: { 200: json(diskSchema, 'Bytes'), ...failures },
})
const pull = change('post', '/v1/editors/{name}/pull', 'Download a model, or resume a download')
const stopPull = change('delete', '/v1/editors/{name}/pull', 'Stop a download; the downloaded part is kept')
const remove = change('delete', '/v1/editors/{name}', 'Delete a model that was pulled')
const install = change('post', '/v1/packs/{name}/install', 'Install a pack, or repair it')
const stopInstall = change('delete', '/v1/packs/{name}/install', 'Stop an install')
const removePack = change('delete', '/v1/packs/{name}', 'Delete a pack')

function build({ models, keys }: AppParts): OpenAPIHono<Env> {
  const app = newRouter()
  const admin: MiddlewareHandler<Env> = async (c, next) => {
    if (c.req.method !== 'GET' && !keys.isAdmin(c.get('owner')))
      throw new ApiError(
        403,
        'admin_only',
        "only keys marked ':admin' can manage models and packs; ask the operator of the server",
      )
    return next()
  }
  app.use('/v1/editors/*', admin)
  app.use('/v1/packs/*', admin)
  app.openapi(editors, async (c) => c.json([...(await models.models())], 200))
  app.openapi(packs, async (c) => c.json([...(await models.packs())], 200))
  app.openapi(loras, async (c) => c.json([...(await models.loras())], 200))
  app.openapi(disk, async (c) => c.json(await models.disk(), 200))
  for (const [route, act] of [
    [pull, (name: string) => models.pull(name)],
    [stopPull, (name: string) => models.stopPull(name)],
    [remove, (name: string) => models.delete(name)],
    [install, (name: string) => models.installPack(name)],
    [stopInstall, (name: string) => models.stopInstall(name)],
    [removePack, (name: string) => models.deletePack(name)],
  ] as const)
    app.openapi(route, async (c) => {
      await act(c.req.valid('param').name)
      return c.body(null, 204)
    })
  return app
}

export const editorsRouter: Router = {
  tag: 'Editors',
  about:
    'Editors with their options and states, packs of tools, LoRAs. On a server with keys, only administrator keys can pull, install and delete.',
  build,
}
