import { existsSync, readdirSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startApiServer } from '../../../test/apiServer.ts'
import { gifOf, jpegOf, pngOf, polyglots, tiffOf, webpOf } from '../../../test/hostile/bombs.ts'
import { chance, cuts, mutant } from '../../../test/hostile/mutants.ts'
import { runs } from '../../../test/runs.ts'
import { madePicture, openTestService, serviceFolder, type TestService } from '../../../test/service.ts'
import { encodePicture } from '../../image/index.ts'
import type { StoredPicture } from '../../service/index.ts'
import type { RunningServer } from './start.ts'

const place = serviceFolder()
const log: string[] = []
let service: TestService
let server: RunningServer
let png: Uint8Array
const before = process.memoryUsage().rss

beforeAll(async () => {
  service = await openTestService({ folder: place.folder })
  server = await startApiServer(service, { worker: 'none', log: (line) => log.push(line) })
  png = await madePicture(3)
})
afterAll(async () => {
  await server.close()
  await service.end()
  place.remove()
})

const upload = (bytes: Uint8Array | string, name = 'a.png', type = 'application/octet-stream') =>
  fetch(`${server.address}/v1/pictures?name=${encodeURIComponent(name)}`, {
    method: 'POST',
    headers: { 'content-type': type },
    body: bytes as Uint8Array<ArrayBuffer>,
  })

/** An answer of the API: a success, or an error in OpenAI's shape that is the client's. */
async function checked(answer: Response): Promise<number> {
  const text = await answer.text()
  if (answer.status < 300) return answer.status
  expect([answer.status, text]).toEqual([expect.toSatisfy((status) => status < 500), expect.any(String)])
  const { error } = JSON.parse(text) as { error: Record<string, unknown> }
  expect(error).toEqual({
    message: expect.stringMatching(/^[^\n]+$/),
    type: expect.stringMatching(/_error$/),
    param: expect.toSatisfy((param) => param === null || typeof param === 'string'),
    code: expect.stringMatching(/^[a-z_-]+$/),
  })
  expect(error.message).not.toContain(place.folder)
  return answer.status
}

