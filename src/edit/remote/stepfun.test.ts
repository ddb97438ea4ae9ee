import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { formFields, type Handler, type RemoteServer, remoteServer } from '../../../test/remoteServer.ts'
import { encodePicture } from '../../image/index.ts'
import { openRemoteEditor } from './openRemote.ts'
import { flat, gradient, type RemoteProtocol, remoteContract } from './remote.contract.ts'

const base64 = (file: Uint8Array): string => Buffer.from(file).toString('base64')
const error = (status: number, message: string, type: string, headers = {}): Handler => {
  return () => ({ status, headers, json: { error: { message, type } } })
}

/** As platform.stepfun.com has it: the answer holds seed and finish_reason. */
const gives =
  (file: Uint8Array): Handler =>
  () => ({
    json: { created: 1589478378, data: [{ seed: 7, finish_reason: 'success', b64_json: base64(file) }] },
  })

const protocol: RemoteProtocol = {
  config: (url) => ({
    type: 'stepfun',
    model: 'step-1x-edit',
    baseUrl: `${url}/v1`,
    key: 'TEST_STEP_KEY',
    price: { perImage: 0.04 },
  }),
  async read(request) {
    if (request.method !== 'POST' || request.path !== '/v1/images/edits') return undefined
    const { prompt, image } = await formFields(request)
    return { instruction: prompt as string, picture: image as Uint8Array }
  },
  gives,
  givesAddress: (file) => (request) =>
    request.path === '/files/a.png'
      ? { bytes: file }
      : { json: { data: [{ seed: 7, finish_reason: 'success', url: `${request.base}/files/a.png` }] } },
  givesBrokenBase64: () => () => ({ json: { data: [{ finish_reason: 'success', b64_json: 'AAAA*' }] } }),
  rateLimited: error(429, 'too many requests', 'rate_limited', { 'retry-after': '0' }),
  usedUp: error(402, 'You have no credit left', 'insufficient_balance'),
  refusals: {
    'a filtered picture': {
      handler: () => ({ json: { data: [{ seed: 7, finish_reason: 'content_filtered' }] } }),
      kind: 'safety',
      reason: 'content_filtered',
    },
    'a blocked instruction': {
      handler: error(451, 'The content you provided or machine outputted is blocked.', 'censorship_blocked'),
      kind: 'safety',
      reason: 'censorship_blocked',
    },
    'an answer without pictures': {
      handler: () => ({ json: { created: 1, data: [] } }),
      kind: 'no-picture',
      reason: 'empty data',
    },
  },
  complains: (words) => error(401, words, 'invalid_api_key'),
  options: ['seed', 'steps', 'guidance'],
}

remoteContract('stepfun', protocol)

describe('stepfun', () => {
  let server: RemoteServer
  beforeAll(async () => {
    server = await remoteServer()
    server.answer(gives(await encodePicture(flat(96, 64, 9), 'png')))
  })
  afterAll(() => server.close())

  it('sends the options of Step1X-Edit, and seed 0 as one that is not drawn', async () => {
    const editors = { mine: protocol.config(server.url) }
    const editor = await openRemoteEditor('mine', { editors, env: { TEST_STEP_KEY: 'k' } })
    await editor.edit(gradient(96, 64), 'make it grey', { seed: 0, steps: 9, guidance: 4.5 })
    const { image: _, ...fields } = await formFields(server.seen[0]!)
    expect(fields).toEqual({
      model: 'step-1x-edit',
      prompt: 'make it grey',
      response_format: 'b64_json',
      size: '1024x1024',
      seed: '2147483647',
      steps: '9',
      cfg_scale: '4.5',
    })
    await expect(editor.edit(gradient(96, 64), 'x'.repeat(513))).rejects.toThrow(
      'instruction: mine takes at most 512 characters, got 513; shorten it',
    )
    await editor.close()
  })
})
