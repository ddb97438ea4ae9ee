import type { GivenAnswer, Handler } from '../remoteServer.ts'
import {
  handlerOf,
  isFile,
  isPictureUrl,
  type Manners,
  type Turn,
  testKey,
  unknownField,
} from './protocol.ts'

const usual: Manners = { key: testKey, models: ['qwen-image-edit-plus'] }

const place = '/result/7d/0.png?Expires=1766116853&OSSAccessKeyId=x&Signature=y'

/** DashScope's multimodal generation, as Qwen-Image-Edit is called. */
export function dashScopeServer(turn: Turn, manners: Manners = usual): Handler {
  return handlerOf((request, json) => {
    if (request.path === place && isFile(turn)) return { bytes: turn.file }
    if (
      request.method !== 'POST' ||
      request.path !== '/api/v1/services/aigc/multimodal-generation/generation'
    )
      return dashScopeError(404, 'NotFound', 'Not found.')
    if (request.headers.authorization !== `Bearer ${manners.key}`)
      return dashScopeError(
        401,
        'InvalidApiKey',
        `Invalid API-key provided. (${request.headers.authorization})`,
      )
    const body = (json ?? {}) as Readonly<Record<string, unknown>>
    if (!manners.models.includes(String(body.model)))
      return dashScopeError(404, 'ModelNotFound', `Model ${String(body.model)} does not exist.`)
    const fault = faultOf(body)
    if (fault) return dashScopeError(400, 'InvalidParameter', fault)
    if (!isFile(turn)) return turn
    return {
      json: {
        output: {
          choices: [
            {
              finish_reason: 'stop',
              message: { role: 'assistant', content: [{ image: `${request.base}${place}` }] },
            },
          ],
        },
        usage: { width: 64, height: 48, image_count: 1 },
        request_id: 'd0250a3d-1',
      },
    }
  })
}

/** An error as DashScope has it. */
export function dashScopeError(
  status: number,
  code: string,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): GivenAnswer {
  return { status, headers, json: { code, message, request_id: 'd0250a3d-2' } }
}

interface Content {
  readonly image?: string
  readonly text?: string
}

function faultOf(body: Readonly<Record<string, unknown>>): string | undefined {
  const unknown =
    unknownField(body, ['model', 'input', 'parameters']) ??
    unknownField((body.parameters ?? {}) as object, [
      'n',
      'size',
      'seed',
      'watermark',
      'prompt_extend',
      'negative_prompt',
    ])
  if (unknown) return `${unknown} is not a parameter of this model.`
  const { messages } = (body.input ?? {}) as {
    messages?: readonly { readonly role?: string; readonly content?: readonly Content[] }[]
  }
  if (messages?.length !== 1 || messages[0]?.role !== 'user')
    return 'input.messages must hold one message of the role user.'
  const content = messages[0].content ?? []
  if (content.filter(({ text }) => typeof text === 'string' && text !== '').length !== 1)
    return 'content must hold exactly one text.'
  const images = content.flatMap(({ image }) => (image === undefined ? [] : [image]))
  if (images.length < 1 || images.length > 3 || !images.every(isPictureUrl))
    return 'content must hold 1 to 3 images, as addresses or data URLs.'
  const { n, size, seed, negative_prompt: negative } = (body.parameters ?? {}) as Record<string, unknown>
  if (n !== undefined && !(Number.isInteger(n) && Number(n) >= 1 && Number(n) <= 6))
    return 'n must be 1 to 6.'
  if (n !== undefined && n !== 1 && body.model === 'qwen-image-edit') return 'n must be 1.'
  if (size !== undefined && !/^\d{3,4}\*\d{3,4}$/.test(String(size))) return 'size must be width*height.'
  if (seed !== undefined && !(Number.isInteger(seed) && Number(seed) >= 0 && Number(seed) < 2 ** 31))
    return 'seed must be in [0, 2147483647].'
  if (typeof negative === 'string' && negative.length > 500) return 'negative_prompt is longer than 500.'
  return undefined
}
