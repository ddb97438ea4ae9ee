import { describe, expect, it } from 'vitest'
import { ServiceError } from '../../service/index.ts'
import { createApp } from './app.ts'
import { FileLinks } from './fileLinks.ts'
import { doorsOf } from './guards.ts'
import { ApiKeys } from './keys.ts'
import { defaultLimits, RateLimit } from './limits.ts'
import { Metrics } from './metrics.ts'
import type { AppParts } from './parts.ts'

const [annasKey, benKey] = ['anna-0123456789abcdef', 'ben-0123456789abcdefg']
const secret = new Uint8Array(32)

const notHere = new Proxy(
  {},
  { get: () => () => Promise.reject(new ServiceError('missing', 'nothing of this id')) },
)

/** A server whose service has nothing: what stands before the service is tested here. */
function appWith(given: Partial<AppParts> = {}) {
  const log: string[] = []
  const status = async () => ({ queues: [{ model: 'darkroom', waiting: 3, active: 1 }] })
  const metrics = new Metrics(status)
  const app = createApp({
    edits: notHere as AppParts['edits'],
    pictures: notHere as AppParts['pictures'],
    models: { models: async () => [] } as unknown as AppParts['models'],
    history: notHere as AppParts['history'],
    pages: { page: (name) => (c) => c.text(name), assets: (c) => c.text('asset') },
    keys: new ApiKeys('', secret),
    limits: defaultLimits,
    fileLinks: new FileLinks(secret),
    doors: () => doorsOf('127.0.0.1', 4810),
    allowed: [],
    isSecure: false,
    trustProxy: false,
    stopping: new AbortController().signal,
    status,
    worker: () => 'ok',
    folder: '.',
    metrics,
    log: (line) => log.push(line),
    ...given,
  })
  const ask = (path: string, { headers, ...init }: RequestInit & { headers?: Record<string, string> } = {}) =>
    app.request(path, { ...init, headers: { host: '127.0.0.1:4810', ...headers } })
  return { ask, log, app, metrics }
}

const withKeys = (limits = {}) =>
  appWith({
    keys: new ApiKeys(`anna=${annasKey},ben=${benKey}`, secret),
    limits: { ...defaultLimits, ...limits },
  })

const bearer = (key: string) => ({ authorization: `Bearer ${key}` })

async function errorOf(answer: Response | Promise<Response>) {
  const response = await answer
  const { error } = (await response.json()) as { error: { code: string; type: string; param: string | null } }
  return [response.status, error.type, error.code, error.param]
}

describe('keys', () => {
  it('let nobody in without one, or with a wrong one', async () => {
    const { ask } = withKeys()
    expect(await errorOf(ask('/v1/models'))).toEqual([401, 'authentication_error', 'missing_api_key', null])
    expect(await errorOf(ask('/v1/models', { headers: bearer(`${annasKey}x`) }))).toEqual([
      401,
      'authentication_error',
      'invalid_api_key',
      null,
    ])
    expect((await ask('/v1/models', { headers: bearer(annasKey) })).status).toBe(200)
    expect(await (await ask('/v1/me')).json()).toMatchObject({ owner: null, needsKey: true })
    expect(await (await ask('/v1/me', { headers: bearer(benKey) })).json()).toMatchObject({ owner: 'ben' })
  })

  it('are read strictly', () => {
    const owners = (text: string) => new ApiKeys(text, secret).owners
    expect(owners(` anna=${annasKey} , ${benKey}`)).toEqual([
      'anna',
      expect.stringMatching(/^key-[0-9a-f]{12}$/),
    ])
    expect(owners('')).toEqual([])
    for (const [text, why] of [
      ['anna=short', /at least 16 characters, got 5/],
      [`a=${annasKey},a=${benKey}`, /'a' already has a key/],
      [`a=${annasKey},b=${annasKey}`, /another owner has the same key/],
      [`local=${annasKey}`, /'local' is taken/],
      ['anna=0123456789 abcdef', /without spaces/],
    ] as const)
      expect(() => owners(text)).toThrow(why)
  })

  it('log a browser in by a cookie that tells no key and ends with it', async () => {
    const { ask } = withKeys()
    const post = (key: string) =>
      ask('/v1/login', {
        method: 'POST',
        body: JSON.stringify({ key }),
        headers: { 'content-type': 'application/json' },
      })
    expect(await errorOf(post('wrong-0123456789abcdef'))).toEqual([
      401,
      'authentication_error',
      'invalid_api_key',
      'key',
    ])
    const answer = await post(annasKey)
    const set = answer.headers.get('set-cookie')!
    expect(set).toMatch(/^pentimento-4810=\S+; Max-Age=2592000; Path=\/; HttpOnly; SameSite=Strict$/)
    expect(set).not.toContain(annasKey)
    const cookie = set.split(';')[0]!
    expect(await (await ask('/v1/me', { headers: { cookie } })).json()).toMatchObject({ owner: 'anna' })
    const forged = cookie.replace(/=[^.]+\./, `=${Buffer.from('ben').toString('base64url')}.`)
    expect(await (await ask('/v1/me', { headers: { cookie: forged } })).json()).toMatchObject({ owner: null })
    const keys = new ApiKeys(`anna=${annasKey}`, secret)
    const login = keys.login('anna', 1000)
    expect([keys.findLogin(login, 999), keys.findLogin(login, 1000)]).toEqual(['anna', undefined])
    expect(new ApiKeys(`anna=${benKey}`, secret).findLogin(login, 999)).toBeUndefined()
    expect(new ApiKeys(`anna=${annasKey}`, new Uint8Array(32).fill(1)).findLogin(login, 999)).toBeUndefined()
    const out = await ask('/v1/logout', { method: 'POST', headers: { cookie } })
    expect(out.headers.get('set-cookie')).toContain('pentimento-4810=; Max-Age=0')
  })

  it('are guessed ten times a minute at most', async () => {
    const { ask } = withKeys()
    const statuses = []
    for (let i = 0; i < 11; i++)
      statuses.push(
        (
          await ask('/v1/login', {
            method: 'POST',
            body: '{}',
            headers: { 'content-type': 'application/json' },
          })
        ).status,
      )
    expect(statuses).toEqual([...Array(10).fill(400), 429])
  })

  it('have so many requests a minute, each key apart', async () => {
    const { ask } = withKeys({ requestsPerMinute: 2 })
    const answers = []
    for (let i = 0; i < 3; i++) answers.push(await ask('/v1/models', { headers: bearer(annasKey) }))
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 429])
    const headers = Object.fromEntries(answers[2]!.headers)
    expect(headers).toMatchObject({
      'retry-after': '30',
      'x-ratelimit-limit-requests': '2',
      'x-ratelimit-remaining-requests': '0',
    })
    expect(await errorOf(answers[2]!)).toEqual([429, 'rate_limit_error', 'rate_limit_exceeded', null])
    expect((await ask('/v1/models', { headers: bearer(benKey) })).status).toBe(200)
  })
})

