import { encodeLayer, encodeStored, type Mask, type Picture } from '../../image/index.ts'
import type { Service, ServiceReply } from '../../tools/index.ts'
import type { EditError } from '../error.ts'
import { pictureBytes, strangeAnswer } from './answer.ts'
import type { OpenAiConfig, SizePolicy } from './configuration.ts'
import type { RemoteJob, RemoteProvider, RemoteSettings, RemoteType, Size } from './provider.ts'
import { answerOf, ask, failureOf, openService, refusalOf } from './service.ts'

/** OpenAI's own API. */
const usual = { baseUrl: 'https://api.openai.com/v1', key: 'OPENAI_API_KEY' }

/** What the models before gpt-image-2 make. */
const fixedSizes: SizePolicy = { ask: ['1024x1024', '1536x1024', '1024x1536'], fit: 'pad', longest: 2048 }

/**
 * `POST /images/edits` of OpenAI, and of every server that speaks it. Source: developers.openai.com/api/reference.
 *
 * Without OpenAI's SDK: its majors from 7 need Node 22, and 6 had its last release in July 2026. Of the call it covers
 * the form, while what an answer means, retries and limits are ours.
 */
export const openAi: RemoteType<'openai'> = {
  open: openOpenAi,
  usual,
  shorthand: (model, env) => ({
    type: 'openai',
    model,
    key: usual.key,
    // As OpenAI's own libraries do.
    ...(env.OPENAI_BASE_URL?.trim() && { baseUrl: env.OPENAI_BASE_URL.trim() }),
  }),
}

function openOpenAi(config: OpenAiConfig, settings: RemoteSettings): RemoteProvider {
  const service = openService(config, settings, usual)
  const { model, seed = false, mask = true, quality } = config
  const isOwn = service.baseUrl === usual.baseUrl
  const takesAny = /^gpt-image-([2-9]|\d\d)/.test(model)
  const isFixed = /^(gpt-image-1|chatgpt-image)/.test(model)
  return {
    options: seed ? ['seed'] : [],
    // A server of one's own says by `pictures` what it takes.
    mostPictures: takesAny || isFixed ? 15 : 0,
    takesMask: mask,
    url: service.baseUrl,
    size: isFixed ? fixedSizes : { longest: 2048 },
    ...(takesAny && { askFor: anySize }),
    ...(isOwn && { longestInstruction: 32_000 }),
    expectedTokens: (sent, size) => ({
      input: sent.reduce((sum, picture) => sum + inputTokens(picture), 0),
      output: outputTokens(size ?? sent[0], quality),
    }),
    async edit(job) {
      const form = await formOf(config, job)
      const reply = await ask(service, { method: 'POST', path: '/images/edits', form, signal: job.signal })
      return readAnswer(service, reply, job)
    },
  }
}

/** Pictures are read in tiles of 512 pixels, those of high fidelity with a surcharge. */
function inputTokens({ width, height }: Size): number {
  return 65 + 129 * Math.ceil(width / 512) * Math.ceil(height / 512) + 4160
}

async function formOf(config: OpenAiConfig, job: RemoteJob): Promise<FormData> {
  const { model, quality, inputFidelity, moderation, parameters = {} } = config
  const { picture, more, mask, ask: size, instruction, options } = job
  const form = new FormData()
  form.set('model', model)
  form.set('prompt', instruction)
  form.set('n', '1')
  form.set('size', size ? `${size.width}x${size.height}` : 'auto')
  const chosen = { quality, input_fidelity: inputFidelity, moderation, seed: options.seed, ...parameters }
  for (const [name, value] of Object.entries(chosen)) if (value !== undefined) form.set(name, String(value))
  const field = more.length > 0 ? 'image[]' : 'image'
  for (const [i, each] of [picture, ...more].entries())
    form.append(field, await pngBlob(each), i === 0 ? 'image.png' : `image-${i + 1}.png`)
  if (mask) form.set('mask', new Blob([await maskFile(picture, mask)], { type: 'image/png' }), 'mask.png')
  return form
}

async function pngBlob(picture: Picture): Promise<Blob> {
  return new Blob([await encodeStored(picture)], { type: 'image/png' })
}

/** Of the picture's size, transparent where it may be changed. */
function maskFile(picture: Picture, mask: Mask): Promise<Uint8Array> {
  const alpha = { ...mask, data: mask.data.map((level) => 255 - level) }
  return encodeLayer({ picture, alpha })
}

/** The size of a picture's own shape that gpt-image-2 and later take: sides of 16 pixels, at most 3:1, 0.66 to 8.3 million. */
export function anySize({ width, height }: Size): Size | undefined {
  if (Math.max(width / height, height / width) > 3) return undefined
  const pixels = width * height
  // Beyond 2560 × 1440 sizes are experimental.
  const scale = Math.sqrt(Math.min(Math.max(pixels, 700_000), 3_600_000) / pixels)
  const side = (length: number): number => Math.max(16, Math.round((length * scale) / 16) * 16)
  const size = { width: side(width), height: side(height) }
  return Math.max(size.width / size.height, size.height / size.width) > 3 ? undefined : size
}

