import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type RemoteServer, remoteServer } from '../../../test/remoteServer.ts'
import { retryAfter, type Service, type ServiceReply, type ServiceRequest, send, textOf } from './http.ts'

describe('Retry-After', () => {
  const now = Date.parse('2025-04-24T10:00:00Z')

  it.each([
    ['3', 3],
    ['0.5', 0.5],
    ['-1', 0],
    ['Thu, 24 Apr 2025 10:01:30 GMT', 90],
    ['Thu, 24 Apr 2025 09:00:00 GMT', 0],
    ['soon', undefined],
    ['', undefined],
    [null, undefined],
  ])('%j means %j seconds', (header, seconds) => {
    expect(retryAfter(header, now)).toBe(seconds)
  })
})

describe('send', () => {
  let server: RemoteServer
  beforeAll(async () => {
    server = await remoteServer()
  })
  afterAll(() => server.close())

  const sent = (service: Partial<Service> = {}, request: Partial<ServiceRequest> = {}): Promise<string> =>
    send(
      { name: 'a', baseUrl: server.url, backoffSeconds: 0.001, retries: 2, ...service },
      { path: '/x', signal: AbortSignal.timeout(20_000), ...request },
    ).then(
      ({ status, bytes }) => `${status} ${textOf(bytes)}`,
      (error: Error) => error.message.replaceAll(server.url, 'http://server'),
    )

  it('takes no answer that is longer than it may be, whatever its header says', async () => {
    const long = new Uint8Array(3000)
    server.answer(() => ({ bytes: long, headers: { 'transfer-encoding': 'chunked' } }))
    expect(await sent({}, { mostBytes: 3000 })).toMatch(/^200 /)
    expect(await sent({}, { mostBytes: 2999 })).toMatch(/^a at http:\/\/server: the answer is longer than/)
    expect(server.seen).toHaveLength(2)
    server.answer(() => ({ headers: { 'content-length': '9000' }, text: 'x' }))
    expect(await sent({}, { mostBytes: 8000 })).toMatch(/the answer is longer than/)
  })

  it('asks again as the service says that it should, and not where it says that it is of no use', async () => {
    const isFinal = ({ bytes }: ServiceReply): boolean => textOf(bytes) === 'never'
    server.answer(
      () => ({ status: 429, text: 'wait' }),
      () => ({ status: 503, text: 'never' }),
    )
    const waits: string[] = []
    const waitSeconds = ({ bytes }: ServiceReply): number => {
      waits.push(textOf(bytes))
      return 0
    }
    expect(await sent({ isFinal, waitSeconds })).toBe('503 never')
    expect([server.seen.length, waits]).toEqual([2, ['wait', 'never']])
    server.answer(() => ({ status: 429, text: 'insufficient_quota' }))
    expect(await sent()).toBe('429 insufficient_quota')
    expect(server.seen).toHaveLength(1)
  })

  it('leaves redirections to the caller where that is wanted', async () => {
    server.answer(({ path }) =>
      path === '/x' ? { status: 307, headers: { location: '/y' } } : { text: path },
    )
    expect(await sent()).toBe('200 /y')
    expect(await sent({ redirect: 'manual' })).toBe('307 ')
  })
})