describe('uploads', () => {
  it('of damaged files are pictures or refused', async () => {
    const small = { width: 16, height: 12, data: Uint8Array.from({ length: 576 }, (_, i) => (i * 7) & 255) }
    const sources = [gifOf(3)]
    for (const format of ['png', 'jpeg', 'webp', 'tiff', 'avif'] as const)
      sources.push(Buffer.from(await encodePicture(small, format)))
    const statuses = new Set<number>()
    for (const source of sources) {
      expect(await checked(await upload(source))).toBe(201)
      for (let seed = 0; seed < runs(8); seed++)
        statuses.add(await checked(await upload(mutant(source, seed))))
      for (const cut of cuts(source, 256)) statuses.add(await checked(await upload(cut)))
    }
    expect([...statuses].sort()).toEqual([201, 400])
  })

  it.each<[string, () => Uint8Array | string | Promise<Uint8Array>]>([
    ['nothing', () => ''],
    ['one byte', () => 'P'],
    ['a drawing', () => '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'],
    [
      'a drawing behind a comment',
      () => '<?xml version="1.0"?><!-- x --><svg><image href="file:///etc/passwd"/></svg>',
    ],
    ['a PDF', () => '%PDF-1.7\n%âãÏÓ'],
    ['a page', () => '<!doctype html><script>alert(1)</script>'],
    ['an archive', () => Buffer.from('PK\x03\x04\x14\0\0\0', 'latin1')],
    ['a program', () => Buffer.from('\x7fELF\x02\x01\x01\0', 'latin1')],
    ['a PNG of 60000×60000', () => pngOf(60_000, 60_000, { rows: 100 })],
    ['a PNG of 200 million pixels that is whole', () => pngOf(20_000, 10_000)],
    ['a JPEG of 65500×65500', () => jpegOf(65_500, 65_500)],
    ['a GIF of 65535×65535', () => gifOf(1, 65_535, 65_535)],
    [
      'a TIFF of 60000×60000',
      () => tiffOf({ width: 60_000, height: 60_000, rowsPerStrip: 60_000, strips: 1, stripBytes: 4096 }),
    ],
    ['a GIF of 10,000 pictures', () => gifOf(10_000)],
    [
      'a WebP of 10,000 pictures',
      async () =>
        webpOf(await encodePicture({ width: 16, height: 16, data: new Uint8Array(768) }, 'webp'), 10_000, 16),
    ],
  ])('of %s are refused', async (_, make) => {
    for (const type of ['image/png', 'application/octet-stream'])
      expect(await checked(await upload((await make()) as Uint8Array, 'a.png', type))).toBe(400)
  })

  it('are told by their content', async () => {
    for (const type of ['text/html', 'image/svg+xml', 'application/json', 'image/jpeg'])
      expect([201, 415]).toContain(await checked(await upload(png, 'a.html', type)))
  })

  it.each([
    '../../../../evil.png',
    '..\\..\\evil.png',
    '/etc/evil.png',
    'C:\\evil.png',
    'evil.png\0.html',
    'CON',
    'nul.png',
    '.',
    '..',
    '',
    ' ',
    '<img src=x onerror=alert(1)>.png',
    '"; filename="evil.html',
    'evil\r\nSet-Cookie: a=b.png',
    '\u202egnp.evil',
    `${'long'.repeat(60)}.png`,
    '图片 🖼️.png',
    '%2e%2e%2fevil.png',
  ])('called %j keep a name that is none of a path', async (name) => {
    const answer = await upload(png, name)
    expect(answer.status).toBe(201)
    const stored = (await answer.json()) as StoredPicture
    expect(stored.name).not.toMatch(/[/\\\p{Cc}\p{Cf}]|^\.*$/u)
    expect(stored.name.length).toBeLessThanOrEqual(255)
    const file = await fetch(
      `${server.address}/v1/pictures/${stored.id}/file?name=${encodeURIComponent(name)}`,
    )
    expect(file.headers.get('content-type')).toBe('image/png')
    expect(file.headers.get('content-disposition') ?? 'attachment').toMatch(/^attachment[^\r\n]*$/)
    expect(file.headers.get('set-cookie')).toBeNull()
    await file.body?.cancel()
  })

  it('that are two things are served as pictures, and nothing in them runs', async () => {
    for (const [name, bytes] of Object.entries(
      polyglots(png, await encodePicture({ width: 8, height: 8, data: new Uint8Array(192) }, 'jpeg')),
    )) {
      const answer = await upload(bytes, `${name}.html`, 'text/html')
      if ((await checked(answer.clone())) >= 300) continue
      const { id } = (await answer.json()) as StoredPicture
      const file = await fetch(`${server.address}/v1/pictures/${id}/file`)
      expect(file.headers.get('content-type')).toMatch(/^image\/(png|jpeg)$/)
      expect(file.headers.get('x-content-type-options')).toBe('nosniff')
      expect(file.headers.get('content-security-policy')).toContain("default-src 'self'")
      await file.body?.cancel()
    }
  })

  it('leave nothing outside the data folder, and nothing under their names', () => {
    const names = readdirSync(place.folder, { recursive: true, encoding: 'utf8' })
    expect(names.filter((name) => /evil|nul\.|CON$|long/i.test(name))).toEqual([])
    for (const path of [
      join(tmpdir(), 'evil.png'),
      '/etc/evil.png',
      join(place.folder, '..', 'evil.png'),
      'evil.png',
    ])
      expect(existsSync(path)).toBe(false)
  })
})

