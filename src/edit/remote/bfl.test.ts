import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bflServer } from '../../../test/remote/bflServer.ts'
import { failureOf, remoteJob } from '../../../test/remote/job.ts'
import { fileOf, jsonOf, pngFile, type Turn, testKey } from '../../../test/remote/protocol.ts'
import { type RemoteServer, remoteServer } from '../../../test/remoteServer.ts'
import { bfl } from './bfl.ts'
import type { BflConfig } from './configuration.ts'
import type { RemoteProvider } from './provider.ts'
import { remoteContract } from './remote.contract.ts'

const model = 'flux-kontext-pro'

/** The answer to the polls. */
const ended = (status: string, more: object = {}): Turn => ({ json: { status, result: null, ...more } })

const busy: Turn = {
  status: 429,
  headers: { 'retry-after': '0' },
  json: { detail: 'You have reached the limit of 24 active tasks.' },
}

remoteContract('bfl', {
  config: (url) => ({
    type: 'bfl',
    model,
    baseUrl: `${url}/v1`,
    key: 'TEST_BFL_KEY',
    price: { perImage: 0.04 },
    pollSeconds: 0.01,
  }),
  async read(request) {
    if (request.method !== 'POST') return undefined
    const { prompt, input_image: image } = jsonOf(request)
    return { instruction: String(prompt), picture: fileOf(String(image)) }
  },
  // By its address, as the API always does.
  gives: (file) => bflServer({ file }),
  givesAddress: (file) => bflServer({ file }),
  rateLimited: bflServer(busy),
  usedUp: bflServer({ status: 402, json: { detail: 'Insufficient credits. Please add credits.' } }),
  refusals: Object.fromEntries(
    ['Request Moderated', 'Content Moderated'].map((status) => [
      `the status ${status}`,
      {
        handler: bflServer(ended(status, { details: { 'Moderation Reasons': ['Safety Filter'] } })),
        kind: 'safety' as const,
        reason: status,
      },
    ]),
  ),
  complains: (words) => bflServer({ status: 403, json: { detail: words } }),
  options: ['seed'],
})

