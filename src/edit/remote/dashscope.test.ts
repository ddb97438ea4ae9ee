import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dashScopeError, dashScopeServer } from '../../../test/remote/dashScopeServer.ts'
import { failureOf, remoteJob } from '../../../test/remote/job.ts'
import { fileOf, jsonOf, pngFile, type Turn, testKey } from '../../../test/remote/protocol.ts'
import { type RemoteServer, remoteServer } from '../../../test/remoteServer.ts'
import type { DashScopeConfig } from './configuration.ts'
import { dashScope } from './dashscope.ts'
import type { RemoteProvider } from './provider.ts'
import { remoteContract } from './remote.contract.ts'

const model = 'qwen-image-edit-plus'

/** An answer of one choice with this content. */
const says = (content: readonly object[], reason = 'stop'): Turn => ({
  json: {
    output: { choices: [{ finish_reason: reason, message: { role: 'assistant', content } }] },
    request_id: 'r-1',
  },
})

interface Sent {
  readonly messages: readonly [
    { readonly content: readonly { readonly text?: string; readonly image?: string }[] },
  ]
}

const bySafety = ['DataInspectionFailed', 'data_inspection_failed', 'IPInfringementSuspect']

remoteContract('dashscope', {
  config: (url) => ({
    type: 'dashscope',
    model,
    baseUrl: `${url}/api/v1`,
    key: 'TEST_DASHSCOPE_KEY',
    price: { perImage: 0.04 },
  }),
  async read(request) {
    if (request.method !== 'POST') return undefined
    const [{ content }] = (jsonOf(request).input as Sent).messages
    return {
      instruction: content.map(({ text }) => text ?? '').join(''),
      picture: fileOf(content.find(({ image }) => image)?.image ?? ''),
    }
  },
  // By its address, as the API always does.
  gives: (file) => dashScopeServer({ file }),
  givesAddress: (file) => dashScopeServer({ file }),
  rateLimited: dashScopeServer(
    dashScopeError(429, 'Throttling.RateQuota', 'Requests rate limit exceeded.', { 'retry-after': '0' }),
  ),
  usedUp: dashScopeServer(dashScopeError(400, 'Arrearage', 'Access denied, account is overdue.')),
  refusals: {
    ...Object.fromEntries(
      bySafety.map((code) => [
        `the code ${code}`,
        {
          handler: dashScopeServer(dashScopeError(400, code, 'Input data may contain it.')),
          kind: 'safety' as const,
          reason: code,
        },
      ]),
    ),
    'a code with 200': {
      handler: dashScopeServer(dashScopeError(200, 'DataInspectionFailed', 'Output data may contain it.')),
      kind: 'safety',
      reason: 'DataInspectionFailed',
    },
    'words in place of a picture': {
      handler: dashScopeServer(says([{ text: 'I cannot edit this.' }])),
      kind: 'no-picture',
      reason: 'stop',
    },
    'no content': { handler: dashScopeServer(says([], 'length')), kind: 'no-picture', reason: 'length' },
    'no choice': {
      handler: dashScopeServer({ json: { output: { choices: [] }, request_id: 'r' } }),
      kind: 'no-picture',
      reason: 'no choice',
    },
  },
  complains: (words) => dashScopeServer(dashScopeError(401, 'InvalidApiKey', words)),
  options: ['seed', 'negative'],
})

describe('DashScope', () => {
  let server: RemoteServer
  let file: Uint8Array

  beforeAll(async () => {
    server = await remoteServer()
    file = await pngFile()
  })
  afterAll(() => server.close())

  const open = async (config: Partial<DashScopeConfig> = {}): Promise<RemoteProvider> =>
    dashScope.open(
      { type: 'dashscope', model, baseUrl: `${server.url}/api/v1`, key: 'TEST_KEY', retries: 1, ...config },
      { name: 'qwen', env: { TEST_KEY: testKey }, folder: '.', backoffSeconds: 0.001 },
    )

  it('sends seed, negative prompt and size, and wants one picture without a watermark', async () => {
    server.answer(dashScopeServer({ file }))
    const { job, reports } = remoteJob({
      options: { seed: 3, negative: 'blur' },
      ask: { width: 1024, height: 768 },
    })
    await (await open({ parameters: { prompt_extend: false } })).edit(job)
    expect(reports).toEqual([{ requestId: 'd0250a3d-1', images: 1 }])
    expect(jsonOf(server.seen[0]!).parameters).toEqual({
      n: 1,
      watermark: false,
      size: '1024*768',
      prompt_extend: false,
      seed: 3,
      negative_prompt: 'blur',
    })
  })

  it('keeps what the model said in place of a picture', async () => {
    server.answer(dashScopeServer(says([{ text: 'I cannot ' }, { text: 'edit this.' }])))
    expect(await failureOf((await open()).edit(remoteJob({}).job))).toMatchObject({
      text: 'I cannot edit this.',
    })
  })

  it.each([403, 404])('says that the address has expired (%i)', async (status) => {
    server.answer(dashScopeServer(says([{ image: `${server.url}/old.png?Expires=1` }])), () => ({
      status,
      text: 'AccessDenied',
    }))
    expect(await failureOf((await open()).edit(remoteJob({}).job))).toMatchObject({
      code: 'server',
      message: expect.stringContaining(`HTTP ${status}, expected a picture; links expire`),
    })
  })

  it.each(['Throttling.AllocationQuota', 'Throttling.BurstRate', 'LimitRequests'])(
    'asks again after %s',
    async (code) => {
      server.answer(dashScopeServer(dashScopeError(429, code, 'Too many.')), dashScopeServer({ file }))
      await (await open()).edit(remoteJob({}).job)
      expect(server.seen.filter(({ method }) => method === 'POST')).toHaveLength(2)
    },
  )

  it.each([
    [429, 'PrepaidBillOverdue'],
    [403, 'AllocationQuota.FreeTierOnly'],
  ])('does not ask again with an account that is used up: %i %s', async (status, code) => {
    server.answer(dashScopeServer(dashScopeError(status, code, 'Access denied.')))
    expect(await failureOf((await open()).edit(remoteJob({}).job))).toMatchObject({
      code: 'quota',
      message: expect.stringContaining(`${code}: Access denied.`),
    })
    expect(server.seen).toHaveLength(1)
  })

  it('does not take a file that could not be inspected for a refusal', async () => {
    server.answer(
      dashScopeServer(dashScopeError(400, 'InvalidParameter.DataInspection', 'Unable to read it.')),
    )
    expect(await failureOf((await open()).edit(remoteJob({}).job))).toMatchObject({ code: 'input' })
  })

  it('says that an answer is of another API', async () => {
    server.answer(dashScopeServer({ json: { data: [] } }))
    expect((await failureOf((await open()).edit(remoteJob({}).job))).message).toContain(
      'expected an answer of multimodal generation',
    )
  })
})
