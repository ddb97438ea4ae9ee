import { z } from 'zod'
import { type ServiceReply, textOf } from '../../tools/index.ts'
import { bytesOfBase64, strangeAnswer } from './answer.ts'
import type { GeminiConfig } from './configuration.ts'
import type { RemoteJob, RemoteProvider, RemoteSettings, RemoteType } from './provider.ts'
import { type SentPicture, sentPicture } from './sentPicture.ts'
import { answerOf, ask, errorOf, failureOf, openService, refusalOf } from './service.ts'

/*
 * Gemini's image models by `models/{model}:generateContent`.
 *
 * Requests and answers: https://ai.google.dev/api/generate-content and
 * https://ai.google.dev/gemini-api/docs/generate-content/image-generation; reasons to stop and to block:
 * https://googleapis.github.io/js-genai/release_docs/enums/types.FinishReason.html and …/types.BlockedReason.html;
 * errors: https://ai.google.dev/gemini-api/docs/troubleshooting, their details as in
 * https://discuss.ai.google.dev/t/429-errors-despite-waiting-after-retrydelay/96899.
 *
 * By hand, since @google/genai (2.32, the last for Node 20) hides the headers of an error, with Retry-After in them.
 */

const defaults = {
  baseUrl: 'https://generativelanguage.googleapis.com/v1beta',
  key: 'GEMINI_API_KEY',
  headers: (key: string) => ({ 'x-goog-api-key': key }),
}

/** A request with pictures in it may have 20 MB. */
const mostBytes = 14e6

/** Reasons to stop that are a safety system's, of the answer or of the picture in it; others are no reason to refuse. */
const bySafety = new Set([
  'SAFETY',
  'PROHIBITED_CONTENT',
  'BLOCKLIST',
  'SPII',
  'RECITATION',
  'IMAGE_SAFETY',
  'IMAGE_PROHIBITED_CONTENT',
  'IMAGE_RECITATION',
  'MODEL_ARMOR',
])

const part = z.object({
  text: z.string().optional(),
  /** Of the model's thinking, which may hold drafts of the picture. */
  thought: z.boolean().optional(),
  inlineData: z.object({ mimeType: z.string(), data: z.string() }).optional(),
})

const answer = z.object({
  candidates: z
    .array(
      z.object({
        content: z.object({ parts: z.array(part).optional() }).optional(),
        finishReason: z.string().optional(),
        finishMessage: z.string().optional(),
      }),
    )
    .optional(),
  promptFeedback: z
    .object({ blockReason: z.string().optional(), blockReasonMessage: z.string().optional() })
    .optional(),
  usageMetadata: z
    .object({
      promptTokenCount: z.number().optional(),
      candidatesTokenCount: z.number().optional(),
      thoughtsTokenCount: z.number().optional(),
    })
    .optional(),
  modelVersion: z.string().optional(),
  responseId: z.string().optional(),
})

type Answer = z.infer<typeof answer>

const errorAnswer = z.object({
  error: z.object({
    status: z.string().optional(),
    message: z.string().optional(),
    details: z
      .array(
        z.object({
          retryDelay: z.string().optional(),
          violations: z.array(z.object({ quotaId: z.string().optional() })).optional(),
        }),
      )
      .optional(),
  }),
})

/** Gemini image models by `generateContent`. */
export const gemini: RemoteType<'gemini'> = {
  open: openGemini,
  usual: defaults,
  shorthand: (model) => ({ type: 'gemini', model, key: defaults.key }),
}

