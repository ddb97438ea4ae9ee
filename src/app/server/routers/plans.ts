import { createRoute, type OpenAPIHono } from '@hono/zod-openapi'
import { planEdit } from '../../../service/index.ts'
import { mostBytes } from '../limits.ts'
import { type AppParts, type Env, newRouter, type Router } from '../parts.ts'
import { failures, json } from '../schemas/errors.ts'
import { planAnswer, planRequest } from '../schemas/plans.ts'

const plan = createRoute({
  method: 'post',
  path: '/v1/plans',
  tags: ['Plans'],
  summary: "The darkroom's plan for an instruction; nothing is edited",
  description:
    'Errors are those of the darkroom: `unclear` with what was understood, `beyond` for what only a generative model can do.',
  request: { body: { required: true, content: { 'application/json': { schema: planRequest } } } },
  responses: { 200: json(planAnswer, 'The plan'), ...failures },
})

function build({ pictures }: AppParts): OpenAPIHono<Env> {
  const app = newRouter()
  app.use('/v1/plans', mostBytes(64 * 1024))
  app.openapi(plan, async (c) => {
    const { picture, instruction, others = [], second, box, mask } = c.req.valid('json')
    const named = [picture, ...others, second, mask].filter((id) => id !== undefined)
    await Promise.all(named.map((id) => pictures.get(c.get('owner'), id)))
    const given = {
      region: box !== undefined || mask !== undefined,
      second: second !== undefined || others.length > 0,
    }
    return c.json(await planEdit(instruction, given), 200)
  })
  return app
}

export const plansRouter: Router = {
  tag: 'Plans',
  about:
    'The darkroom turns instructions into plans, which can be inspected before an edit and passed to one.',
  build,
}
