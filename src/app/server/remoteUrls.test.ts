import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { encodePicture } from '../../image/index.ts'
import { isPublicAddress } from './publicAddress.ts'
import { fetchPictures, type ResolvedAddress, type UrlRules } from './remoteUrls.ts'

const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
})

async function listen(answer: RequestListener, host = '127.0.0.1'): Promise<number> {
  const server = createServer(answer)
  servers.push(server)
  await new Promise<void>((done) => server.listen(0, host, done))
  return (server.address() as AddressInfo).port
}

const png = await encodePicture({ width: 2, height: 2, data: new Uint8Array(12) }, 'png')
const sendPng: RequestListener = (_, response) => response.end(png)

const v4 = (address: string): ResolvedAddress[] => [{ address, family: 4 }]

/** As if 127.0.0.1 were public, and names of `.test` were there. */
function rules(port: number, more: Partial<UrlRules> = {}): UrlRules {
  return {
    hosts: [`*.test:${port}`, `127.0.0.1:${port}`],
    isAllowed: (address) => address === '127.0.0.1' || isPublicAddress(address),
    resolve: (host) => Promise.resolve(v4(host === 'inner.test' ? '127.0.0.2' : '127.0.0.1')),
    timeoutMs: 5000,
    ...more,
  }
}

describe('isPublicAddress', () => {
  it.each([
    ['0.0.0.0'],
    ['10.1.2.3'],
    ['100.100.100.200'],
    ['127.0.0.1'],
    ['127.255.255.254'],
    ['168.63.129.16'],
    ['169.254.169.254'],
    ['172.16.0.1'],
    ['172.31.255.255'],
    ['192.0.0.192'],
    ['192.168.1.1'],
    ['198.19.0.1'],
    ['224.0.0.1'],
    ['255.255.255.255'],
    ['::'],
    ['::1'],
    ['::127.0.0.1'],
    ['::ffff:127.0.0.1'],
    ['::ffff:8.8.8.8'],
    ['0:0:0:0:0:ffff:a9fe:a9fe'],
    ['64:ff9b::7f00:1'],
    ['64:ff9b:1::1'],
    ['100::1'],
    ['2001::1'],
    ['2001:db8::1'],
    ['2002:7f00:1::'],
    ['3fff::1'],
    ['fc00::1'],
    ['fd00:ec2::254'],
    ['fe80::1'],
    ['fe80::1%eth0'],
    ['2606:4700::1111%1'],
    ['fec0::1'],
    ['ff02::1'],
    ['localhost'],
    [''],
    ['1.2.3'],
  ])('refuses %s', (address) => {
    expect(isPublicAddress(address)).toBe(false)
  })

  it.each([['1.1.1.1'], ['8.8.8.8'], ['172.32.0.1'], ['2606:4700::1111'], ['2a00:1450:4001::1']])(
    'takes %s',
    (address) => {
      expect(isPublicAddress(address)).toBe(true)
    },
  )
})

