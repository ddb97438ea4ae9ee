import { createRoute, type OpenAPIHono } from '@hono/zod-openapi'
import { deleteCookie, setCookie } from 'hono/cookie'
import { packageVersion } from '../../version.ts'
import { ApiError } from '../apiError.ts'
import { clientOf } from '../client.ts'
import { cookieOf, count, ownerOf, portOf } from '../enter.ts'
import { mostBytes, RateLimit } from '../limits.ts'
import { type AppParts, type Env, newRouter, type Router } from '../parts.ts'
import { failures, json } from '../schemas/errors.ts'
import { loginRequest, meSchema } from '../schemas/me.ts'

const loginSeconds = 30 * 24 * 3600
const loginsPerMinute = 10

const tags = ['Account']

const me = createRoute({
  method: 'get',
  path: '/v1/me',
  tags,
  security: [],
  summary: 'The owner of these requests, and their limits',
  responses: { 200: json(meSchema, 'The owner and the limits'), ...failures },
})

const login = createRoute({
  method: 'post',
  path: '/v1/login',
  tags,
  security: [],
  summary: 'Log a browser in with an API key: sets a cookie that is valid for 30 days',
  request: { body: { required: true, content: { 'application/json': { schema: loginRequest } } } },
  responses: { 200: json(meSchema, 'The owner and the limits'), ...failures },
})

const logout = createRoute({
  method: 'post',
  path: '/v1/logout',
  tags,
  security: [],
  summary: 'Log a browser out',
  responses: { 204: { description: 'Done' }, ...failures },
})

function build(parts: AppParts): OpenAPIHono<Env> {
  const { keys, limits } = parts
  const app = newRouter()
  const attempts = new RateLimit(loginsPerMinute)
  const answer = (owner: string | undefined) => ({
    owner: owner ?? null,
    needsKey: keys.areNeeded,
    isAdmin: owner !== undefined && keys.isAdmin(owner),
    version: packageVersion(),
    limits,
  })
  app.use('/v1/login', mostBytes(4096), async (c, next) => {
    count(c, attempts, clientOf(c, parts.trustProxy))
    return next()
  })
  app.openapi(me, (c) => c.json(answer(ownerOf(c, keys)), 200))
  app.openapi(login, (c) => {
    if (!keys.areNeeded) return c.json(answer('local'), 200)
    const owner = keys.find(c.req.valid('json').key)
    if (owner === undefined) throw new ApiError(401, 'invalid_api_key', 'unknown API key', { param: 'key' })
    const expires = Math.floor(Date.now() / 1000) + loginSeconds
    setCookie(c, cookieOf(portOf(c)), keys.login(owner, expires), {
      path: '/',
      httpOnly: true,
      sameSite: 'Strict',
      secure: parts.isSecure,
      maxAge: loginSeconds,
    })
    return c.json(answer(owner), 200)
  })
  app.openapi(logout, (c) => {
    deleteCookie(c, cookieOf(portOf(c)), { path: '/' })
    return c.body(null, 204)
  })
  return app
}

export const accountRouter: Router = {
  tag: 'Account',
  about: 'Keys and logins. Without keys, every request belongs to the owner `local`.',
  build,
}
