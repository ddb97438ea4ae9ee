import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { arkError, arkServer } from '../../../test/remote/arkServer.ts'
import { failureOf, remoteJob } from '../../../test/remote/job.ts'
import { base64Of, fileOf, jsonOf, pngFile, type Turn, testKey } from '../../../test/remote/protocol.ts'
import { type RemoteServer, remoteServer } from '../../../test/remoteServer.ts'
import { ark, seedreamSize } from './ark.ts'
import type { ArkConfig } from './configuration.ts'
import type { RemoteProvider } from './provider.ts'
import { remoteContract } from './remote.contract.ts'

const seedEdit = 'doubao-seededit-3-0-i2i-250628'
const seedream = 'doubao-seedream-4-5-251128'

const data = (item: object): Turn => ({ json: { model: seedEdit, created: 1, data: [item] } })

const bySafety = [
  'OutputImageSensitiveContentDetected',
  'InputTextSensitiveContentDetected',
  'InputImageSensitiveContentDetected',
  'InputImageSensitiveContentDetected.PrivacyInformation',
  'SensitiveContentDetected.Violence',
  'OutputImageRiskDetection',
]

remoteContract('ark', {
  config: (url) => ({
    type: 'ark',
    model: seedEdit,
    baseUrl: `${url}/api/v3`,
    key: 'TEST_ARK_KEY',
    price: { perImage: 0.04 },
  }),
  async read(request) {
    if (request.method !== 'POST') return undefined
    const { prompt, image } = jsonOf(request)
    return { instruction: String(prompt), picture: fileOf(String(image)) }
  },
  gives: (file) => arkServer({ file }),
  givesAddress: (file) => (request) =>
    request.path === '/a.jpeg?X-Tos-Expires=86400'
      ? { bytes: file }
      : arkServer(data({ url: `${request.base}/a.jpeg?X-Tos-Expires=86400` }))(request),
  givesBrokenBase64: (file) => arkServer(data({ b64_json: `${base64Of(file).slice(0, 100)}{` })),
  rateLimited: arkServer(
    arkError(429, 'RateLimitExceeded.EndpointRPMExceeded', 'Too many.', 'TooManyRequests', {
      'retry-after': '0',
    }),
  ),
  usedUp: arkServer(arkError(429, 'QuotaExceeded', 'Your account has exhausted its free trial quota.')),
  refusals: {
    ...Object.fromEntries(
      bySafety.map((code) => [
        `the code ${code}`,
        {
          handler: arkServer(arkError(400, code, 'It failed. Request ID: 021')),
          kind: 'safety' as const,
          reason: code,
        },
      ]),
    ),
    'an error of its only picture, with 200': {
      handler: arkServer(data({ error: { code: 'OutputImageSensitiveContentDetected', message: 'no' } })),
      kind: 'safety',
      reason: 'OutputImageSensitiveContentDetected',
    },
    'an error of the answer, with 200': {
      handler: arkServer({
        json: { model: seedEdit, data: [], error: { code: 'OutputImageSensitiveContentDetected' } },
      }),
      kind: 'safety',
      reason: 'OutputImageSensitiveContentDetected',
    },
    'empty data': {
      handler: arkServer({ json: { model: seedEdit, data: [] } }),
      kind: 'no-picture',
      reason: 'empty data',
    },
  },
  complains: (words) => arkServer(arkError(401, 'AuthenticationError', words, 'Unauthorized')),
  options: ['seed', 'guidance'],
})

