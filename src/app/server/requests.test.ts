import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sendRaw } from '../../../test/hostile/raw.ts'
import { ServiceError } from '../../service/index.ts'
import { createApp } from './app.ts'
import { doorsOf } from './guards.ts'
import { ApiKeys } from './keys.ts'
import { defaultLimits } from './limits.ts'
import { type Listening, listen } from './listen.ts'
import { Metrics } from './metrics.ts'
import type { AppParts } from './parts.ts'

// The service has nothing: what a request must pass before it gets there is tested here.
const missing = () => new ServiceError('missing', 'nothing of this id')
const nothing = new Proxy({} as Record<string, unknown>, {
  get: (_, name) =>
    name === 'changes' || name === 'watch'
      ? async function* () {
          yield* []
        }
      : name === 'list'
        ? async () => []
        : () => Promise.reject(missing()),
})
const log: string[] = []
const stop = new AbortController()
let [server, hasty]: Listening[] = []
let host = ''
beforeAll(async () => {
  let port = 0
  const app = createApp({
    edits: nothing,
    pictures: nothing,
    history: nothing,
    models: nothing,
    pages: {
      page: () => (c: { text(text: string): Response }) => c.text('page'),
      assets: () => new Response('asset'),
    },
    keys: new ApiKeys('', new Uint8Array(32)),
    limits: { ...defaultLimits, pictureBytes: 100_000, bodyBytes: 200_000 },
    doors: () => doorsOf('127.0.0.1', port),
    allowed: [],
    stopping: stop.signal,
    metrics: new Metrics(async () => ({ queues: [] })),
    status: async () => ({ queues: [] }),
    worker: () => 'none',
    folder: '/nowhere',
    log: (line: string) => log.push(line),
  } as unknown as AppParts)
  server = await listen(app as never, '127.0.0.1', 0)
  hasty = await listen(app as never, '127.0.0.1', 0, {
    headersTimeout: 300,
    requestTimeout: 900,
    connectionsCheckingInterval: 50,
  })
  port = server!.port
  host = `127.0.0.1:${port}`
})
afterAll(async () => {
  stop.abort()
  await server!.close()
  await hasty!.close()
})

const request = (line: string, headers: readonly string[] = [], body = ''): string =>
  [line, `Host: ${host}`, 'Connection: close', ...headers, '', body].join('\r\n')

async function statusOf(text: string | readonly string[]): Promise<number | 'dropped' | 'open'> {
  const { statuses, isClosed } = await sendRaw(server!.port, typeof text === 'string' ? [text] : text)
  return statuses[0] ?? (isClosed ? 'dropped' : 'open')
}

