import type { OpenAPIHono } from '@hono/zod-openapi'
import { Describer } from '../../mcp/describe.ts'
import { McpHttp } from '../../mcp/http.ts'
import { mostBytes } from '../limits.ts'
import { type AppParts, type Env, newRouter, type Router } from '../parts.ts'

interface Options {
  /** How long a client that knows tasks waits for its edit, in milliseconds. */
  readonly taskAfterMs: number
}

function build(
  { edits, pictures, models, limits, stopping, fetchPicture, log }: AppParts,
  { taskAfterMs }: Options,
): OpenAPIHono<Env> {
  const describer = new Describer(process.env)
  const mcp = new McpHttp({
    edits,
    pictures,
    models,
    describe: (request) => describer.describe(request),
    taskAfterMs,
    fetchPicture,
    finishing: new Map(),
    log,
  })
  stopping.addEventListener('abort', () => {
    for (const each of [mcp, describer])
      each.close().catch((error: unknown) => log(`mcp: could not be closed: ${String(error)}`))
  })
  const app = newRouter()
  app.use('/mcp', mostBytes(limits.bodyBytes))
  app.all('/mcp', (c) => mcp.answer(c.req.raw, c.get('owner')))
  return app
}

/** `/mcp` speaks the Model Context Protocol, so that the OpenAPI document has nothing of it. */
export const mcpRouterOf = (options: Options): Router => ({
  tag: 'MCP',
  about: 'The tools of this server for language models, by the Model Context Protocol, at /mcp.',
  build: (parts) => build(parts, options),
})

export const mcpRouter: Router = mcpRouterOf({ taskAfterMs: 5000 })
