import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openSmallProxy, throughProxy } from '../../../test/proxy.ts'
import { formFields, type Handler, type RemoteServer, remoteServer } from '../../../test/remoteServer.ts'
import { encodePicture, readPicture } from '../../image/index.ts'
import type { EditRequest } from '../editor.ts'
import type { EditUsage } from '../progress.ts'
import type { EditorConfig } from './configuration.ts'
import { openRemoteEditor } from './openRemote.ts'
import { flat, gradient, type RemoteProtocol, remoteContract } from './remote.contract.ts'

const base64 = (file: Uint8Array): string => Buffer.from(file).toString('base64')

const error = (status: number, fields: object, headers = {}): Handler => {
  return () => ({ status, headers: { 'x-request-id': 'req_1', ...headers }, json: { error: fields } })
}

/** As developers.openai.com has it: /images/edits, error codes, and the guide to blocked requests. */
const protocol: RemoteProtocol = {
  config: (url) => ({
    type: 'openai',
    model: 'gpt-image-1.5',
    baseUrl: `${url}/v1`,
    key: 'TEST_OPENAI_KEY',
    price: { perImage: 0.04 },
  }),
  async read(request) {
    if (request.method !== 'POST' || request.path !== '/v1/images/edits') return undefined
    const { prompt, image } = await formFields(request)
    return { instruction: prompt as string, picture: image as Uint8Array }
  },
  gives: (file) => () => ({
    headers: { 'x-request-id': 'req_1' },
    json: { created: 1713833628, data: [{ b64_json: base64(file) }], size: '1024x1024', quality: 'high' },
  }),
  givesAddress: (file) => (request) =>
    request.path === '/files/a.png'
      ? { bytes: file }
      : { json: { created: 1713833628, data: [{ url: `${request.base}/files/a.png` }] } },
  givesBrokenBase64: (file) => () => ({
    json: { created: 1713833628, data: [{ b64_json: `${base64(file).slice(0, 100)}%%%` }] },
  }),
  rateLimited: error(
    429,
    { message: 'Rate limit reached for gpt-image-1.5', type: 'requests', code: 'rate_limit_exceeded' },
    { 'retry-after': '0' },
  ),
  usedUp: error(429, {
    message: 'You exceeded your current quota, please check your plan and billing details.',
    type: 'insufficient_quota',
    code: 'insufficient_quota',
  }),
  refusals: {
    'a blocked request': {
      handler: error(400, {
        message: 'Your request was rejected by the safety system. safety_violations=[violence].',
        type: 'image_generation_user_error',
        param: null,
        code: 'moderation_blocked',
        moderation_details: { moderation_stage: 'output', categories: ['violence'] },
      }),
      kind: 'safety',
      reason: 'moderation_blocked',
    },
    'a violated content policy': {
      handler: error(400, { message: 'Your request was rejected.', code: 'content_policy_violation' }),
      kind: 'safety',
      reason: 'content_policy_violation',
    },
    "Azure's content filter": {
      handler: error(400, {
        message: 'The response was filtered.',
        code: 'contentFilter',
        type: 'content_filter',
      }),
      kind: 'safety',
      reason: /content_?filter/i,
    },
    'words of the safety system without a code': {
      handler: error(400, {
        message: 'Your request was rejected as a result of our safety system.',
        type: 'invalid_request_error',
        code: null,
      }),
      kind: 'safety',
      reason: 'invalid_request_error',
    },
    'an error with status 200': {
      handler: () => ({ json: { error: { message: 'blocked', code: 'moderation_blocked' } } }),
      kind: 'safety',
      reason: 'moderation_blocked',
    },
    'a finish reason': {
      handler: () => ({ json: { data: [{ finish_reason: 'content_filtered', b64_json: '' }] } }),
      kind: 'safety',
      reason: 'content_filtered',
    },
    'empty data': { handler: () => ({ json: { data: [] } }), kind: 'no-picture', reason: 'empty data' },
    'words in place of a picture': {
      handler: () => ({ json: { data: [{ revised_prompt: 'I cannot edit people.' }] } }),
      kind: 'no-picture',
      reason: 'no picture in data',
    },
  },
  complains: (words) => error(401, { message: words, code: 'invalid_api_key' }),
  options: [],
}

remoteContract('openai', protocol)

