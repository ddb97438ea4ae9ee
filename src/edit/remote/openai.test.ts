import { formFields, type Handler } from '../../../test/remoteServer.ts'
import { type RemoteProtocol, remoteContract } from './remote.contract.ts'

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
