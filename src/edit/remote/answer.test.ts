import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type RemoteServer, remoteServer } from '../../../test/remoteServer.ts'
import type { Service } from '../../tools/index.ts'
import { bytesOfBase64, download, isPrivate } from './answer.ts'

let server: RemoteServer
beforeAll(async () => {
  server = await remoteServer()
})
afterAll(() => server.close())

const at = (baseUrl: string): Service => ({
  name: 'mine',
  baseUrl,
  headers: { authorization: 'Bearer sk-1' },
  secret: 'sk-1',
  retries: 1,
  backoffSeconds: 0.001,
})
const fetched = (address: string, service = at(server.url)): Promise<string> =>
  download(service, address, AbortSignal.timeout(5000)).then(
    (bytes) => Buffer.from(bytes).toString(),
    (error: Error) => error.message.replaceAll(server.url, 'http://server'),
  )

describe('download', () => {
  it('follows a few redirections, and takes no key along', async () => {
    server.answer(({ path }) =>
      path === '/c?token=1'
        ? { bytes: new Uint8Array(Buffer.from('picture')) }
        : { status: 302, headers: { location: path === '/a' ? '/b' : '/c?token=1' } },
    )
    expect(await fetched(`${server.url}/a`)).toBe('picture')
    expect(server.seen.map(({ headers }) => headers.authorization)).toEqual([undefined, undefined, undefined])
    server.answer(() => ({ status: 302, headers: { location: '/again' } }))
    expect(await fetched(`${server.url}/again`)).toMatch(/expected at most 3 redirections, got more/)
    expect(server.seen).toHaveLength(4)
  })

  it('fetches over HTTP alone, and from within a private network only for a service in one', async () => {
    const away = at('https://api.example.org/v1')
    const found = [
      await fetched('file:///etc/passwd'),
      await fetched('picture.png'),
      await fetched('http://169.254.169.254/latest/meta-data', away),
      await fetched('http://[::1]:80/a.png', away),
    ]
    expect(found).toMatchInlineSnapshot(`
      [
        "mine at http://server: expected a picture's address with http or https, got 'file:///etc/passwd'",
        "mine at http://server: expected a picture's address with http or https, got 'picture.png'",
        "mine at https://api.example.org/v1: the answer's picture lies at 169.254.169.254, within a private network; it was not fetched",
        "mine at https://api.example.org/v1: the answer's picture lies at [::1], within a private network; it was not fetched",
      ]
    `)
    server.answer(() => ({ status: 302, headers: { location: 'ftp://example.org/a.png' } }))
    expect(await fetched(`${server.url}/a`)).toMatch(/with http or https, got 'ftp:/)
  })

  it('takes no picture that is too long, and says of one that is gone that links expire', async () => {
    server.answer(() => ({ headers: { 'content-length': String(65 * 2 ** 20) }, text: 'begins' }))
    expect(await fetched(`${server.url}/a`)).toMatch(/the answer is longer than 64 MiB/)
    expect(server.seen).toHaveLength(1)
    server.answer(() => ({ status: 403, text: 'expired' }))
    expect(await fetched(`${server.url}/a?signature=s3cret`)).toBe(
      'mine: the picture at http://server/a: HTTP 403, expected a picture; links expire: try again',
    )
  })

  it('reads an address that holds the picture itself', async () => {
    expect(await fetched('data:image/png;base64,cGljdHVyZQ==')).toBe('picture')
  })
})

describe('bytesOfBase64', () => {
  it('takes both alphabets, line breaks, and an end without padding', () => {
    const read = (text: string): string => Buffer.from(bytesOfBase64(at('http://a'), text)).toString('hex')
    expect(['+/8=', '-_8', '+/\n8=', 'data:image/png;base64,+/8='].map(read)).toEqual(Array(4).fill('fbff'))
    for (const text of ['', 'a', 'abc%', 'ab=c', '<html>'])
      expect(() => read(text)).toThrow(/broken base64 in the answer/)
  })
})

describe('isPrivate', () => {
  it.each([
    ...['localhost', '127.0.0.1', '10.1.2.3', '172.20.0.1', '192.168.1.1', '169.254.169.254', '100.64.0.1'],
    ...['0.0.0.0', '[::1]', '[fe80::1]', '[fd00::1]', '[::ffff:7f00:1]', 'metadata.google.internal'],
  ])('holds %s', (host) => {
    expect(isPrivate(host)).toBe(true)
  })

  it.each(['example.org', '8.8.8.8', '172.32.0.1', '11.0.0.1', '[2001:db8::1]', '1.2.3'])(
    'not %s',
    (host) => {
      expect(isPrivate(host)).toBe(false)
    },
  )
})