describe('fetchPictures', () => {
  it('fetches a picture, and names it', async () => {
    const port = await listen((request, response) => {
      expect(request.headers.host).toBe(`a.test:${port}`)
      response.end(png)
    })
    const found = await fetchPictures(rules(port))(`http://a.test:${port}/x/my%20cat.png?key=secret`)
    expect(found.name).toBe('my cat.png')
    expect(Buffer.from(found.bytes).equals(Buffer.from(png))).toBe(true)
  })

  it.each([
    ['file:///etc/passwd', 'expected http or https, got file:'],
    ['ftp://a.test/a', 'expected http or https'],
    ['data:image/png;base64,AA', 'expected http or https'],
    ['gopher://127.0.0.1:25/x', 'expected http or https'],
    ['//a.test/a', 'expected an http or https address'],
    ['http://', 'expected an http or https address'],
    ['http://user:pw@a.test/a', 'without user and password'],
    ['http://a.test:22/a', 'port 80 or 443, got 22'],
    [`http://a.test/${'a'.repeat(5000)}`, 'at most 4096'],
  ])('refuses %s', async (url, why) => {
    await expect(
      fetchPictures({ hosts: 'any', resolve: () => Promise.reject(new Error('asked')) })(url),
    ).rejects.toThrow(why)
  })

  it.each([
    ['http://127.0.0.1/'],
    ['http://2130706433/'],
    ['http://0x7f.1/'],
    ['http://0177.0.0.1/'],
    ['http://127.1/'],
    ['http://0/'],
    ['http://169.254.169.254/latest/meta-data/'],
    ['http://[::1]/'],
    ['http://[::ffff:127.0.0.1]/'],
    ['http://[64:ff9b::a9fe:a9fe]/'],
    ['http://[fd00:ec2::254]/'],
    ['http://１２７.0.0.1/'],
    ['https://10.0.0.1/'],
  ])('refuses the address %s however it is written', async (url) => {
    await expect(fetchPictures({ hosts: 'any' })(url)).rejects.toThrow('not on the public Internet')
  })

  it('refuses names that lead to private addresses, also where only one of several does', async () => {
    for (const addresses of [
      v4('127.0.0.1'),
      v4('10.0.0.5'),
      [...v4('8.8.8.8'), ...v4('192.168.0.1')],
      [{ address: '::1', family: 6 }],
      [],
    ])
      await expect(
        fetchPictures({ hosts: 'any', resolve: () => Promise.resolve(addresses) })('http://a.test/'),
      ).rejects.toThrow('not on the public Internet')
    await expect(fetchPictures({ hosts: 'any' })('http://localhost/')).rejects.toThrow(
      'not on the public Internet',
    )
  })

  it('takes only hosts and ports of the list', async () => {
    const port = await listen(sendPng)
    const take = (hosts: readonly string[], url: string) => fetchPictures(rules(port, { hosts }))(url)
    await expect(take(['b.test'], `http://a.test:${port}/`)).rejects.toThrow('--urls')
    await expect(take(['a.test'], `http://a.test:${port}/`)).rejects.toThrow('--urls')
    await expect(take([`*.a.test:${port}`], `http://evila.test:${port}/`)).rejects.toThrow('--urls')
    await expect(take([], `http://a.test:${port}/`)).rejects.toThrow('--urls')
    await take([`A.test:${port}`], `http://a.TEST:${port}/`)
    await take([`*.test:${port}`], `http://x.a.test.:${port}/`)
  })

  it('connects to the address that it checked, though the name means another by then', async () => {
    const reached: string[] = []
    const port = await listen((_, response) => {
      reached.push('checked')
      response.end(png)
    })
    const other = createServer((_, response) => {
      reached.push('other')
      response.end(png)
    })
    servers.push(other)
    await new Promise<void>((done) => other.listen(port, '127.0.0.2', done))
    let asked = 0
    const resolve = () => Promise.resolve(v4(asked++ === 0 ? '127.0.0.1' : '127.0.0.2'))
    await fetchPictures(rules(port, { resolve }))(`http://a.test:${port}/`)
    expect([reached, asked]).toEqual([['checked'], 1])
  })

  it('follows redirects, at most three', async () => {
    const port = await listen(({ url = '' }, response) => {
      const left = Number(url.slice(1))
      if (left === 0) response.end(png)
      else response.writeHead(302, { location: `/${left - 1}` }).end()
    })
    const take = fetchPictures(rules(port))
    expect((await take(`http://a.test:${port}/3`)).name).toBe('0')
    await expect(take(`http://a.test:${port}/4`)).rejects.toThrow('at most 3 redirects')
  })

  it.each([
    ['http://inner.test:PORT/', 'not on the public Internet'],
    ['http://127.0.0.2:PORT/', '--urls'],
    ['file:///etc/passwd', 'expected http or https'],
    ['http://a.test:1/', '--urls'],
    ['http://elsewhere.example/', '--urls'],
    ['http://u:p@a.test:PORT/', 'without user and password'],
  ])('checks where a redirect leads: %s', async (location, why) => {
    const port = await listen((_, response) =>
      response.writeHead(307, { location: location.replace('PORT', String(port)) }).end(),
    )
    await expect(fetchPictures(rules(port))(`http://a.test:${port}/`)).rejects.toThrow(why)
  })

  it('refuses what is no picture by its bytes, whatever its type says, and does not show it', async () => {
    const port = await listen((_, response) =>
      response.writeHead(200, { 'content-type': 'image/png' }).end('{"secret":"hunter2"}'),
    )
    const failure = await fetchPictures(rules(port))(`http://a.test:${port}/a?key=abc`).catch((e: Error) => e)
    expect(failure).toMatchObject({
      code: 'picture',
      message: `http://a.test:${port}/a: expected a picture, got text`,
    })
  })

  it('stops at the limit of bytes, announced or not', async () => {
    const port = await listen((request, response) => {
      if (request.url === '/announced') response.writeHead(200, { 'content-length': '5000' })
      response.write(Buffer.alloc(3000))
      response.end(Buffer.alloc(2000))
    })
    const take = fetchPictures(rules(port, { mostBytes: 4000 }))
    for (const path of ['announced', 'chunked'])
      await expect(take(`http://a.test:${port}/${path}`)).rejects.toThrow('at most 4000 bytes')
  })

  it('stops at the limit of time: no answer, half an answer, a name that does not resolve', async () => {
    const port = await listen((request, response) => {
      if (request.url === '/half') response.write(png.subarray(0, 20))
    })
    const take = fetchPictures(rules(port, { timeoutMs: 150 }))
    for (const path of ['none', 'half'])
      await expect(take(`http://a.test:${port}/${path}`)).rejects.toThrow('did not answer in full')
    const stuck = fetchPictures(rules(port, { timeoutMs: 50, resolve: () => new Promise(() => undefined) }))
    await expect(stuck(`http://a.test:${port}/`)).rejects.toThrow('did not answer in full')
  })

  it('says what failed', async () => {
    const port = await listen((_, response) => response.writeHead(404).end())
    await expect(fetchPictures(rules(port))(`http://a.test:${port}/`)).rejects.toThrow('status 200, got 404')
    for (const server of servers.splice(0)) await new Promise((done) => server.close(done))
    await expect(fetchPictures(rules(port))(`http://a.test:${port}/`)).rejects.toThrow(
      'cannot be fetched (ECONNREFUSED)',
    )
  })
})