describe('what is no request', () => {
  it.each([
    ['noise', '\x00\x01\x02\xff\xfe\r\n\r\n'],
    ['a TLS hello', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'],
    ['the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    ['HTTP/0.9', 'GET /\r\n\r\n'],
    ['another version', 'GET / HTTP/9.9\r\n\r\n'],
    ['no Host', 'GET / HTTP/1.1\r\n\r\n'],
    ['an endless request line', `GET /${'a'.repeat(200_000)}`],
  ])('is refused: %s', async (_, text) => {
    const status = await statusOf(text)
    expect([400, 414, 421, 431, 505, 'dropped']).toContain(status)
  })
})

describe('headers', () => {
  it.each<[string, string[]]>([
    ['17 kB in one', [`X-Large: ${'a'.repeat(17_000)}`]],
    ['30 kB in many', Array.from({ length: 1000 }, (_, i) => `X-${i}: ${'a'.repeat(25)}`)],
    ['a cookie of 20 kB', [`Cookie: a=${'b'.repeat(20_000)}`]],
  ])('too large are refused: %s', async (_, headers) => {
    expect(await statusOf(request('GET /v1/me HTTP/1.1', headers))).toBe(431)
  })

  it.each<[string, string[], string?]>([
    ['both lengths', ['Content-Length: 5', 'Transfer-Encoding: chunked'], '0\r\n\r\nGET /x HTTP/1.1\r\n\r\n'],
    ['two lengths', ['Content-Length: 5', 'Content-Length: 6'], 'aaaaaa'],
    ['a negative length', ['Content-Length: -1']],
    ['a length of 2^64', ['Content-Length: 18446744073709551616']],
    ['a length with a sign', ['Content-Length: +5'], 'aaaaa'],
    ['an unknown encoding', ['Transfer-Encoding: xchunked'], '5\r\naaaaa\r\n0\r\n\r\n'],
    ['chunked not last', ['Transfer-Encoding: chunked, identity'], '5\r\naaaaa\r\n0\r\n\r\n'],
    ['a chunk of no number', ['Transfer-Encoding: chunked'], 'zz\r\naaaaa\r\n0\r\n\r\n'],
    ['a chunk of 2^64', ['Transfer-Encoding: chunked'], 'ffffffffffffffff1\r\naaaaa\r\n0\r\n\r\n'],
    ['a space in a name', ['Content-Length : 5'], 'aaaaa'],
    ['a NUL in a value', ['X-Nul: a\0b']],
    ['a lone CR in a value', ['X-Cr: a\rb']],
    ['no name', [': a']],
  ])('that smuggle are refused: %s', async (_, headers, body = '') => {
    const answer = await sendRaw(server!.port, [request('POST /v1/pictures HTTP/1.1', headers, body)])
    expect(answer.statuses).toHaveLength(1)
    expect([400, 501]).toContain(answer.statuses[0])
    expect(answer.isClosed).toBe(true)
  })

  it('name the server once, and as it is', async () => {
    expect(await statusOf(`GET /v1/me HTTP/1.1\r\nHost: evil.example\r\nHost: ${host}\r\n\r\n`)).not.toBe(200)
    expect(await statusOf(`GET /v1/me HTTP/1.1\r\nHost: evil.example\r\n\r\n`)).toBe(421)
    expect(await statusOf(`GET /v1/me HTTP/1.1\r\nHost: \r\n\r\n`)).not.toBe(200)
    expect(await statusOf(`GET http://evil.example/v1/me HTTP/1.1\r\nHost: ${host}\r\n\r\n`)).not.toBe(200)
    expect(await statusOf(`GET /v1/me HTTP/1.1\r\nHost: ${host}@evil.example\r\n\r\n`)).not.toBe(200)
    expect(await statusOf(request('GET /v1/me HTTP/1.1', ['X-Forwarded-Host: evil.example']))).toBe(200)
  })
})

describe('methods and targets', () => {
  it.each(['TRACE', 'TRACK', 'CONNECT', 'PROPFIND', 'SEARCH', 'PURGE', 'M-SEARCH', 'UNLOCK', 'QUERY'])(
    'of %s are refused',
    async (method) => {
      const status = await statusOf(request(`${method} /v1/me HTTP/1.1`))
      expect([400, 403, 404, 405, 501, 'dropped']).toContain(status)
    },
  )

  it.each([
    '/../../etc/passwd',
    '/assets/../../package.json',
    '/assets/%2e%2e%2f%2e%2e%2fpackage.json',
    '/assets/..%5c..%5cpackage.json',
    '//evil.example/v1/me',
    '/%00',
    '/v1/pictures/%00',
    '/v1/pictures/%ff%fe/file',
    '/v1/pictures/%',
    '/v1/pictures/..%2f..%2fserver.secret/file',
    '/v1/edits/%2e%2e/events',
    '/v1/models/__proto__',
    '/v1/models/constructor',
    '/\\..\\',
    '*',
    '/v1/pictures/x/file?name=a%0d%0aSet-Cookie:%20a=b',
  ])('such as %s lead nowhere', async (target) => {
    const { statuses, text } = await sendRaw(server!.port, [request(`GET ${target} HTTP/1.1`)])
    expect([200, 400, 404, 421]).toContain(statuses[0])
    expect(text).not.toMatch(/root:|"name": "pentimento"|^set-cookie/im)
  })

  it('of 14 kB lead nowhere', async () => {
    expect(await statusOf(request(`GET /${'a/'.repeat(7000)} HTTP/1.1`))).toBe(404)
    expect(await statusOf(request(`GET /v1/edits?${'a=1&'.repeat(3500)} HTTP/1.1`))).toBe(400)
  })

  it('of a WebSocket or another protocol are answered as plain ones', async () => {
    const headers = [
      'Upgrade: websocket',
      'Connection: Upgrade',
      'Sec-WebSocket-Key: eA==',
      'Sec-WebSocket-Version: 13',
    ]
    expect(await statusOf(request('GET /v1/none HTTP/1.1', headers))).toBe(404)
    expect(await statusOf(request('GET /v1/none HTTP/1.1', ['Expect: something']))).toBe(417)
  })
})

describe('bodies', () => {
  it('longer than the limit are refused, with their length told or not', async () => {
    const told = await sendRaw(server!.port, [
      request('POST /v1/pictures HTTP/1.1', ['Content-Length: 99999999', 'Content-Type: image/png'], 'a'),
    ])
    expect(told.statuses[0]).toBe(413)
    const chunk = `${(50_000).toString(16)}\r\n${'a'.repeat(50_000)}\r\n`
    const chunked = await sendRaw(server!.port, [
      request('POST /v1/pictures HTTP/1.1', ['Transfer-Encoding: chunked', 'Content-Type: image/png']),
      chunk,
      chunk,
      chunk,
      '0\r\n\r\n',
    ])
    expect(chunked.statuses[0]).toBe(413)
  })

  it.each<[string, string]>([
    ['a hundred thousand brackets', '['.repeat(100_000)],
    ['deep objects', `${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`],
    ['numbers beyond all', '{"tasks":[{"model":1e999,"instruction":-1e400,"picture":1e-999}]}'],
    ['__proto__', '{"__proto__":{"tasks":[]},"constructor":{"prototype":{"x":1}}}'],
    [
      '__proto__ in a task',
      '{"tasks":[{"model":"darkroom","instruction":"a","picture":"x","__proto__":{"y":1}}]}',
    ],
    ['no UTF-8', '{"tasks":"\xff\xfe\xfa"}'],
    ['a byte order mark', '\ufeff{"tasks":[]}'],
    ['nothing', ''],
    ['a number', '1'],
    ['null', 'null'],
    ['half of it', '{"tasks":['],
    ['a million tasks', `{"tasks":[${'1,'.repeat(90_000)}1]}`],
  ])('of JSON that are refused: %s', async (_, text) => {
    const answer = await fetch(`${server!.address}/v1/edits`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: Buffer.from(text, 'latin1'),
    })
    expect(answer.status).toBe(400)
    expect(await answer.json()).toEqual({
      error: {
        message: expect.stringMatching(/^[^\n]{1,2000}$/),
        type: 'invalid_request_error',
        param: expect.toSatisfy((param) => param === null || typeof param === 'string'),
        code: expect.stringMatching(/^[a-z_]+$/),
      },
    })
    expect(({} as { y?: number; tasks?: unknown }).tasks).toBeUndefined()
  })

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'application/xml', '', 'multipart/form-data'])(
    'of type %o are refused where JSON is expected',
    async (type) => {
      const answer = await fetch(`${server!.address}/v1/edits`, {
        method: 'POST',
        headers: { 'content-type': type },
        body: '{"tasks":[]}',
      })
      expect(answer.status).toBeGreaterThanOrEqual(400)
      expect(answer.status).toBeLessThan(500)
    },
  )
})

