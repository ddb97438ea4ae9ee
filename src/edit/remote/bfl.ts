import { setTimeout as wait } from 'node:timers/promises'
import { z } from 'zod'
import type { Service, ServiceReply } from '../../tools/index.ts'
import { textOf } from '../../tools/index.ts'
import { EditError } from '../error.ts'
import { download, strangeAnswer } from './answer.ts'
import type { BflConfig } from './configuration.ts'
import type { RemoteJob, RemoteProvider, RemoteSettings, RemoteType } from './provider.ts'
import { sentPicture } from './sentPicture.ts'
import { answerOf, ask, errorOf, failureOf, openService, refusalOf } from './service.ts'

/*
 * FLUX.1 Kontext, FLUX.2 and later by Black Forest Labs: submit to /v1/{model}, ask the polling URL, fetch the picture.
 *
 * Requests: https://docs.bfl.ml/api-reference/models/edit-or-create-an-image-with-flux-kontext-pro and
 * …/generate-or-edit-an-image-with-flux2-[pro]; statuses: https://docs.bfl.ai/api_integration/errors and
 * https://help.bfl.ai/articles/2916279050-why-did-my-request-fail; polling, limits and the life of results:
 * https://github.com/black-forest-labs/skills/blob/main/skills/bfl-api/SKILL.md.
 *
 * By hand: the AI SDK's provider does not know `Content Moderated`, and sends the key to where the picture lies.
 */

const defaults = {
  baseUrl: 'https://api.bfl.ai/v1',
  key: 'BFL_API_KEY',
  headers: (key: string) => ({ 'x-key': key }),
}

/** A picture may have 20 MB. */
const mostBytes = 20e6

const submitted = z.object({
  id: z.string(),
  polling_url: z.url(),
  /** In credits, of which 100 are a dollar. */
  cost: z.number().nullish(),
})

const polled = z.object({
  status: z.string(),
  result: z.object({ sample: z.string().optional() }).nullish(),
  details: z.unknown().optional(),
})

const fault = z.object({
  detail: z.union([z.string(), z.array(z.object({ loc: z.array(z.unknown()), msg: z.string() }))]),
})

/** FLUX by Black Forest Labs. */
export const bfl: RemoteType<'bfl'> = {
  open: openBfl,
  usual: defaults,
  shorthand: (model) => ({ type: 'bfl', model, key: defaults.key }),
}

function openBfl(config: BflConfig, settings: RemoteSettings): RemoteProvider {
  const service = openService(config, settings, defaults)
  const { pollSeconds = 1 } = config
  return {
    options: ['seed'],
    mostPictures: mostPictures(config.model),
    url: `${service.baseUrl}/${config.model}`,
    size: { longest: 4096, fit: 'stretch' },
    async edit(job) {
      const images = await Promise.all(
        [job.picture, ...job.more].map(async (each) => (await sentPicture(each, mostBytes)).base64),
      )
      const reply = await ask(service, {
        method: 'POST',
        path: `/${encodeURIComponent(config.model)}`,
        json: requestOf(config, job, images),
        signal: job.signal,
      })
      if (reply.status !== 200) throw failureOf(service, reply, { message: messageOf(reply) })
      const body = await answerOf(service, reply)
      const { data: task } = submitted.safeParse(body)
      if (!task) throw strangeAnswer(service, 'an id and a polling_url', body)
      checkPollingUrl(service, task.polling_url)
      const requestId = task.id
      const { status, sample, details } = await finished(service, task.polling_url, pollSeconds, job.signal)
      if (sample === undefined) {
        // What was moderated is not charged.
        job.report({ requestId, images: 0, cost: 0 })
        if (status.endsWith('Moderated'))
          throw refusalOf(service, { kind: 'safety', reason: status, text: reasons(details) })
        throw errorOf(service, 'server', `${status}: ${reasons(details) || 'no reason was given'}; try again`)
      }
      const { cost } = task
      job.report({ requestId, images: 1, ...(typeof cost === 'number' && { cost: cost / 100 }) })
      return download(service, sample, job.signal)
    },
  }
}

