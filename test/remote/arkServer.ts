import type { GivenAnswer, Handler } from '../remoteServer.ts'
import {
  base64Of,
  handlerOf,
  isFile,
  isPictureUrl,
  type Manners,
  type Turn,
  testKey,
  unknownField,
} from './protocol.ts'

/** What the models of a version take. */
interface ModelManners {
  /** Fields beside those that all take. */
  readonly fields: readonly string[]
  /** The least pixels of a size that is given as `width x height`. */
  readonly least: number
  readonly words: readonly string[]
}

const seedEdit: ModelManners = { fields: ['seed', 'guidance_scale'], least: 0, words: ['adaptive'] }
const seedream: ModelManners = {
  fields: ['sequential_image_generation'],
  least: 1280 * 720,
  words: ['1K', '2K', '4K'],
}

const usual: Manners = {
  key: testKey,
  models: ['doubao-seededit-3-0-i2i-250628', 'doubao-seedream-4-5-251128'],
}

const place = '/tos/0_0.jpeg?X-Tos-Expires=86400&X-Tos-Signature=95ed'

/** Ark's images API, with its errors and its checks of a request's fields. */
export function arkServer(turn: Turn, manners: Manners = usual): Handler {
  return handlerOf((request, json) => {
    if (request.path === place && isFile(turn)) return { bytes: turn.file }
    if (request.method !== 'POST' || request.path !== '/api/v3/images/generations')
      return arkError(404, 'NotFound', 'The specified path is not found.')
    if (request.headers.authorization !== `Bearer ${manners.key}`)
      return arkError(
        401,
        'AuthenticationError',
        `The API key in the request is missing or invalid: ${request.headers.authorization}. Request id: 021`,
        'Unauthorized',
      )
    const body = (json ?? {}) as Readonly<Record<string, unknown>>
    const model = String(body.model)
    if (!manners.models.includes(model))
      return arkError(
        404,
        'InvalidEndpointOrModel.NotFound',
        `The model or endpoint ${model} does not exist or you do not have access to it. Request id: 021`,
        'NotFound',
      )
    const fault = faultOf(body, model.includes('seededit') ? seedEdit : seedream)
    if (fault) return fault
    if (!isFile(turn)) return turn
    const picture =
      body.response_format === 'b64_json'
        ? { b64_json: base64Of(turn.file) }
        : { url: `${request.base}${place}` }
    return {
      json: {
        model,
        created: 1_757_469_561,
        data: [{ ...picture, size: '64x48' }],
        usage: { generated_images: 1, output_tokens: 16_280, total_tokens: 16_280 },
      },
    }
  })
}

/** An error as Ark has it. */
export function arkError(
  status: number,
  code: string,
  message: string,
  type = 'BadRequest',
  headers: Readonly<Record<string, string>> = {},
): GivenAnswer {
  return { status, headers, json: { error: { code, message, param: '', type } } }
}

const fields = ['model', 'prompt', 'image', 'size', 'response_format', 'watermark', 'stream']

function faultOf(body: Readonly<Record<string, unknown>>, manners: ModelManners): GivenAnswer | undefined {
  const invalid = (name: string): GivenAnswer =>
    arkError(
      400,
      `InvalidParameter.${name}`,
      `The parameter \`${name}\` specified in the request is not valid. Request id: 021`,
    )
  const { prompt, image, size, seed, guidance_scale: scale, watermark } = body
  const unknown = unknownField(body, [...fields, ...manners.fields])
  if (unknown) return invalid(unknown)
  if (typeof prompt !== 'string' || prompt === '')
    return arkError(400, 'MissingParameter', 'The request failed because it is missing `prompt`.')
  if (!(Array.isArray(image) ? image : [image]).every(isPictureUrl)) return invalid('image')
  if (seed !== undefined && !(Number.isInteger(seed) && Number(seed) >= -1 && Number(seed) < 2 ** 31))
    return invalid('seed')
  if (scale !== undefined && !(Number(scale) >= 1 && Number(scale) <= 10)) return invalid('guidance_scale')
  if (watermark !== undefined && typeof watermark !== 'boolean') return invalid('watermark')
  const [, width, height] = /^(\d+)x(\d+)$/.exec(String(size)) ?? []
  const isSize = width !== undefined && Number(width) * Number(height) >= manners.least
  return size === undefined || isSize || manners.words.includes(String(size)) ? undefined : invalid('size')
}
