import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openSmallProxy, type SmallProxy, throughProxy } from '../../test/proxy.ts'
import { type Answer, patientSend, proxySettings } from './index.ts'

let server: Server
let address: string
let proxy: SmallProxy
beforeAll(async () => {
  server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      const { searchParams } = new URL(request.url!, 'http://server')
      const text = `${request.method} ${Buffer.concat(parts)}`
      const to = searchParams.get('to')
      if (to !== null) response.writeHead(Number(to), { location: '/a' }).end()
      else if (searchParams.has('gzip'))
        response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(text))
      else response.end(text)
    })
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/a`
  proxy = await openSmallProxy()
})
beforeEach(() => {
  proxy.asked.length = 0
})
afterAll(async () => {
  await proxy.close()
  server.closeAllConnections()
  await new Promise((done) => server.close(done))
})

const textOf = async (answer: Answer): Promise<string> => Buffer.from(await answer.arrayBuffer()).toString()

describe('patientSend', () => {
  it('sends requests through the proxy of the environment', async () => {
    const send = patientSend({ http_proxy: proxy.address })
    const answer = await send(throughProxy(address), { method: 'POST', body: 'words' })
    expect(await textOf(answer)).toBe('POST words')
    expect(proxy.asked).toEqual([`POST ${throughProxy(address)}`])
  })

  it('sends them directly without one, to this machine, and to hosts of NO_PROXY', async () => {
    for (const env of [{}, { HTTP_PROXY: proxy.address }, { HTTP_PROXY: proxy.address, NO_PROXY: '*' }])
      expect(await textOf(await patientSend(env)(address))).toBe('GET ')
    // Only the proxy knows this name.
    const past = patientSend({ HTTP_PROXY: proxy.address, NO_PROXY: '.example.org,.test' })
    await expect(past(throughProxy(address))).rejects.toMatchObject({
      code: expect.stringMatching(/^(ENOTFOUND|EAI_AGAIN)$/),
    })
    expect(proxy.asked).toEqual([])
  })

  it('follows redirections as fetch does, unless they are wanted as they are', async () => {
    const send = patientSend({})
    const asked = { method: 'POST', body: 'words' }
    const redirected = async (status: number): Promise<string> =>
      textOf(await send(`${address}?to=${status}`, asked))
    expect([await redirected(302), await redirected(303), await redirected(307)]).toEqual([
      'GET ',
      'GET ',
      'POST words',
    ])
    const { status, headers } = await send(`${address}?to=302`, { redirect: 'manual' })
    expect([status, headers.get('location')]).toEqual([302, '/a'])
  })

  it('reads answers that are compressed though nobody asked for that', async () => {
    expect(await textOf(await patientSend({})(`${address}?gzip`))).toBe('GET ')
  })

  it('ends with its signal', async () => {
    await expect(patientSend({})(address, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      name: 'AbortError',
    })
  })

  it('opens a tunnel for HTTPS', async () => {
    const send = patientSend({ HTTPS_PROXY: proxy.address })
    // A server without TLS behind it.
    await expect(send(throughProxy(address).replace('http:', 'https:'))).rejects.toMatchObject({
      message: expect.stringContaining('SSL'),
    })
    expect(proxy.asked).toEqual([`CONNECT ${new URL(throughProxy(address)).host}`])
  })

  it('refuses a proxy that is none by the name of its variable', () => {
    expect(() => patientSend({ ALL_PROXY: 'socks5://me:secret@host' })).toThrow(
      /^ALL_PROXY: expected the address of an HTTP proxy such as http:\/\/proxy:3128, got one of socks5:$/,
    )
  })
})

describe('proxySettings', () => {
  it('reads lower case first, and takes an address without its scheme', () => {
    expect(
      proxySettings({ HTTPS_PROXY: 'http://upper', https_proxy: 'lower:3128', NO_PROXY: 'a.org' }),
    ).toEqual({ http: '', https: 'http://lower:3128/', except: 'a.org' })
    expect(proxySettings({ HTTPS_PROXY: '', NO_PROXY: '*' })).toBeUndefined()
  })
})