/** Beside the first: FLUX.2 takes eight, its small models and Kontext four, others one. */
function mostPictures(model: string): number {
  if (model.includes('kontext') || model.includes('klein')) return 3
  return model.startsWith('flux-2') ? 7 : 0
}

function requestOf(
  { model, parameters }: BflConfig,
  { instruction, options, ask: size }: RemoteJob,
  images: readonly string[],
): object {
  const { seed } = options
  return {
    prompt: instruction,
    ...Object.fromEntries(
      images.map((image, i) => [i === 0 ? 'input_image' : `input_image_${i + 1}`, image]),
    ),
    output_format: 'png',
    ...(seed !== undefined && { seed }),
    // Kontext has no size but a shape; without it, both take the picture's.
    ...(size &&
      (model.includes('kontext')
        ? { aspect_ratio: `${size.width}:${size.height}` }
        : { width: size.width, height: size.height })),
    ...parameters,
  }
}

/** The key goes with each question: to the service's own hosts (`api.eu2.bfl.ai`) alone. */
function checkPollingUrl(service: Service, url: string): void {
  const [asked, own] = [new URL(url), new URL(service.baseUrl)]
  const isOwn =
    asked.host === own.host || (asked.hostname.endsWith('.bfl.ai') && own.hostname.endsWith('.bfl.ai'))
  if (!isOwn || asked.protocol !== own.protocol)
    throw errorOf(
      service,
      'server',
      `the polling URL leads to ${asked.host}, where the key is not sent; give that address as "baseUrl" if it is right`,
    )
}

interface Finished {
  readonly status: string
  readonly sample: string | undefined
  readonly details: unknown
}

/** Asks until the task is done. */
async function finished(
  service: Service,
  url: string,
  pollSeconds: number,
  signal: AbortSignal,
): Promise<Finished> {
  for (let missed = 0; ; ) {
    const reply = await ask(service, { path: '', url, signal })
    // `Task not found` comes with 404.
    if (reply.status !== 200 && reply.status !== 404)
      throw failureOf(service, reply, { message: messageOf(reply) })
    const body = await answerOf(service, reply)
    const { data } = polled.safeParse(body)
    if (!data) throw strangeAnswer(service, 'the status of a task', body)
    const { status, result, details } = data
    if (status === 'Ready') return { status, sample: sampleOf(service, result?.sample, body), details }
    // Just after it was submitted, another machine may not know it yet.
    missed = status === 'Task not found' ? missed + 1 : 0
    const isOpen = status === 'Pending' || status === 'Queued' || status === 'Processing'
    if (!isOpen && (missed === 0 || missed >= 3)) return { status, sample: undefined, details }
    await wait(1000 * pollSeconds, undefined, { signal }).catch(() => {
      const { reason } = signal
      if ((reason as Error | undefined)?.name === 'TimeoutError')
        throw errorOf(
          service,
          'server',
          'the picture was not ready within the time limit; raise timeLimitSeconds',
        )
      throw new EditError('cancelled', `${service.name}: the request was cancelled`, { cause: reason })
    })
  }
}

function sampleOf(service: Service, sample: string | undefined, body: unknown): string {
  if (sample === undefined) throw strangeAnswer(service, 'the address of a picture that is Ready', body)
  return sample
}

/** `{ "Moderation Reasons": ["Safety Filter"] }` as words. */
function reasons(details: unknown): string {
  if (details === null || details === undefined) return ''
  if (typeof details === 'string') return details
  return Object.entries(details)
    .map(([name, value]) => `${name}: ${[value].flat().map(String).join(', ')}`)
    .join('; ')
}

/** `detail`: words, or what is wrong with which field. */
function messageOf(reply: ServiceReply): string | undefined {
  try {
    const detail = fault.safeParse(JSON.parse(textOf(reply.bytes))).data?.detail
    if (typeof detail === 'string') return detail
    return detail?.map(({ loc, msg }) => `${loc.slice(1).join('.')}: ${msg}`).join('; ')
  } catch {
    return undefined
  }
}
