import { OpenAPIHono } from '@hono/zod-openapi'
import { cors } from 'hono/cors'
import { requestId } from 'hono/request-id'
import { ApiError, answerError, apiErrorOf } from './apiError.ts'
import { docsPage, docsStyle } from './docsPage.ts'
import { enter } from './enter.ts'
import { guard, headers } from './guards.ts'
import { documentOf, type OpenApiDocument } from './openapi.ts'
import type { AppParts, Env, Router } from './parts.ts'
import { routers } from './routers.ts'

/** Where the studio's page shows something, by its address. */
const studioPaths = ['/', '/new', '/s/:session', '/models']

/** Addresses below /v1 that need no key. */
const open = new Set(['/v1/me', '/v1/login', '/v1/logout'])

/** The server: the API below /v1, its description, and the pages of the studio. */
export function createApp(parts: AppParts, routed: readonly Router[] = routers): OpenAPIHono<Env> {
  const { pages, doors, keys, limits, allowed, metrics, log } = parts
  const app = new OpenAPIHono<Env>()
  app.use(requestId({ headerName: 'x-request-id' }), metrics.count(), headers(), guard(doors))
  if (allowed.length > 0)
    app.use(
      '/v1/*',
      cors({ origin: [...allowed], exposeHeaders: ['x-request-id', 'retry-after'], maxAge: 600 }),
    )
  const entering = enter(keys, limits.requestsPerMinute)
  app.use('/v1/*', async (c, next) => {
    c.header('cache-control', 'no-store')
    return open.has(c.req.path) ? next() : entering(c, next)
  })
  app.use('/mcp', entering)
  app.openAPIRegistry.registerComponent('securitySchemes', 'key', { type: 'http', scheme: 'bearer' })
  for (const { build } of routed) app.route('/', build(parts))
  let document: OpenApiDocument | undefined
  const described = (): OpenApiDocument => {
    document ??= documentOf(app, routed)
    return document
  }
  app.get('/openapi.json', (c) => c.json(described()))
  app.get('/docs', (c) => c.html(docsPage(described())))
  app.get('/docs/style.css', (c) => c.body(docsStyle, 200, { 'content-type': 'text/css; charset=utf-8' }))
  app.get('/assets/*', pages.assets)
  for (const path of studioPaths) app.get(path, pages.page('index'))
  app.notFound((c) => answerError(c, new ApiError(404, 'missing', `nothing at ${c.req.path}`)))
  app.onError((error, c) => {
    const found = apiErrorOf(error)
    if (found.status === 500)
      log(
        `${c.get('requestId')} ${c.req.method} ${c.req.path}: ${String((found.cause as Error)?.stack ?? found.cause)}`,
      )
    return answerError(c, found)
  })
  return app
}