/** Tokens of a picture, from OpenAI's table for 1024 × 1024; `auto` as high. */
function outputTokens({ width, height }: Size, quality = 'auto'): number {
  const square = { low: 272, medium: 1056 }[quality] ?? 4160
  return Math.round(square * Math.max(1, (width * height) / 1024 ** 2))
}

interface Answer {
  readonly model?: string
  readonly data?: readonly {
    readonly b64_json?: string | null
    readonly url?: string | null
    readonly finish_reason?: string | null
    readonly revised_prompt?: string | null
  }[]
  readonly usage?: { readonly input_tokens?: number; readonly output_tokens?: number } | null
  readonly error?: unknown
}

interface AnsweredError {
  readonly code?: string | number | null
  readonly type?: string | null
  readonly message?: string | null
  readonly moderation_details?: {
    readonly moderation_stage?: string
    readonly categories?: readonly string[]
  } | null
}

/** Codes and types of errors by which servers that speak this API refuse. */
const safety =
  /moderation_blocked|content_policy_violation|content_filter|content_filtered|image_safety|safety|sensitive|censor/i

/** The picture of an answer in OpenAI's form. @throws EditRefusal, EditError */
export async function readAnswer(service: Service, reply: ServiceReply, job: RemoteJob): Promise<Uint8Array> {
  const requestId = reply.headers.get('x-request-id') ?? undefined
  if (requestId !== undefined) job.report({ requestId })
  if (reply.status !== 200) throw await errorAnswer(service, reply, job)
  const answer = (await answerOf(service, reply)) as Answer | null
  if (answer === null || typeof answer !== 'object') throw strangeAnswer(service, 'an object', answer)
  // Some servers answer 200 with an error inside.
  if (answer.error) throw await errorAnswer(service, reply, job)
  job.report({
    ...(answer.model && { model: answer.model }),
    ...(answer.usage?.input_tokens !== undefined && { inputTokens: answer.usage.input_tokens }),
    ...(answer.usage?.output_tokens !== undefined && { outputTokens: answer.usage.output_tokens }),
  })
  if (!Array.isArray(answer.data)) throw strangeAnswer(service, 'a list "data"', answer)
  const [first] = answer.data as NonNullable<Answer['data']>
  const { b64_json: base64, url, finish_reason: reason, revised_prompt: text } = first ?? {}
  if (reason && safety.test(reason)) {
    job.report({ images: 0 })
    throw refusalOf(service, { kind: 'safety', reason, text: text ?? '' })
  }
  const bytes = await pictureBytes(service, { base64, url }, job.signal)
  if (bytes) return bytes
  job.report({ images: 0 })
  throw refusalOf(service, {
    kind: 'no-picture',
    reason: reason ?? (first ? 'no picture in data' : 'empty data'),
    text: text ?? '',
  })
}

async function errorAnswer(service: Service, reply: ServiceReply, job: RemoteJob): Promise<EditError> {
  job.report({ images: 0 })
  const answer = await answerOf(service, reply).catch(() => undefined)
  const { code, type, message, moderation_details: details } = errorIn(answer)
  const reason = [code, type].find((each) => each !== undefined && each !== null && safety.test(String(each)))
  // StepFun answers 451 where the law forbids; others have the code only in words.
  const isSpoken =
    reply.status === 451 ||
    (reply.status === 400 && /safety system|content policy|content filter/i.test(message ?? ''))
  if (reason === undefined && !isSpoken)
    return failureOf(service, reply, {
      ...(code !== undefined && code !== null && { code: String(code) }),
      ...(message && { message }),
    })
  const stage = details?.moderation_stage ? ` Stage: ${details.moderation_stage}.` : ''
  const categories = details?.categories?.length ? ` Categories: ${details.categories.join(', ')}.` : ''
  return refusalOf(service, {
    kind: 'safety',
    reason: String(reason ?? code ?? type ?? 'content policy'),
    text: `${message ?? ''}${stage}${categories}`,
  })
}

/** The error of an answer: under `error`, as an object or a text, or the answer itself. */
function errorIn(answer: unknown): AnsweredError {
  if (typeof answer !== 'object' || answer === null) return {}
  const { error, ...rest } = answer as { readonly error?: unknown; readonly detail?: unknown }
  if (typeof error === 'string') return { message: error }
  if (typeof error === 'object' && error !== null) return error as AnsweredError
  if (typeof rest.detail === 'string') return { message: rest.detail }
  return rest as AnsweredError
}