it('damaged session files are sessions or refused', async () => {
  const session = await service.history.create('local', 'to be damaged')
  await service.history.addPicture(
    'local',
    session.id,
    (await service.pictures.add('local', 'a.png', png)).id,
  )
  const exported = await fetch(`${server.address}/v1/sessions/${session.id}/export`)
  const file = Buffer.from(await exported.arrayBuffer())
  const send = (bytes: Uint8Array) =>
    fetch(`${server.address}/v1/sessions/import`, {
      method: 'POST',
      headers: { 'content-type': 'application/zip' },
      body: bytes as Uint8Array<ArrayBuffer>,
    })
  expect(await checked(await send(file))).toBe(201)
  for (let seed = 0; seed < runs(30); seed++)
    expect([201, 400]).toContain(await checked(await send(mutant(file, seed))))
  for (const cut of cuts(file, 512)) expect(await checked(await send(cut))).toBe(400)
})

describe('forms', () => {
  const part = (name: string, value: string, more = '') =>
    `--x\r\ncontent-disposition: form-data; name="${name}"${more}\r\n\r\n${value}\r\n`
  const image = () =>
    `--x\r\ncontent-disposition: form-data; name="image"; filename="a.png"\r\ncontent-type: image/png\r\n\r\n${Buffer.from(png).toString('latin1')}\r\n`
  const send = (text: string, type = 'multipart/form-data; boundary=x') =>
    fetch(`${server.address}/v1/images/edits`, {
      method: 'POST',
      headers: { 'content-type': type },
      body: Buffer.from(text, 'latin1'),
      signal: AbortSignal.timeout(20_000),
    })

  it.each<[string, () => [string, string?]]>([
    ['no boundary', () => [part('prompt', 'a'), 'multipart/form-data']],
    ['another boundary', () => [part('prompt', 'a'), 'multipart/form-data; boundary=y']],
    ['a boundary of nothing', () => [part('prompt', 'a'), 'multipart/form-data; boundary=']],
    [
      'a boundary of 10 kB',
      () => [part('prompt', 'a'), `multipart/form-data; boundary=${'y'.repeat(10_000)}`],
    ],
    ['no end', () => [part('prompt', 'a')]],
    ['half a part', () => [`${part('prompt', 'a')}--x\r\ncontent-disp`]],
    ['10,000 parts', () => [`${part('a', 'b').repeat(10_000)}--x--\r\n`]],
    ['17 pictures', () => [`${part('prompt', 'a')}${image().repeat(17)}--x--\r\n`]],
    ['a field twice', () => [`${part('prompt', 'a')}${part('prompt', 'b')}${image()}--x--\r\n`]],
    [
      'two masks',
      () => [`${part('prompt', 'a')}${image()}${image().replace('"image"', '"mask"').repeat(2)}--x--\r\n`],
    ],
    [
      'a header of 100 kB',
      () => [`--x\r\ncontent-disposition: form-data; name="${'a'.repeat(100_000)}"\r\n\r\nb\r\n--x--\r\n`],
    ],
    ['a part without a name', () => ['--x\r\ncontent-type: text/plain\r\n\r\nb\r\n--x--\r\n']],
    [
      'parts in parts',
      () => [
        `--x\r\ncontent-disposition: form-data; name="image"; filename="a"\r\ncontent-type: multipart/mixed; boundary=y\r\n\r\n--y\r\n\r\n--y--\r\n--x--\r\n`,
      ],
    ],
    ['a text for a picture', () => [`${part('prompt', 'a')}${part('image', 'b')}--x--\r\n`]],
    ['a picture for a text', () => [`${image().replace('"image"', '"prompt"')}${image()}--x--\r\n`]],
    [
      '__proto__',
      () => [`${part('__proto__', 'a')}${part('constructor', 'b')}${part('prompt', 'a')}${image()}--x--\r\n`],
    ],
    [
      'a page as picture',
      () => [`${part('prompt', 'a')}${part('image', '<html>', '; filename="a.png"')}--x--\r\n`],
    ],
    [
      'a path as picture',
      () => [`${part('prompt', 'a')}${part('image', '', '; filename="../../etc/passwd"')}--x--\r\n`],
    ],
    ['a field that there is not', () => [`${part('prompt', 'a')}${part('evil', 'b')}${image()}--x--\r\n`]],
    ['nothing', () => ['']],
  ])('with %s are refused', async (_, make) => {
    const [text, type] = make()
    const status = await checked(await send(text, type))
    expect(status).toBeGreaterThanOrEqual(400)
  })
})

