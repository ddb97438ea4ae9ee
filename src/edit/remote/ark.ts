import { z } from 'zod'
import { type ServiceReply, textOf } from '../../tools/index.ts'
import { pictureBytes, strangeAnswer } from './answer.ts'
import type { ArkConfig } from './configuration.ts'
import type { RemoteJob, RemoteProvider, RemoteSettings, RemoteType, Size } from './provider.ts'
import { dataUrl, sentPicture } from './sentPicture.ts'
import { answerOf, ask, errorOf, failureOf, openService, refusalOf } from './service.ts'

/*
 * Doubao SeedEdit and Seedream by Ark's `POST /images/generations`.
 *
 * Requests and answers: https://www.volcengine.com/docs/82379/1541523 (Seedream) and …/1666946 (SeedEdit), of which the
 * fields were read in copies such as https://docs.gptproto.com/docs/api/Doubao/doubao-seededit-3-0-i2i-250628/official-format/image-edit
 * and https://docs.apiyi.com/en/api-capabilities/seedream-image/text-to-image; errors:
 * https://www.volcengine.com/docs/82379/1299023 and https://docs.byteplus.com/en/docs/ModelArk/1299023.
 *
 * By hand: the AI SDK's provider drops the seed and the code of an error, which tells a refusal.
 */

const defaults = { baseUrl: 'https://ark.cn-beijing.volces.com/api/v3', key: 'ARK_API_KEY' }

/** A picture may have 10 MB. */
const mostBytes = 10e6

/** Codes of a safety system: `InputImageSensitiveContentDetected.PrivacyInformation`, `OutputImageRiskDetection`. */
const bySafety = /SensitiveContentDetected|RiskDetection/

/** Codes of an account that has nothing left, though most come with 429 or 403. */
const usedUp = /^(QuotaExceeded|SetLimitExceeded|AccountOverdueError|InsufficientBalance)/

const fault = z.object({ code: z.string().optional(), message: z.string().optional() })

const answer = z.object({
  model: z.string().optional(),
  data: z
    .array(
      z.object({
        url: z.string().nullish(),
        b64_json: z.string().nullish(),
        error: fault.nullish(),
      }),
    )
    .optional(),
  usage: z
    .object({ generated_images: z.number().optional(), output_tokens: z.number().optional() })
    .optional(),
  error: fault.nullish(),
})

/** Seedream and SeedEdit by Ark. */
export const ark: RemoteType<'ark'> = {
  open: openArk,
  usual: defaults,
  shorthand: (model) => ({ type: 'ark', model, key: defaults.key }),
}

function openArk(config: ArkConfig, settings: RemoteSettings): RemoteProvider {
  const service = {
    ...openService(config, settings, defaults),
    isFinal: (reply: ServiceReply) => usedUp.test(faultOfReply(reply)?.code ?? ''),
  }
  const isSeedEdit = config.model.includes('seededit')
  return {
    // Only the models of the third version take them; later ones refuse requests with fields that they do not have.
    options: isSeedEdit ? ['seed', 'guidance'] : [],
    // Seedream 4.0 takes ten, later ones fourteen.
    mostPictures: isSeedEdit ? 0 : config.model.includes('seedream-4-0') ? 9 : 13,
    url: `${service.baseUrl}/images/generations`,
    size: { longest: 4096, fit: 'stretch' },
    ...(!isSeedEdit && { askFor: seedreamSize }),
    async edit(job) {
      const pictures = await Promise.all(
        [job.picture, ...job.more].map(async (each) => dataUrl(await sentPicture(each, mostBytes))),
      )
      const json = requestOf(config, job, pictures, isSeedEdit)
      const reply = await ask(service, {
        method: 'POST',
        path: '/images/generations',
        json,
        signal: job.signal,
      })
      const body = reply.status === 200 ? await answerOf(service, reply) : undefined
      const { data } = answer.safeParse(body)
      if (body !== undefined && !data) throw strangeAnswer(service, 'an answer of the images API', body)
      const [item] = data?.data ?? []
      // An answer may be 200 and hold an error for its only picture.
      const wrong = data ? (item?.error ?? data.error) : faultOfReply(reply)
      const images = data?.usage?.generated_images ?? (item?.url || item?.b64_json ? 1 : 0)
      const tokens = data?.usage?.output_tokens
      job.report({
        ...(data?.model !== undefined && { model: data.model }),
        ...(tokens !== undefined && { outputTokens: tokens }),
        images: data ? images : 0,
      })
      if (wrong || !data) throw errorIn(reply, wrong ?? {})
      const bytes = await pictureBytes(service, { base64: item?.b64_json, url: item?.url }, job.signal)
      if (!bytes) throw refusalOf(service, { kind: 'no-picture', reason: 'empty data', text: '' })
      return bytes
    },
  }

  function errorIn(reply: ServiceReply, { code = '', message = '' }: z.infer<typeof fault>): Error {
    if (bySafety.test(code)) return refusalOf(service, { kind: 'safety', reason: code, text: message })
    if (usedUp.test(code)) return errorOf(service, 'quota', `${code}: ${message}`)
    if (reply.status === 200) return errorOf(service, 'server', `made no picture (${code}: ${message})`)
    return failureOf(service, reply, { code, message })
  }
}

function requestOf(
  { model, parameters }: ArkConfig,
  { instruction, options, ask: size }: RemoteJob,
  images: readonly string[],
  isSeedEdit: boolean,
): object {
  const { seed, guidance } = options
  return {
    model,
    prompt: instruction,
    image: images.length === 1 ? images[0] : images,
    response_format: 'b64_json',
    watermark: false,
    ...(isSeedEdit ? { size: 'adaptive' } : { sequential_image_generation: 'disabled' }),
    ...(size && { size: `${size.width}x${size.height}` }),
    ...(seed !== undefined && { seed }),
    ...(guidance !== undefined && { guidance_scale: guidance }),
    ...parameters,
  }
}

/**
 * A size of the picture's shape with about 2048² pixels, which all versions of Seedream take: 4.5 and 5.0 want at least
 * 3,686,400 pixels, and all a ratio of sides of at most 16.
 */
export function seedreamSize({ width, height }: Size): Size {
  const ratio = Math.min(16, Math.max(1 / 16, width / height))
  const side = (scale: number): number => 16 * Math.round((2048 * scale) / 16)
  return { width: side(Math.sqrt(ratio)), height: side(1 / Math.sqrt(ratio)) }
}

function faultOfReply(reply: ServiceReply): z.infer<typeof fault> | undefined {
  try {
    return z.object({ error: fault }).safeParse(JSON.parse(textOf(reply.bytes))).data?.error
  } catch {
    return undefined
  }
}
