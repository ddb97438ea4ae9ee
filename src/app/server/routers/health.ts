import { statfs } from 'node:fs/promises'
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { ApiError } from '../apiError.ts'
import { isOnThisMachine } from '../client.ts'
import { ownerOf } from '../enter.ts'
import { type AppParts, type Env, newRouter, type Router } from '../parts.ts'
import { failures, json } from '../schemas/errors.ts'
import { type Health, healthSchema } from '../schemas/health.ts'

const tags = ['Operation']

const health = createRoute({
  method: 'get',
  path: '/healthz',
  tags,
  security: [],
  summary: 'Whether the server works',
  responses: {
    200: json(healthSchema, 'All is well'),
    503: json(healthSchema, 'Something is not'),
  },
})

const metrics = createRoute({
  method: 'get',
  path: '/metrics',
  tags,
  summary: 'Metrics for Prometheus; from this machine, or with a key',
  responses: {
    200: { description: 'The figures', content: { 'text/plain': { schema: z.string() } } },
    ...failures,
  },
})

const patience = 3000
/** Below this, results may find no place. */
const leastBytes = 256 * 1024 * 1024

function build({ status, worker, folder, metrics: figures, keys, trustProxy }: AppParts): OpenAPIHono<Env> {
  const app = newRouter()
  app.openapi(health, async (c) => {
    const [database, disk] = await Promise.all([check(() => status()), check(() => checkDisk(folder))])
    const checks = { database, worker: worker(), disk }
    const isWell = Object.values(checks).every((each) => each === 'ok' || each === 'none')
    const answer: Health = { status: isWell ? 'ok' : 'failing', checks }
    return c.json(answer, isWell ? 200 : 503, { 'cache-control': 'no-store' })
  })
  app.openapi(metrics, async (c) => {
    if (!isOnThisMachine(c) || trustProxy)
      if (ownerOf(c, keys) === undefined)
        throw new ApiError(
          401,
          'missing_api_key',
          'metrics are available on this machine, or with an API key',
        )
    return c.text(await figures.text(), 200, { 'content-type': figures.contentType })
  })
  return app
}

/** What fails says no more than that: who asks may be anybody. */
async function check(work: () => Promise<unknown>): Promise<'ok' | 'failing'> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise((_, fail) => {
    timer = setTimeout(() => fail(new Error('late')), patience)
  })
  try {
    await Promise.race([work(), late])
    return 'ok'
  } catch {
    return 'failing'
  } finally {
    clearTimeout(timer)
  }
}

async function checkDisk(folder: string): Promise<void> {
  const { bavail, bsize } = await statfs(folder)
  if (bavail * bsize < leastBytes) throw new Error('the disk is full')
}

export const healthRouter: Router = { tag: 'Operation', about: 'For the operator of the server.', build }