describe('Black Forest Labs', () => {
  let server: RemoteServer
  let file: Uint8Array

  beforeAll(async () => {
    server = await remoteServer()
    file = await pngFile()
  })
  afterAll(() => server.close())

  const open = async (config: Partial<BflConfig> = {}): Promise<RemoteProvider> =>
    bfl.open(
      {
        type: 'bfl',
        model,
        baseUrl: `${server.url}/v1`,
        key: 'TEST_KEY',
        retries: 1,
        pollSeconds: 0.01,
        ...config,
      },
      { name: 'flux', env: { TEST_KEY: testKey }, folder: '.', backoffSeconds: 0.001 },
    )

  it('submits, asks until it is ready, and fetches the picture without the key', async () => {
    server.answer(bflServer({ file }))
    const { job, reports } = remoteJob({ options: { seed: 42 } })
    await (await open({ parameters: { safety_tolerance: 2 } })).edit(job)
    // 4 credits of a cent.
    expect(reports).toEqual([{ requestId: 'task-1', images: 1, cost: 0.04 }])
    expect(server.seen.map(({ method, path, headers }) => [method, path, headers['x-key']])).toEqual([
      ['POST', '/v1/flux-kontext-pro', testKey],
      ['GET', '/v1/get_result?id=task-1', testKey],
      ['GET', '/v1/get_result?id=task-1', testKey],
      ['GET', expect.stringContaining('/delivery/sample.png'), undefined],
    ])
    expect(jsonOf(server.seen[0]!)).toMatchObject({ seed: 42, output_format: 'png', safety_tolerance: 2 })
  })

  it('asks Kontext for a shape, and FLUX.2 for a size', async () => {
    server.answer(bflServer({ file }))
    const ask = { width: 1024, height: 768 }
    await (await open()).edit(remoteJob({ ask }).job)
    await (await open({ model: 'flux-2-pro' })).edit(remoteJob({ ask }).job)
    const [first, second] = server.seen.filter(({ method }) => method === 'POST')
    expect(jsonOf(first!)).toMatchObject({ aspect_ratio: '1024:768' })
    expect(jsonOf(second!)).toMatchObject({ width: 1024, height: 768 })
  })

  it('keeps the reasons of moderation, which costs nothing', async () => {
    server.answer(
      bflServer(
        ended('Content Moderated', { details: { 'Moderation Reasons': ['Derivative Works Filter'] } }),
      ),
    )
    const { job, reports } = remoteJob({})
    expect(await failureOf((await open()).edit(job))).toMatchObject({
      text: 'Moderation Reasons: Derivative Works Filter',
    })
    expect(reports).toEqual([{ requestId: 'task-1', images: 0, cost: 0 }])
  })

  it.each([
    ['with its reason', { details: { error: 'out of memory' } }, 'Error: error: out of memory'],
    ['without one', {}, 'Error: no reason was given'],
  ])('says that the task failed, %s', async (_, more, message) => {
    server.answer(bflServer(ended('Error', more)))
    expect(await failureOf((await open()).edit(remoteJob({}).job))).toMatchObject({
      code: 'server',
      message: expect.stringContaining(message),
    })
  })

  it('asks three times for a task that is not found', async () => {
    server.answer(
      bflServer({ status: 404, json: { status: 'Task not found', result: null } }, { pending: 0 }),
    )
    expect(await failureOf((await open()).edit(remoteJob({}).job))).toMatchObject({
      code: 'server',
      message: expect.stringContaining('Task not found'),
    })
    expect(server.seen.filter(({ method }) => method === 'GET')).toHaveLength(3)
  })

  it.each([403, 404])('says that the address has expired (%i)', async (status) => {
    const service = bflServer(ended('Ready', { result: { sample: `${server.url}/old.png` } }))
    server.answer((request) => (request.path === '/old.png' ? { status, text: 'gone' } : service(request)))
    expect(await failureOf((await open()).edit(remoteJob({}).job))).toMatchObject({
      code: 'server',
      message: expect.stringContaining(`HTTP ${status}, expected a picture; links expire`),
    })
  })

  it('does not send the key to another host', async () => {
    const other = await remoteServer()
    server.answer(bflServer({ file }, { pollingOrigin: other.url }))
    const error = await failureOf((await open()).edit(remoteJob({}).job))
    await other.close()
    expect(error.message).toMatch(/the polling URL leads to 127\.0\.0\.1:\d+, where the key is not sent/)
    expect(other.seen).toEqual([])
  })

  it('says which field the service does not take', async () => {
    server.answer(bflServer({ file }))
    const provider = await open({ parameters: { safety_tolerance: 9 } })
    expect(await failureOf(provider.edit(remoteJob({}).job))).toMatchObject({
      code: 'input',
      message: expect.stringContaining('HTTP 422: safety_tolerance: Input should be less than or equal to 6'),
    })
  })

  it.each<[string, () => AbortSignal, string]>([
    ['time limit', () => AbortSignal.timeout(60), 'server'],
    [
      'cancellation',
      () => {
        const controller = new AbortController()
        setTimeout(() => controller.abort(), 60)
        return controller.signal
      },
      'cancelled',
    ],
  ])('stops polling at its %s', async (_, signal, code) => {
    server.answer(bflServer(ended('Pending')))
    expect(await failureOf((await open()).edit(remoteJob({ signal: signal() }).job))).toMatchObject({ code })
  })

  it('says that a picture that is ready has no address', async () => {
    server.answer(bflServer(ended('Ready', { result: {} })))
    expect((await failureOf((await open()).edit(remoteJob({}).job))).message).toContain(
      'expected the address of a picture that is Ready',
    )
  })
})