it('texts that no database holds are refused, or stored as it can', async () => {
  const { id } = await service.pictures.add('local', 'a.png', png)
  for (const text of ['a\0b', 'a\ud800b'])
    for (const [path, body] of [
      ['/v1/sessions', { name: text }],
      ['/v1/edits', { tasks: [{ model: 'darkroom', instruction: text, picture: id }] }],
    ] as const) {
      const answer = await fetch(`${server.address}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
      // Names are stored without what cannot be seen.
      expect([201, 202, 400]).toContain(await checked(answer))
    }
})

it('random requests over the whole document get answers', async () => {
  const document = (await (await fetch(`${server.address}/openapi.json`)).json()) as {
    paths: Record<
      string,
      Record<string, { parameters?: { name: string; in: string }[]; requestBody?: object }>
    >
  }
  const next = chance(11)
  const values: readonly unknown[] = [
    '',
    'a',
    '-1',
    '0',
    '1e999',
    'null',
    'NaN',
    '../..',
    '%00',
    '\u0000',
    '🖼️',
    'a'.repeat(2000),
    '__proto__',
    -1,
    0,
    1e308,
    true,
    null,
    [],
    {},
    [[]],
    { a: {} },
    'f'.repeat(64),
    '00000000-0000-4000-8000-000000000000',
  ]
  const some = (): unknown => values[next(values.length)]
  const body = (depth = 0): unknown => {
    if (depth > 3 || next(3) === 0) return some()
    const names = [
      'tasks',
      'model',
      'instruction',
      'picture',
      'prompt',
      'image',
      'options',
      'name',
      'key',
      'mask',
      'box',
      'x',
    ]
    return next(4) === 0
      ? [body(depth + 1), body(depth + 1)]
      : Object.fromEntries(
          Array.from({ length: 1 + next(5) }, () => [names[next(names.length)], body(depth + 1)]),
        )
  }
  for (const [path, methods] of Object.entries(document.paths))
    for (const [method, { parameters = [], requestBody }] of Object.entries(methods))
      for (let i = 0; i < runs(3); i++) {
        const target = path.replaceAll(/\{\w+\}/g, () => encodeURIComponent(String(some())) || 'x')
        const queries = parameters.filter(({ in: where }) => where === 'query')
        const query = queries.map(({ name }) => `${name}=${encodeURIComponent(String(some()))}`).join('&')
        const answer = await fetch(`${server.address}${target}${next(2) === 0 ? '' : `?${query}`}`, {
          method: method.toUpperCase(),
          headers: { 'content-type': 'application/json' },
          ...(requestBody && { body: JSON.stringify(body()) ?? '1' }),
          signal: AbortSignal.timeout(20_000),
        })
        const type = answer.headers.get('content-type') ?? ''
        if (type.startsWith('application/json')) await checked(answer)
        else {
          expect([method, target, answer.status < 500]).toEqual([method, target, true])
          await answer.body?.cancel()
        }
      }
})

it('hundreds of streams that are left open hold nothing up', async () => {
  const sockets = Array.from({ length: 200 }, () => {
    const socket = connect(server.port, '127.0.0.1')
    socket.on('error', () => undefined)
    socket.write(`GET /v1/events HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\n\r\n`)
    return socket
  })
  const first = await Promise.all(
    sockets.map(
      (socket) => new Promise<string>((done) => socket.once('data', (chunk) => done(String(chunk)))),
    ),
  )
  expect(first.every((text) => text.startsWith('HTTP/1.1 200'))).toBe(true)
  expect((await upload(png)).status).toBe(201)
  for (const socket of sockets) socket.destroy()
  expect((await fetch(`${server.address}/v1/me`)).status).toBe(200)
})

it('after all of that the server is as it was: nothing in its log, no memory held', () => {
  expect(log).toEqual([])
  const grown = process.memoryUsage().rss - before
  expect(grown).toBeLessThan(700e6)
})
