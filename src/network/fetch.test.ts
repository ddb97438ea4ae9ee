import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openSmallProxy, type SmallProxy, throughProxy } from '../../test/proxy.ts'
import { patientFetch, proxySettings } from './index.ts'

let server: Server
let address: string
let proxy: SmallProxy
beforeAll(async () => {
  server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => response.end(`${request.method} ${Buffer.concat(parts)}`))
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

describe('patientFetch', () => {
  it('sends requests through the proxy of the environment', async () => {
    const send = patientFetch({ http_proxy: proxy.address })
    const answer = await send(throughProxy(address), { method: 'POST', body: 'words' })
    expect(await answer.text()).toBe('POST words')
    expect(proxy.asked).toEqual([`POST ${throughProxy(address)}`])
  })

  it('sends them directly without one, to this machine, and to hosts of NO_PROXY', async () => {
    for (const env of [{}, { HTTP_PROXY: proxy.address }, { HTTP_PROXY: proxy.address, NO_PROXY: '*' }])
      expect(await (await patientFetch(env)(address)).text()).toBe('GET ')
    // Only the proxy knows this name.
    const past = patientFetch({ HTTP_PROXY: proxy.address, NO_PROXY: '.example.org,.test' })
    await expect(past(throughProxy(address))).rejects.toThrow('fetch failed')
    expect(proxy.asked).toEqual([])
  })

  it('opens a tunnel for HTTPS', async () => {
    const send = patientFetch({ HTTPS_PROXY: proxy.address })
    // A server without TLS behind it.
    await expect(send(throughProxy(address).replace('http:', 'https:'))).rejects.toThrow('fetch failed')
    expect(proxy.asked).toEqual([`CONNECT ${new URL(throughProxy(address)).host}`])
  })

  it('refuses a proxy that is none by the name of its variable', () => {
    expect(() => patientFetch({ ALL_PROXY: 'socks5://me:secret@host' })).toThrow(
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