it('an allowance fills evenly and holds a minute of requests at most', () => {
  let now = 0
  const limit = new RateLimit(60, () => now)
  const taken = () => limit.take('a').isGiven
  expect(Array.from({ length: 61 }, taken).filter(Boolean)).toHaveLength(60)
  now = 1.01
  expect([taken(), taken()]).toEqual([true, false])
  now = 1000
  expect(Array.from({ length: 61 }, taken).filter(Boolean)).toHaveLength(60)
})

describe('doors', () => {
  it('answer to their own name only, and take writes from their own pages only', async () => {
    const { ask } = appWith()
    expect(await errorOf(ask('/v1/models', { headers: { host: 'evil.example' } }))).toEqual([
      421,
      'invalid_request_error',
      'host',
      null,
    ])
    const write = (headers: Record<string, string>) => ask('/v1/logout', { method: 'POST', headers })
    expect((await write({})).status).toBe(204)
    expect((await write({ origin: 'http://127.0.0.1:4810' })).status).toBe(204)
    expect((await write({ origin: 'https://evil.example' })).status).toBe(403)
    expect((await write({ origin: 'null' })).status).toBe(403)
    expect((await write({ 'sec-fetch-site': 'cross-site' })).status).toBe(403)
  })

  it('open to other sites only where they are named', async () => {
    const origin = 'https://app.example'
    const preflight = { method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'POST' } }
    const closed = await appWith().ask('/v1/edits', preflight)
    expect(closed.headers.get('access-control-allow-origin')).toBeNull()
    const { ask } = appWith({
      allowed: [origin],
      doors: () => doorsOf('127.0.0.1', 4810, undefined, [origin]),
    })
    expect((await ask('/v1/edits', preflight)).headers.get('access-control-allow-origin')).toBe(origin)
    const other = await ask('/v1/edits', {
      ...preflight,
      headers: { ...preflight.headers, origin: 'https://b.example' },
    })
    expect(other.headers.get('access-control-allow-origin')).toBeNull()
    expect((await ask('/v1/logout', { method: 'POST', headers: { origin } })).status).toBe(204)
  })
})

