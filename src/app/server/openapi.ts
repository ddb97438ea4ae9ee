import type { OpenAPIHono } from '@hono/zod-openapi'
import { packageVersion } from '../version.ts'
import type { Env, Router } from './parts.ts'

/** The OpenAPI document of everything that was routed. */
export type OpenApiDocument = ReturnType<OpenAPIHono<Env>['getOpenAPI31Document']>

export function documentOf(app: OpenAPIHono<Env>, routers: readonly Router[]): OpenApiDocument {
  return app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Pentimento',
      version: packageVersion(),
      description: 'Edit pictures by instruction. Errors are in the shape of OpenAI, with stable codes.',
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
    },
    servers: [{ url: '/' }],
    security: [{ key: [] }],
    tags: routers.map(({ tag, about }) => ({ name: tag, description: about })),
  })
}