describe('Ark', () => {
  let server: RemoteServer
  let file: Uint8Array

  beforeAll(async () => {
    server = await remoteServer()
    file = await pngFile()
  })
  afterAll(() => server.close())

  const open = async (config: Partial<ArkConfig> = {}): Promise<RemoteProvider> =>
    ark.open(
      {
        type: 'ark',
        model: seedEdit,
        baseUrl: `${server.url}/api/v3`,
        key: 'TEST_KEY',
        retries: 1,
        ...config,
      },
      { name: 'doubao', env: { TEST_KEY: testKey }, folder: '.', backoffSeconds: 0.001 },
    )

  it('sends SeedEdit seed and guidance, and wants no watermark', async () => {
    server.answer(arkServer({ file }))
    const { job, reports } = remoteJob({ options: { seed: 21, guidance: 5.5 } })
    await (await open()).edit(job)
    expect(reports).toEqual([{ model: seedEdit, outputTokens: 16_280, images: 1 }])
    expect(jsonOf(server.seen[0]!)).toMatchObject({
      size: 'adaptive',
      seed: 21,
      guidance_scale: 5.5,
      watermark: false,
      response_format: 'b64_json',
    })
  })

  it('asks Seedream for a size of the shape of the picture, and has no seed there', async () => {
    server.answer(arkServer({ file }))
    const provider = await open({ model: seedream })
    expect(provider.options).toEqual([])
    await provider.edit(remoteJob({ ask: provider.askFor?.({ width: 40, height: 30 }) }).job)
    expect(jsonOf(server.seen[0]!)).toMatchObject({
      size: '2368x1776',
      sequential_image_generation: 'disabled',
      watermark: false,
    })
  })

  it('knows a size that all Seedreams take for every picture', () => {
    const side = fc.integer({ min: 1, max: 9000 })
    fc.assert(
      fc.property(side, side, (width, height) => {
        const size = seedreamSize({ width, height })
        const ratio = Math.min(16, Math.max(1 / 16, width / height))
        expect(size.width * size.height).toBeGreaterThanOrEqual(3_686_400)
        expect(size.width * size.height).toBeLessThanOrEqual(4096 ** 2)
        expect(Math.abs(Math.log(size.width / size.height / ratio))).toBeLessThan(0.04)
      }),
    )
  })

  it('gives the address of a picture where the parameters ask for it', async () => {
    server.answer(arkServer({ file }))
    await (await open({ parameters: { response_format: 'url' } })).edit(remoteJob({}).job)
    expect(server.seen[1]?.path).toContain('/tos/')
    expect(server.seen[1]?.headers.authorization).toBeUndefined()
  })

  it.each([403, 404])('says that the address has expired (%i)', async (status) => {
    server.answer(arkServer(data({ url: `${server.url}/old.jpeg` })), () => ({
      status,
      text: 'AccessDenied',
    }))
    expect(await failureOf((await open()).edit(remoteJob({}).job))).toMatchObject({
      code: 'server',
      message: expect.stringContaining(`HTTP ${status}, expected a picture; links expire`),
    })
  })

  it.each([
    [429, 'ServerOverloaded'],
    [500, 'InternalServiceError'],
  ])('asks again after %i %s', async (status, code) => {
    server.answer(arkServer(arkError(status, code, 'Busy.')), arkServer({ file }))
    await (await open()).edit(remoteJob({}).job)
    expect(server.seen).toHaveLength(2)
  })

  it.each([
    [429, 'SetLimitExceeded'],
    [403, 'AccountOverdueError'],
  ])('does not ask again with an account that is used up: %i %s', async (status, code) => {
    server.answer(arkServer(arkError(status, code, 'The account has nothing left.')))
    expect(await failureOf((await open()).edit(remoteJob({}).job))).toMatchObject({
      code: 'quota',
      message: expect.stringContaining(`${code}: The account has nothing left.`),
    })
    expect(server.seen).toHaveLength(1)
  })

  it('says which field the service does not take', async () => {
    server.answer(arkServer({ file }))
    const provider = await open({ model: seedream, parameters: { seed: 1 } })
    expect(await failureOf(provider.edit(remoteJob({}).job))).toMatchObject({
      code: 'input',
      message: expect.stringContaining('InvalidParameter.seed'),
    })
  })

  it('says that it made no picture, where an answer with 200 holds another error', async () => {
    server.answer(arkServer(data({ error: { code: 'InternalServiceError', message: 'x' } })))
    expect(await failureOf((await open()).edit(remoteJob({}).job))).toMatchObject({
      code: 'server',
      message: expect.stringContaining('made no picture (InternalServiceError: x)'),
    })
  })
})