function openGemini(config: GeminiConfig, settings: RemoteSettings): RemoteProvider {
  const service = {
    ...openService(config, settings, defaults),
    isFinal: (reply: ServiceReply) => isDaySpent(reply),
    waitSeconds: (reply: ServiceReply) => retryDelay(reply),
  }
  const url = `${service.baseUrl}/models/${config.model}:generateContent`
  return {
    options: ['seed'],
    // The first generation loses sight of more than three.
    mostPictures: /^gemini-2/.test(config.model) ? 2 : 13,
    url,
    size: { longest: 3072, fit: 'stretch' },
    // 258 for each small picture and some for the instruction; 1,290 for a picture of 1K.
    expectedTokens: (sent) => ({ input: 42 + 258 * sent.length, output: 1300 }),
    async edit(job) {
      const each = mostBytes / (1 + job.more.length)
      const pictures = await Promise.all(
        [job.picture, ...job.more].map((picture) => sentPicture(picture, each)),
      )
      const json = requestOf(config, job, pictures)
      const path = `/models/${encodeURIComponent(config.model)}:generateContent`
      const reply = await ask(service, { method: 'POST', path, json, signal: job.signal })
      if (reply.status !== 200) {
        const said = errorOfReply(reply)
        if (isDaySpent(reply))
          throw errorOf(
            service,
            'quota',
            `HTTP 429 ${said?.status}: ${said?.message}; today's quota is used up, go on tomorrow or raise it`,
          )
        if (/API key (not valid|expired)/i.test(said?.message ?? ''))
          throw errorOf(service, 'key', `HTTP ${reply.status} ${said?.status}: ${said?.message}`)
        throw failureOf(service, reply, { code: said?.status, message: said?.message })
      }
      const body = await answerOf(service, reply)
      const { data } = answer.safeParse(body)
      if (!data) throw strangeAnswer(service, 'an answer of generateContent', body)
      const picture = pictureOf(data)
      job.report({ ...usageOf(data), images: picture ? 1 : 0 })
      if (!picture) throw refusalOf(service, refusalIn(data))
      return bytesOfBase64(service, picture)
    },
  }
}

function requestOf({ imageSize }: GeminiConfig, job: RemoteJob, pictures: readonly SentPicture[]): object {
  const { instruction, options } = job
  return {
    contents: [
      {
        role: 'user',
        parts: [
          { text: instruction },
          ...pictures.map(({ mime, base64 }) => ({ inlineData: { mimeType: mime, data: base64 } })),
        ],
      },
    ],
    generationConfig: {
      // With text, so that a model that will not can say why.
      responseModalities: ['TEXT', 'IMAGE'],
      ...(options.seed !== undefined && { seed: options.seed }),
      ...(imageSize !== undefined && { imageConfig: { imageSize } }),
    },
  }
}

/** The last picture that is not a draft. */
function pictureOf({ candidates }: Answer): string | undefined {
  const parts = candidates?.[0]?.content?.parts ?? []
  return parts.findLast(({ thought, inlineData }) => !thought && inlineData?.mimeType.startsWith('image/'))
    ?.inlineData?.data
}

function usageOf({ usageMetadata, modelVersion, responseId }: Answer): Parameters<RemoteJob['report']>[0] {
  const {
    promptTokenCount: input,
    candidatesTokenCount: out,
    thoughtsTokenCount: thoughts = 0,
  } = usageMetadata ?? {}
  return {
    ...(modelVersion !== undefined && { model: modelVersion }),
    ...(responseId !== undefined && { requestId: responseId }),
    ...(input !== undefined && { inputTokens: input }),
    ...(out !== undefined && { outputTokens: out + thoughts }),
  }
}

/** Why there is no picture: the request was blocked, the answer stopped, or the model only talks. */
function refusalIn({ candidates, promptFeedback }: Answer): Parameters<typeof refusalOf>[1] {
  const candidate = candidates?.[0]
  const said = (candidate?.content?.parts ?? [])
    .filter(({ thought }) => !thought)
    .flatMap(({ text }) => (text === undefined ? [] : [text]))
    .join('')
  const blocked = promptFeedback?.blockReason
  if (blocked !== undefined)
    return { kind: 'safety', reason: blocked, text: promptFeedback?.blockReasonMessage ?? said }
  const reason = candidate?.finishReason ?? 'no candidate'
  return {
    kind: bySafety.has(reason) ? 'safety' : 'no-picture',
    reason,
    text: said || candidate?.finishMessage || '',
  }
}

function errorOfReply(reply: ServiceReply): z.infer<typeof errorAnswer>['error'] | undefined {
  try {
    return errorAnswer.safeParse(JSON.parse(textOf(reply.bytes))).data?.error
  } catch {
    return undefined
  }
}

/** Whether it is the quota of a day that is used up, for which the answer's `retryDelay` does not hold. */
function isDaySpent(reply: ServiceReply): boolean {
  if (reply.status !== 429) return false
  const violations = errorOfReply(reply)?.details?.flatMap(({ violations = [] }) => violations) ?? []
  return violations.some(({ quotaId }) => /PerDay/.test(quotaId ?? ''))
}

/** `"retryDelay": "22s"` in the body, in place of a Retry-After. */
function retryDelay(reply: ServiceReply): number | undefined {
  for (const { retryDelay: text } of errorOfReply(reply)?.details ?? []) {
    const [, seconds] = /^(\d+(?:\.\d+)?)s$/.exec(text ?? '') ?? []
    if (seconds !== undefined) return Number(seconds)
  }
  return undefined
}
