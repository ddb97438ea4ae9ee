import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { geminiError, geminiServer } from '../../../test/remote/geminiServer.ts'
import { failureOf, remoteJob } from '../../../test/remote/job.ts'
import { base64Of, fileOf, jsonOf, pngFile, type Turn, testKey } from '../../../test/remote/protocol.ts'
import { type RemoteServer, remoteServer } from '../../../test/remoteServer.ts'
import { readPicture } from '../../image/index.ts'
import { EditRefusal } from '../error.ts'
import type { GeminiConfig } from './configuration.ts'
import { gemini } from './gemini.ts'
import type { RemoteProvider } from './provider.ts'
import { remoteContract } from './remote.contract.ts'

const model = 'gemini-2.5-flash-image'

/** An answer of one candidate. */
const says = (candidate: object, more: object = {}): Turn => ({
  json: { candidates: [{ index: 0, ...candidate }], modelVersion: model, ...more },
})

const inline = (file: Uint8Array, more: object = {}): object => ({
  inlineData: { mimeType: 'image/png', data: base64Of(file) },
  ...more,
})

interface Sent {
  readonly contents: readonly [
    {
      readonly parts: readonly { readonly text?: string; readonly inlineData?: { readonly data: string } }[]
    },
  ]
}

/** What stops the picture alone, and what stops all of the answer. */
const stops = [
  'IMAGE_SAFETY',
  'IMAGE_PROHIBITED_CONTENT',
  'IMAGE_RECITATION',
  'SAFETY',
  'PROHIBITED_CONTENT',
  'RECITATION',
  'BLOCKLIST',
  'SPII',
]

remoteContract('gemini', {
  config: (url) => ({
    type: 'gemini',
    model,
    baseUrl: `${url}/v1beta`,
    key: 'TEST_GEMINI_KEY',
    price: { perImage: 0.04 },
  }),
  async read(request) {
    if (!request.path.endsWith(':generateContent')) return undefined
    const { parts } = (jsonOf(request) as unknown as Sent).contents[0]
    return {
      instruction: parts.map(({ text }) => text ?? '').join(''),
      picture: fileOf(parts.find(({ inlineData }) => inlineData)?.inlineData?.data ?? ''),
    }
  },
  gives: (file) => geminiServer({ file }),
  givesBrokenBase64: (file) =>
    geminiServer(
      says({
        content: {
          parts: [{ inlineData: { mimeType: 'image/png', data: `${base64Of(file).slice(0, 100)}%%%` } }],
        },
      }),
    ),
  rateLimited: geminiServer(
    geminiError(429, 'RESOURCE_EXHAUSTED', 'You exceeded your current quota.', [], { 'retry-after': '0' }),
  ),
  usedUp: geminiServer(
    geminiError(429, 'RESOURCE_EXHAUSTED', 'You exceeded your current quota.', [
      {
        '@type': 'type.googleapis.com/google.rpc.QuotaFailure',
        violations: [
          { quotaId: 'GenerateRequestsPerMinutePerProjectPerModel' },
          { quotaId: 'GenerateRequestsPerDayPerProjectPerModel-FreeTier' },
        ],
      },
      // It comes with it, and does not hold for a day's quota.
      { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '22s' },
    ]),
  ),
  refusals: {
    'a blocked request': {
      handler: geminiServer({ json: { promptFeedback: { blockReason: 'PROHIBITED_CONTENT' } } }),
      kind: 'safety',
      reason: 'PROHIBITED_CONTENT',
    },
    'a request blocked for another reason': {
      handler: geminiServer({ json: { promptFeedback: { blockReason: 'OTHER' } } }),
      kind: 'safety',
      reason: 'OTHER',
    },
    ...Object.fromEntries(
      stops.map((reason) => [
        `the finish reason ${reason}`,
        { handler: geminiServer(says({ finishReason: reason })), kind: 'safety' as const, reason },
      ]),
    ),
    'no image': {
      handler: geminiServer(says({ content: {}, finishReason: 'NO_IMAGE' })),
      kind: 'no-picture',
      reason: 'NO_IMAGE',
    },
    'an image that stopped for another reason': {
      handler: geminiServer(says({ finishReason: 'IMAGE_OTHER' })),
      kind: 'no-picture',
      reason: 'IMAGE_OTHER',
    },
    'words in place of a picture': {
      handler: geminiServer(says({ content: { parts: [{ text: 'I cannot.' }] }, finishReason: 'STOP' })),
      kind: 'no-picture',
      reason: 'STOP',
    },
    'no candidates at all': {
      handler: geminiServer({ json: { modelVersion: model } }),
      kind: 'no-picture',
      reason: 'no candidate',
    },
    'a draft of the thinking alone': {
      handler: geminiServer(
        says({
          content: { parts: [inline(Buffer.from('draft'), { thought: true })] },
          finishReason: 'MAX_TOKENS',
        }),
      ),
      kind: 'no-picture',
      reason: 'MAX_TOKENS',
    },
  },
  complains: (words) => geminiServer(geminiError(400, 'INVALID_ARGUMENT', words)),
  options: ['seed'],
})

