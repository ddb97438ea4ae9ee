import { z } from 'zod'
import { type ServiceReply, textOf } from '../../tools/index.ts'
import { pictureBytes, strangeAnswer } from './answer.ts'
import type { DashScopeConfig } from './configuration.ts'
import type { RemoteJob, RemoteProvider, RemoteSettings, RemoteType } from './provider.ts'
import { dataUrl, sentPicture } from './sentPicture.ts'
import { answerOf, ask, errorOf, failureOf, openService, refusalOf } from './service.ts'

/*
 * Qwen-Image-Edit and its successors by DashScope's `multimodal-generation/generation`.
 *
 * Requests and answers: https://www.alibabacloud.com/help/en/model-studio/qwen-image-edit-api and
 * https://help.aliyun.com/zh/model-studio/qwen-image-edit-api; errors:
 * https://www.alibabacloud.com/help/en/model-studio/error-code. The documents have no asynchronous form of this call.
 *
 * By hand: Alibaba has no SDK for JavaScript, and the AI SDK does not cover these models.
 */

const defaults = { baseUrl: 'https://dashscope-intl.aliyuncs.com/api/v1', key: 'DASHSCOPE_API_KEY' }

const path = '/services/aigc/multimodal-generation/generation'

/** A picture may have 10 MB. */
const mostBytes = 10e6

/** Codes of a safety system; `InvalidParameter.DataInspection` says that the file could not be read by it. */
const bySafety = /^(DataInspectionFailed|data_inspection_failed|IPInfringementSuspect)/

/** Codes of an account that has nothing left. `Throttling.…Quota` is a quota of a minute, and passes. */
const usedUp =
  /^(Arrearage|PrepaidBillOverdue|PostpaidBillOverdue|CommodityNotPurchased|AllocationQuota\.FreeTierOnly)/

const answer = z.object({
  output: z
    .object({
      choices: z
        .array(
          z.object({
            finish_reason: z.string().nullish(),
            message: z
              .object({
                content: z.array(z.object({ image: z.string().nullish(), text: z.string().nullish() })),
              })
              .optional(),
          }),
        )
        .optional(),
    })
    .optional(),
  usage: z.object({ image_count: z.number().optional() }).optional(),
  request_id: z.string().optional(),
})

const fault = z.object({ code: z.string(), message: z.string().optional() })

/** Qwen-Image-Edit by DashScope. */
export const dashScope: RemoteType<'dashscope'> = {
  open: openDashScope,
  usual: defaults,
  shorthand: (model) => ({ type: 'dashscope', model, key: defaults.key }),
}

function openDashScope(config: DashScopeConfig, settings: RemoteSettings): RemoteProvider {
  const service = {
    ...openService(config, settings, defaults),
    isFinal: (reply: ServiceReply) => usedUp.test(faultOfReply(reply)?.code ?? ''),
  }
  return {
    options: ['seed', 'negative'],
    // The first version takes one picture, all later ones three.
    mostPictures: config.model === 'qwen-image-edit' ? 0 : 2,
    url: `${service.baseUrl}${path}`,
    size: { longest: 3072, fit: 'stretch' },
    // What is longer is cut without a word.
    longestInstruction: 800,
    async edit(job) {
      const images = await Promise.all(
        [job.picture, ...job.more].map(async (each) => dataUrl(await sentPicture(each, mostBytes))),
      )
      const json = requestOf(config, job, images)
      const reply = await ask(service, { method: 'POST', path, json, signal: job.signal })
      const wrong = faultOfReply(reply)
      if (wrong || reply.status !== 200) {
        job.report({ images: 0 })
        throw errorIn(reply, wrong)
      }
      const body = await answerOf(service, reply)
      const { data } = answer.safeParse(body)
      if (!data?.output) throw strangeAnswer(service, 'an answer of multimodal generation', body)
      const [choice] = data.output.choices ?? []
      const content = choice?.message?.content ?? []
      const image = content.find((each) => each.image)?.image
      job.report({
        ...(data.request_id !== undefined && { requestId: data.request_id }),
        images: data.usage?.image_count ?? (image ? 1 : 0),
      })
      const bytes = await pictureBytes(service, { url: image }, job.signal)
      if (!bytes)
        throw refusalOf(service, {
          kind: 'no-picture',
          reason: choice?.finish_reason ?? 'no choice',
          text: content.map(({ text }) => text ?? '').join(''),
        })
      return bytes
    },
  }

  function errorIn(reply: ServiceReply, wrong: z.infer<typeof fault> | undefined): Error {
    const { code = '', message = '' } = wrong ?? {}
    if (bySafety.test(code)) return refusalOf(service, { kind: 'safety', reason: code, text: message })
    if (usedUp.test(code)) return errorOf(service, 'quota', `${code}: ${message}`)
    if (reply.status === 200) return errorOf(service, 'server', `made no picture (${code}: ${message})`)
    return failureOf(service, reply, { code, message })
  }
}

function requestOf(
  { model, parameters }: DashScopeConfig,
  { instruction, options, ask: size }: RemoteJob,
  images: readonly string[],
): object {
  const { seed, negative } = options
  return {
    model,
    input: {
      messages: [{ role: 'user', content: [...images.map((image) => ({ image })), { text: instruction }] }],
    },
    parameters: {
      n: 1,
      watermark: false,
      ...(size && { size: `${size.width}*${size.height}` }),
      ...(seed !== undefined && { seed }),
      ...(negative !== undefined && { negative_prompt: negative }),
      ...parameters,
    },
  }
}

/** An error, which may also come with 200. */
function faultOfReply(reply: ServiceReply): z.infer<typeof fault> | undefined {
  try {
    const { data } = fault.safeParse(JSON.parse(textOf(reply.bytes)))
    return data?.code ? data : undefined
  } catch {
    return undefined
  }
}