describe('errors', () => {
  const post = (path: string, body: unknown) => ({
    path,
    init: {
      method: 'POST',
      body: typeof body === 'string' ? body : JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    },
  })
  it.each([
    [post('/v1/edits', '{'), [400, 'invalid_request_error', 'invalid_json', null]],
    [post('/v1/edits', {}), [400, 'invalid_request_error', 'missing_required_parameter', 'tasks']],
    [post('/v1/edits', { tasks: [], steps: 3 }), [400, 'invalid_request_error', 'invalid_value', 'tasks']],
    [
      post('/v1/edits', {
        tasks: [{ model: 'darkroom', instruction: 'a', picture: 'b'.repeat(64), step: 2 }],
      }),
      [400, 'invalid_request_error', 'unknown_parameter', 'tasks.0.step'],
    ],
    [
      post('/v1/edits', {
        tasks: [{ model: 'darkroom', instruction: 'a', picture: 'b'.repeat(64), options: { steps: 0 } }],
      }),
      [400, 'invalid_request_error', 'invalid_value', 'tasks.0.options.steps'],
    ],
    [{ path: '/v1/edits/abc', init: {} }, [404, 'not_found_error', 'missing', null]],
    [{ path: '/v1/edits?most=0', init: {} }, [400, 'invalid_request_error', 'invalid_value', 'most']],
    [{ path: '/v1/pictures/abc', init: {} }, [400, 'invalid_request_error', 'invalid_value', 'id']],
    [{ path: '/v1/models/gone', init: {} }, [404, 'not_found_error', 'model_not_found', 'model']],
    [{ path: '/v1/nothing', init: {} }, [404, 'not_found_error', 'missing', null]],
    [post('/v1/pictures', ''), [400, 'invalid_request_error', 'missing_required_parameter', null]],
  ])('%j', async ({ path, init }, expected) => {
    expect(await errorOf(appWith().ask(path, init))).toEqual(expected)
  })

  it('of a full queue say when to come again, those of ours nothing but a number for the log', async () => {
    const body = JSON.stringify({ tasks: [{ model: 'darkroom', instruction: 'a', picture: 'b'.repeat(64) }] })
    const init = { method: 'POST', body, headers: { 'content-type': 'application/json' } }
    const failing = (error: Error) =>
      ({ submit: () => Promise.reject(error) }) as unknown as AppParts['edits']
    const full = appWith({
      edits: failing(new ServiceError('full', 'queue: full', { retryAfterSeconds: 7 })),
    })
    const answer = await full.ask('/v1/edits', init)
    expect(answer.headers.get('retry-after')).toBe('7')
    expect(await errorOf(answer)).toEqual([429, 'rate_limit_error', 'full', null])
    const broken = appWith({ edits: failing(new TypeError('secret of /home/x')) })
    const fault = await broken.ask('/v1/edits', init)
    const id = fault.headers.get('x-request-id')!
    expect(await fault.clone().text()).not.toContain('secret')
    expect(await errorOf(fault)).toEqual([500, 'server_error', 'internal', null])
    expect(broken.log).toEqual([
      expect.stringMatching(new RegExp(`^${id} POST /v1/edits: TypeError: secret`)),
    ])
  })

  it('of bodies that are too long come before they are read', async () => {
    const { ask } = appWith({ limits: { ...defaultLimits, pictureBytes: 1000 } })
    const post = (headers: Record<string, string>) =>
      ask('/v1/pictures', { method: 'POST', body: new Uint8Array(1001), headers })
    expect(await errorOf(post({}))).toEqual([413, 'invalid_request_error', 'body_too_large', null])
    expect(await errorOf(post({ 'content-length': '1001' }))).toEqual([
      413,
      'invalid_request_error',
      'body_too_large',
      null,
    ])
  })
})

describe('/healthz and /metrics', () => {
  it('tell what fails, without a word of why', async () => {
    const { ask } = appWith()
    expect(await (await ask('/healthz')).json()).toEqual({
      status: 'ok',
      checks: { database: 'ok', worker: 'ok', disk: 'ok' },
    })
    const broken = appWith({
      status: () => Promise.reject(new Error('password wrong')),
      worker: () => 'failing',
      folder: '/nowhere',
    })
    const answer = await broken.ask('/healthz')
    expect([answer.status, await answer.json()]).toEqual([
      503,
      { status: 'failing', checks: { database: 'failing', worker: 'failing', disk: 'failing' } },
    ])
  })

  it('count requests by route, and edits by model', async () => {
    const { ask, metrics } = appWith()
    await ask('/v1/edits/abc')
    await ask('/v1/edits/def')
    metrics.ended('darkroom', 'done', 0.7)
    metrics.ended('darkroom', 'failed', 0.1)
    const text = await (await ask('/metrics')).text()
    for (const line of [
      'pentimento_http_request_seconds_count{method="GET",route="/v1/edits/:id",status="404"} 2',
      'pentimento_edits{model="darkroom",state="waiting"} 3',
      'pentimento_edits{model="darkroom",state="active"} 1',
      'pentimento_edits_ended_total{model="darkroom",state="done"} 1',
      'pentimento_edits_ended_total{model="darkroom",state="failed"} 1',
      'pentimento_edit_seconds_count{model="darkroom"} 1',
    ])
      expect(text.split('\n')).toContain(line)
    expect(text).toContain('process_resident_memory_bytes')
  })

  it('give figures to this machine, and to others with a key', async () => {
    const { ask } = withKeys()
    expect((await ask('/metrics')).status).toBe(200)
    const far = { 'x-forwarded-for': '192.0.2.1' }
    expect((await ask('/metrics', { headers: far })).status).toBe(401)
    expect((await ask('/metrics', { headers: { ...far, ...bearer(annasKey) } })).status).toBe(200)
  })
})
