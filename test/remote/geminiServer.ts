import type { GivenAnswer, Handler } from '../remoteServer.ts'
import {
  base64Of,
  handlerOf,
  isFile,
  isPictureBase64,
  type Manners,
  type Turn,
  testKey,
  unknownField,
} from './protocol.ts'

interface Part {
  readonly text?: string
  readonly inlineData?: { readonly mimeType?: string; readonly data?: string }
}

const usual: Manners = { key: testKey, models: ['gemini-2.5-flash-image'] }

/** Gemini's `generateContent`, with its errors and its checks of a request's fields. */
export function geminiServer(turn: Turn, manners: Manners = usual): Handler {
  return handlerOf((request, json) => {
    const [, model] = /^\/v1beta\/models\/([^:/]+):generateContent$/.exec(request.path) ?? []
    if (request.method !== 'POST' || model === undefined)
      return geminiError(404, 'NOT_FOUND', `Requested entity was not found: ${request.path}`)
    const { 'x-goog-api-key': key } = request.headers
    if (key === undefined)
      return geminiError(
        403,
        'PERMISSION_DENIED',
        "Method doesn't allow unregistered callers (callers without established identity). Please use API Key or other form of API consumer identity to call this API.",
      )
    if (key !== manners.key)
      return geminiError(400, 'INVALID_ARGUMENT', 'API key not valid. Please pass a valid API key.', [
        {
          '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
          reason: 'API_KEY_INVALID',
          domain: 'googleapis.com',
          metadata: { service: 'generativelanguage.googleapis.com' },
        },
      ])
    if (!manners.models.includes(model))
      return geminiError(
        404,
        'NOT_FOUND',
        `models/${model} is not found for API version v1beta, or is not supported for generateContent. Call ListModels to see the list of available models and their supported methods.`,
      )
    const fault = faultOf(json)
    if (fault) return geminiError(400, 'INVALID_ARGUMENT', fault)
    if (!isFile(turn)) return turn
    return {
      json: {
        candidates: [
          {
            content: {
              role: 'model',
              parts: [
                { text: 'Here is your picture:' },
                { inlineData: { mimeType: 'image/png', data: base64Of(turn.file) } },
              ],
            },
            finishReason: 'STOP',
            index: 0,
          },
        ],
        usageMetadata: {
          promptTokenCount: 268,
          candidatesTokenCount: 1296,
          totalTokenCount: 1564,
          promptTokensDetails: [
            { modality: 'TEXT', tokenCount: 10 },
            { modality: 'IMAGE', tokenCount: 258 },
          ],
          candidatesTokensDetails: [{ modality: 'IMAGE', tokenCount: 1290 }],
        },
        modelVersion: model,
        responseId: 'resp-1',
      },
    }
  })
}

/** An error as Google's APIs have it. */
export function geminiError(
  code: number,
  status: string,
  message: string,
  details: readonly object[] = [],
  headers: Readonly<Record<string, string>> = {},
): GivenAnswer {
  return {
    status: code,
    headers,
    json: { error: { code, message, status, ...(details.length > 0 && { details }) } },
  }
}

/** What the API says of a request that it cannot read. */
function faultOf(body: unknown): string | undefined {
  const { contents, generationConfig } = (body ?? {}) as {
    contents?: readonly { readonly role?: string; readonly parts?: readonly Part[] }[]
    generationConfig?: {
      readonly responseModalities?: readonly string[]
      readonly seed?: number
      readonly imageConfig?: { readonly imageSize?: string; readonly aspectRatio?: string }
    }
  }
  const field =
    unknownField(body as object, ['contents', 'generationConfig', 'safetySettings', 'systemInstruction']) ??
    unknownField(generationConfig ?? {}, ['responseModalities', 'seed', 'imageConfig', 'temperature'])
  if (field) return `Invalid JSON payload received. Unknown name "${field}": Cannot find field.`
  const parts = contents?.[0]?.parts
  if (!Array.isArray(parts) || parts.length === 0)
    return '* GenerateContentRequest.contents: contents is not specified'
  for (const { text, inlineData } of parts as readonly Part[]) {
    if (text === undefined && inlineData === undefined)
      return "* GenerateContentRequest.contents[0].parts[0].data: required oneof field 'data' must have one initialized field"
    if (inlineData && !/^image\/(png|jpeg|webp)$/.test(inlineData.mimeType ?? ''))
      return 'Unsupported MIME type'
    if (inlineData && !isPictureBase64(inlineData.data)) return 'Provided image is not valid.'
  }
  if (!generationConfig?.responseModalities?.includes('IMAGE'))
    return 'The requested combination of response modalities is not supported by the model.'
  const { seed, imageConfig } = generationConfig
  if (seed !== undefined && !(Number.isInteger(seed) && Math.abs(seed) < 2 ** 31))
    return `Invalid value at 'generation_config.seed' (TYPE_INT32), ${seed}`
  if (imageConfig?.imageSize !== undefined && !/^(512|[124]K)$/.test(imageConfig.imageSize))
    return `Invalid value at 'generation_config.image_config.image_size', ${imageConfig.imageSize}`
  return undefined
}