describe('slow clients', () => {
  const dribble = (text: string, parts: number) => Array.from({ length: parts }, () => text)
  const slowly = { betweenMs: 60, quietMs: 5000 }

  it('who never end their headers are dropped', async () => {
    const parts = ['GET /v1/me HTTP/1.1\r\n', ...dribble('X-More: a\r\n', 60)]
    const answer = await sendRaw(hasty!.port, parts, slowly)
    expect(answer.isClosed).toBe(true)
    expect(answer.statuses).toEqual([408])
  })

  it('who say nothing are dropped', async () => {
    expect(await sendRaw(hasty!.port, [''], slowly)).toMatchObject({ isClosed: true })
  })

  it('who never end their bodies are dropped, and hold nothing up', async () => {
    const head = request('POST /v1/pictures HTTP/1.1', ['Content-Length: 90000', 'Content-Type: image/png'])
    const slow = sendRaw(hasty!.port, [head, ...dribble('aaaa', 80)], slowly)
    expect((await fetch(`${server!.address}/v1/me`)).status).toBe(200)
    expect((await slow).isClosed).toBe(true)
  })
})

it('is as it was after all of that', async () => {
  expect((await fetch(`${server!.address}/v1/me`)).status).toBe(200)
  expect(log).toEqual([])
})
