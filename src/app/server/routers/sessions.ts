import { Readable } from 'node:stream'
import type { ReadableStream as NodeReadableStream } from 'node:stream/web'
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { ApiError } from '../apiError.ts'
import { mostBytes } from '../limits.ts'
import { type AppParts, type Env, newRouter, type Router } from '../parts.ts'
import { failures, json } from '../schemas/errors.ts'
import {
  nameRequest,
  nodeEditsRequest,
  nodeParams,
  nodeRequest,
  nodeSchema,
  openSessionSchema,
  pictureRequest,
  sessionParams,
  sessionSchema,
} from '../schemas/sessions.ts'
import { attachment } from './pictures.ts'

const tags = ['Sessions']
const archive = { 'application/zip': { schema: z.string().openapi({ format: 'binary' }) } }
const body = <Schema extends z.ZodType>(schema: Schema) => ({
  required: true,
  content: { 'application/json': { schema } },
})

const list = createRoute({
  method: 'get',
  path: '/v1/sessions',
  tags,
  summary: 'The sessions, newest change first',
  responses: { 200: json(z.array(sessionSchema), 'The sessions'), ...failures },
})
const create = createRoute({
  method: 'post',
  path: '/v1/sessions',
  tags,
  summary: 'Begin a session',
  request: { body: body(nameRequest) },
  responses: { 201: json(sessionSchema, 'The session'), ...failures },
})
const get = createRoute({
  method: 'get',
  path: '/v1/sessions/{id}',
  tags,
  summary: 'A session with its tree, in order of creation, including removed nodes',
  request: { params: sessionParams },
  responses: { 200: json(openSessionSchema, 'The session and its nodes'), ...failures },
})
const rename = createRoute({
  method: 'patch',
  path: '/v1/sessions/{id}',
  tags,
  summary: 'Rename a session',
  request: { params: sessionParams, body: body(nameRequest) },
  responses: { 200: json(sessionSchema, 'The session'), ...failures },
})
const remove = createRoute({
  method: 'delete',
  path: '/v1/sessions/{id}',
  tags,
  summary: 'Delete a session; it can be restored for a day',
  request: { params: sessionParams },
  responses: { 204: { description: 'Deleted' }, ...failures },
})
const restore = createRoute({
  method: 'post',
  path: '/v1/sessions/{id}/restore',
  tags,
  summary: 'Restore a deleted session',
  request: { params: sessionParams },
  responses: { 200: json(sessionSchema, 'The session'), ...failures },
})
const addPicture = createRoute({
  method: 'post',
  path: '/v1/sessions/{id}/pictures',
  tags,
  summary: 'Add a picture as the root of a new tree',
  request: { params: sessionParams, body: body(pictureRequest) },
  responses: { 201: json(nodeSchema, 'Its node'), ...failures },
})
const edit = createRoute({
  method: 'post',
  path: '/v1/sessions/{id}/edits',
  tags,
  summary: "Queue edits of a node's picture, each of which becomes a child node: all of them or none",
  request: { params: sessionParams, body: body(nodeEditsRequest) },
  responses: { 202: json(z.array(nodeSchema), 'The nodes, in the order of their tasks'), ...failures },
})
const change = createRoute({
  method: 'patch',
  path: '/v1/sessions/{id}/nodes/{node}',
  tags,
  summary: 'Name a node, remove it with its descendants, or restore it',
  request: { params: nodeParams, body: body(nodeRequest) },
  responses: { 200: json(nodeSchema, 'The node'), ...failures },
})
const exported = createRoute({
  method: 'get',
  path: '/v1/sessions/{id}/export',
  tags,
  summary: 'A session as a ZIP file: session.json and all its pictures, without what was removed',
  request: { params: sessionParams },
  responses: { 200: { description: 'The file', content: archive }, ...failures },
})
const imported = createRoute({
  method: 'post',
  path: '/v1/sessions/import',
  tags,
  summary: 'A session from an exported file: all of it, or nothing',
  request: { body: { required: true, content: archive } },
  responses: { 201: json(sessionSchema, 'The session'), ...failures },
})

function build({ history }: AppParts): OpenAPIHono<Env> {
  const app = newRouter()
  const short = mostBytes(1024 * 1024)
  // An imported file goes to the disk while it comes, and is measured there.
  const isImport = (path: string): boolean => path === imported.path
  app.use('/v1/sessions', short)
  app.use('/v1/sessions/*', (c, next) => (isImport(c.req.path) ? next() : short(c, next)))

  app.openapi(list, async (c) => c.json([...(await history.sessions(c.get('owner')))], 200))
  app.openapi(create, async (c) =>
    c.json(await history.create(c.get('owner'), c.req.valid('json').name), 201),
  )
  app.openapi(imported, async (c) => {
    const content = c.req.raw.body
    if (content === null)
      throw new ApiError(
        400,
        'missing_required_parameter',
        'body: expected the file of a session, got nothing',
      )
    const file = Readable.fromWeb(content as NodeReadableStream<Uint8Array>)
    return c.json(await history.import(c.get('owner'), file), 201)
  })
  app.openapi(get, async (c) => {
    const { session, nodes } = await history.open(c.get('owner'), c.req.valid('param').id)
    return c.json({ session, nodes: [...nodes] }, 200)
  })
  app.openapi(rename, async (c) =>
    c.json(await history.rename(c.get('owner'), c.req.valid('param').id, c.req.valid('json').name), 200),
  )
  app.openapi(remove, async (c) => {
    await history.delete(c.get('owner'), c.req.valid('param').id)
    return c.body(null, 204)
  })
  app.openapi(restore, async (c) =>
    c.json(await history.restore(c.get('owner'), c.req.valid('param').id), 200),
  )
  app.openapi(addPicture, async (c) =>
    c.json(
      await history.addPicture(c.get('owner'), c.req.valid('param').id, c.req.valid('json').picture),
      201,
    ),
  )
  app.openapi(edit, async (c) => {
    const { parent, tasks } = c.req.valid('json')
    return c.json([...(await history.edit(c.get('owner'), c.req.valid('param').id, parent, tasks))], 202)
  })
  app.openapi(change, async (c) => {
    const [owner, { id, node }, { name, removed }] = [
      c.get('owner'),
      c.req.valid('param'),
      c.req.valid('json'),
    ]
    if (name !== undefined) await history.nameNode(owner, id, node, name ?? undefined)
    if (removed !== undefined) await history.setRemoved(owner, id, node, removed)
    const { nodes } = await history.open(owner, id)
    const found = nodes.find((each) => each.id === node)
    if (!found) throw new ApiError(404, 'missing', `node ${node}: no such node`)
    return c.json(found, 200)
  })
  app.openapi(exported, async (c) => {
    const [owner, { id }] = [c.get('owner'), c.req.valid('param')]
    const { session } = await history.open(owner, id)
    const file = Readable.toWeb(Readable.from(await history.export(owner, id)))
    return c.body(file as ReadableStream, 200, {
      'content-type': 'application/zip',
      'content-disposition': attachment(`${session.name}.zip`),
    })
  })
  return app
}

export const sessionsRouter: Router = {
  tag: 'Sessions',
  about: "The studio's sessions: trees of pictures, each made from its parent.",
  build,
}