describe('Gemini', () => {
  let server: RemoteServer
  let file: Uint8Array

  beforeAll(async () => {
    server = await remoteServer()
    file = await pngFile()
  })
  afterAll(() => server.close())

  const open = async (config: Partial<GeminiConfig> = {}, backoffSeconds = 0.001): Promise<RemoteProvider> =>
    gemini.open(
      { type: 'gemini', model, baseUrl: `${server.url}/v1beta`, key: 'TEST_KEY', retries: 1, ...config },
      { name: 'google', env: { TEST_KEY: testKey }, folder: '.', backoffSeconds },
    )

  it('says what it used, and sends the seed and the size', async () => {
    server.answer(geminiServer({ file }))
    const { job, reports } = remoteJob({ options: { seed: 7 } })
    await (await open({ imageSize: '2K' })).edit(job)
    expect(reports).toEqual([{ model, requestId: 'resp-1', inputTokens: 268, outputTokens: 1296, images: 1 }])
    expect(server.seen[0]?.headers['x-goog-api-key']).toBe(testKey)
    expect(jsonOf(server.seen[0]!)).toMatchObject({
      generationConfig: { seed: 7, responseModalities: ['TEXT', 'IMAGE'], imageConfig: { imageSize: '2K' } },
    })
  })

  it('sends neither where they are not given', async () => {
    server.answer(geminiServer({ file }))
    await (await open()).edit(remoteJob({}).job)
    expect(jsonOf(server.seen[0]!).generationConfig).toEqual({ responseModalities: ['TEXT', 'IMAGE'] })
  })

  it('takes the last picture, and no draft of the thinking', async () => {
    const [first, draft] = await Promise.all([pngFile(8, 8), pngFile(9, 9)])
    const parts = [inline(first), inline(file), inline(draft, { thought: true })]
    server.answer(geminiServer(says({ content: { parts }, finishReason: 'STOP' })))
    const bytes = await (await open()).edit(remoteJob({}).job)
    expect(await readPicture(bytes)).toMatchObject({ width: 64, height: 48 })
  })

  it.each([
    [
      'the model',
      { content: { parts: [{ text: 'I cannot ' }, { text: 'edit people.' }] }, finishReason: 'STOP' },
      'I cannot edit people.',
    ],
    [
      'the service',
      { finishReason: 'IMAGE_SAFETY', finishMessage: 'Unable to show the generated image.' },
      'Unable to show the generated image.',
    ],
  ])('keeps what %s said', async (_, candidate, text) => {
    server.answer(geminiServer(says(candidate)))
    const refusal = await failureOf((await open()).edit(remoteJob({}).job))
    expect(refusal).toBeInstanceOf(EditRefusal)
    expect(refusal).toMatchObject({ text, message: expect.stringContaining(text) })
  })

  it('waits as long as the body asks for', async () => {
    const limited = geminiError(429, 'RESOURCE_EXHAUSTED', 'You exceeded your current quota.', [
      {
        '@type': 'type.googleapis.com/google.rpc.QuotaFailure',
        violations: [{ quotaId: 'GenerateRequestsPerMinutePerProjectPerModel' }],
      },
      { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '0.002s' },
    ])
    server.answer(geminiServer(limited), geminiServer({ file }))
    // By itself it would wait ten minutes.
    await (await open({}, 600)).edit(remoteJob({}).job)
    expect(server.seen).toHaveLength(2)
  })

  it("says that a day's quota is used up", async () => {
    server.answer(
      geminiServer(
        geminiError(429, 'RESOURCE_EXHAUSTED', 'You exceeded your current quota.', [
          { violations: [{ quotaId: 'GenerateRequestsPerDayPerProjectPerModel' }] },
        ]),
      ),
    )
    expect(await failureOf((await open()).edit(remoteJob({}).job))).toMatchObject({
      code: 'quota',
      message: expect.stringMatching(/RESOURCE_EXHAUSTED: You exceeded .* go on tomorrow or raise it/),
    })
  })

  it('says that the model is not there', async () => {
    server.answer(geminiServer({ file }))
    expect(await failureOf((await open({ model: 'gemini-9' })).edit(remoteJob({}).job))).toMatchObject({
      code: 'server',
      message: expect.stringContaining('check "baseUrl" and "model"'),
    })
  })
})
