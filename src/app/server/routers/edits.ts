import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { Edit } from '../../../service/index.ts'
import { eventsOf, sendEvents, together } from '../events.ts'
import { mostBytes } from '../limits.ts'
import { type AppParts, type Env, newRouter, type Router } from '../parts.ts'
import { editParams, editSchema, editsQuery, editsRequest } from '../schemas/edits.ts'
import { failures, json } from '../schemas/errors.ts'

const tags = ['Edits']
const editList = z.array(editSchema)

const submit = createRoute({
  method: 'post',
  path: '/v1/edits',
  tags,
  summary: 'Queue edits: all of them or none',
  request: { body: { required: true, content: { 'application/json': { schema: editsRequest } } } },
  responses: { 202: json(editList, 'The edits, in the order of their tasks'), ...failures },
})

const list = createRoute({
  method: 'get',
  path: '/v1/edits',
  tags,
  summary: 'The edits, newest first',
  request: { query: editsQuery },
  responses: { 200: json(editList, 'A page of edits'), ...failures },
})

const get = createRoute({
  method: 'get',
  path: '/v1/edits/{id}',
  tags,
  summary: 'An edit, with its progress or its result',
  request: { params: editParams },
  responses: { 200: json(editSchema, 'The edit'), ...failures },
})

const cancel = createRoute({
  method: 'post',
  path: '/v1/edits/{id}/cancel',
  tags,
  summary: 'Cancel an edit, if it has not ended',
  request: { params: editParams },
  responses: { 200: json(editSchema, 'The edit'), ...failures },
})

const events = {
  'text/event-stream': {
    schema: z.string().openapi({ description: 'Events `edit`; the data of each is an Edit as JSON.' }),
  },
}

const allEvents = {
  'text/event-stream': {
    schema: z.string().openapi({
      description:
        'Events `edit`; the data of each is an Edit as JSON. Events `session`: `{ id, version, deleted? }`, when a session or one of its nodes has changed.',
    }),
  },
}

const watch = createRoute({
  method: 'get',
  path: '/v1/edits/{id}/events',
  tags,
  summary: 'The current state of an edit, then each change until it ends',
  request: { params: editParams },
  responses: { 200: { description: 'Server-sent events', content: events }, ...failures },
})

const watchAll = createRoute({
  method: 'get',
  path: '/v1/events',
  tags,
  summary: 'The edits that have not ended, then all changes of all edits and sessions from now on',
  responses: { 200: { description: 'Server-sent events', content: allEvents }, ...failures },
})

function build({ edits, history, limits, stopping }: AppParts): OpenAPIHono<Env> {
  const app = newRouter()
  app.use('/v1/edits', mostBytes(1024 * 1024))
  app.openapi(submit, async (c) => {
    const { tasks } = c.req.valid('json')
    return c.json([...(await edits.submit(c.get('owner'), tasks))], 202)
  })
  app.openapi(list, async (c) => {
    const { state, before, most = 50 } = c.req.valid('query')
    const page = {
      most: Math.min(most, limits.pageLength),
      ...(state !== undefined && { state }),
      ...(before !== undefined && { before }),
    }
    return c.json([...(await edits.list(c.get('owner'), page))], 200)
  })
  app.openapi(get, async (c) => c.json(await edits.get(c.get('owner'), c.req.valid('param').id), 200))
  app.openapi(cancel, async (c) => c.json(await edits.cancel(c.get('owner'), c.req.valid('param').id), 200))
  app.openapi(watch, async (c) => {
    const [owner, { id }] = [c.get('owner'), c.req.valid('param')]
    // Missing ones are refused before the stream begins.
    await edits.get(owner, id)
    return sendEvents(c, stopping, (signal) => eventsOf('edit', edits.watch(owner, [id], signal)))
  })
  app.openapi(watchAll, (c) => {
    const owner = c.get('owner')
    return sendEvents(c, stopping, (signal) =>
      together(
        eventsOf('edit', unfinishedThenChanges(owner, signal)),
        eventsOf('session', history.changes(owner, signal)),
      ),
    )
  })
  return app

  /** What changes while the list is read comes after it. */
  async function* unfinishedThenChanges(owner: string, signal: AbortSignal): AsyncIterable<Edit> {
    const changes = edits.changes(owner, signal)[Symbol.asyncIterator]()
    const first = changes.next()
    // It is thrown below, unless the list throws before.
    first.catch(() => undefined)
    for (const state of ['active', 'waiting'] as const)
      yield* await edits.list(owner, { state, most: limits.pageLength })
    for (let next = await first; !next.done; next = await changes.next()) yield next.value
  }
}

export const editsRouter: Router = {
  tag: 'Edits',
  about: 'Edits as durable jobs: once queued, they survive this server, and each ends exactly once.',
  build,
}