describe('openai', () => {
  let server: RemoteServer
  let file: Uint8Array
  beforeAll(async () => {
    server = await remoteServer()
    file = await encodePicture(flat(60, 40, 90), 'png')
  })
  afterAll(() => server.close())

  async function fieldsOf(
    config: object,
    request: EditRequest = {},
  ): Promise<Awaited<ReturnType<typeof formFields>>> {
    server.answer(protocol.gives(file))
    const editors = { mine: { ...protocol.config(server.url), ...config } as EditorConfig }
    const editor = await openRemoteEditor('mine', { editors, env: { TEST_OPENAI_KEY: 'k' } })
    await editor.edit(gradient(60, 40), 'make it grey', request)
    await editor.close()
    return formFields(server.seen[0]!)
  }

  it("asks for the nearest of the model's sizes, or for the picture's own shape", async () => {
    expect((await fieldsOf({})).size).toBe('1536x1024')
    expect((await fieldsOf({ model: 'gpt-image-2' })).size).toBe('1024x688')
    expect((await fieldsOf({ model: 'some-other' })).size).toBe('auto')
    expect((await fieldsOf({ model: 'some-other', size: { ask: ['512x512', '300x200'] } })).size).toBe(
      '300x200',
    )
  })

  it('sends what is configured, a seed where the server takes one, and a mask that is transparent where to edit', async () => {
    const { image, mask, ...fields } = await fieldsOf(
      {
        model: 'qwen',
        quality: 'high',
        inputFidelity: 'high',
        moderation: 'low',
        seed: true,
        parameters: { strength: 0.5 },
      },
      { seed: 7, region: { x: 0, y: 0, width: 30, height: 40 } },
    )
    expect(fields).toEqual({
      ...{ model: 'qwen', prompt: 'make it grey', n: '1', size: 'auto', quality: 'high' },
      ...{ input_fidelity: 'high', moderation: 'low', seed: '7', strength: '0.5' },
    })
    const { alpha, width, height } = await readPicture(mask as Uint8Array)
    expect([width, height]).toEqual([60, 40])
    expect([alpha!.data[0], alpha!.data[59]]).toEqual([0, 255])
    expect((await readPicture(image as Uint8Array)).alpha).toBeUndefined()
    const without = await fieldsOf({ mask: false }, { region: { x: 0, y: 0, width: 30, height: 40 } })
    expect(without.mask).toBeUndefined()
  })

  it('sends no key of OpenAI to another server, and does not follow it elsewhere with one', async () => {
    server.answer(protocol.gives(file))
    const editors = { mine: { type: 'openai', model: 'x', baseUrl: server.url, retries: 0 } } as const
    const editor = await openRemoteEditor('mine', { editors, env: { OPENAI_API_KEY: 'sk-1' } })
    await editor.edit(gradient(60, 40), 'make it grey')
    expect(server.seen[0]!.headers.authorization).toBeUndefined()
    server.answer(() => ({ status: 307, headers: { location: '/elsewhere' }, text: '' }))
    await expect(editor.edit(gradient(60, 40), 'x')).rejects.toThrow(/HTTP 307.*the address redirects/)
    expect(server.seen).toHaveLength(1)
    await editor.close()
  })

  it('goes through the proxy of the environment', async () => {
    const proxy = await openSmallProxy()
    server.answer(protocol.gives(file))
    const baseUrl = throughProxy(server.url)
    const editors = { mine: { type: 'openai', model: 'x', baseUrl } } as const
    const editor = await openRemoteEditor('mine', { editors, env: { HTTP_PROXY: proxy.address } })
    await editor.edit(gradient(60, 40), 'make it grey')
    expect(proxy.asked).toEqual([`POST ${baseUrl}/images/edits`])
    await editor.close()
    await proxy.close()
    const broken = openRemoteEditor('mine', { editors, env: { HTTP_PROXY: 'socks5://user:pass@proxy' } })
    await expect(broken).rejects.toThrow(
      'mine: HTTP_PROXY: expected the address of an HTTP proxy such as http://proxy:3128, got one of socks5:',
    )
  })

  it('tells tokens and their cost, and estimates it before', async () => {
    const usages: EditUsage[] = []
    const price = { perMillionInputTokens: 10, perMillionOutputTokens: 40 }
    server.answer(() => ({
      json: {
        data: [{ b64_json: base64(file) }],
        usage: { input_tokens: 1000, output_tokens: 4160, total_tokens: 5160 },
      },
    }))
    const editors = { mine: { ...protocol.config(server.url), price } as EditorConfig }
    const editor = await openRemoteEditor('mine', { editors, env: { TEST_OPENAI_KEY: 'k' } })
    await editor.edit(gradient(60, 40), 'make it grey', { onUsage: (usage) => usages.push(usage) })
    expect(usages[0]).toMatchObject({ inputTokens: 1000, outputTokens: 4160 })
    expect(usages[0]!.cost).toBeCloseTo(0.01 + 0.1664, 6)
    server.answer(protocol.gives(file))
    await editor.edit(gradient(60, 40), 'make it grey', { onUsage: (usage) => usages.push(usage) })
    // The server does not tell: what was expected.
    expect(usages[1]!.cost).toBeCloseTo(0.2496 + 0.0435, 3)
    // A high one of 1536 × 1024: 6240 tokens.
    expect(editor.estimate({ width: 60, height: 40 }, 'make it grey')).toBeCloseTo(0.2496 + 0.0436, 3)
    await editor.close()
  })
})
