import type { GivenAnswer, Handler } from '../remoteServer.ts'
import {
  handlerOf,
  isFile,
  isPictureBase64,
  type Manners,
  type Turn,
  testKey,
  unknownField,
} from './protocol.ts'

/** What this service does beside its turns. */
export interface BflManners extends Manners {
  /** Questions that are answered with `Pending` before the result. Default: 1. */
  readonly pending?: number
  /** Another origin of the polling URL, as the regions of the real service have. */
  readonly pollingOrigin?: string
}

const usual: BflManners = { key: testKey, models: ['flux-kontext-pro', 'flux-2-pro'] }

const sample = '/delivery/sample.png?se=2026-11-28T00%3A10%3A00Z&sig=abc'

/** A turn whose JSON has a `status` is the answer to the polls; any other is that to the submission. */
const isPollAnswer = (turn: GivenAnswer): boolean =>
  typeof turn === 'object' && typeof (turn.json as { status?: unknown } | undefined)?.status === 'string'

/** Black Forest Labs' API: submit, poll, fetch. */
export function bflServer(turn: Turn, changes: Partial<BflManners> = {}): Handler {
  const manners = { ...usual, ...changes }
  const pending = new Map<string, number>()
  return handlerOf((request, json) => {
    if (request.path === sample && isFile(turn)) return { bytes: turn.file }
    if (request.headers['x-key'] !== manners.key)
      return { status: 403, json: { detail: 'Not authenticated - Invalid Authentication' } }
    const [, asked] = /^\/v1\/get_result\?id=([\w-]+)$/.exec(request.path) ?? []
    if (asked !== undefined) {
      const left = pending.get(asked)
      if (left === undefined)
        return { status: 404, json: { id: asked, status: 'Task not found', result: null } }
      pending.set(asked, left - 1)
      if (left > 0) return { json: { id: asked, status: 'Pending', result: null, progress: 0.5 } }
      if (!isFile(turn)) return turn
      return {
        json: {
          id: asked,
          status: 'Ready',
          result: { sample: `${request.base}${sample}`, prompt: 'p', seed: 42, duration: 4.2 },
          progress: null,
          details: null,
        },
      }
    }
    const [, model = ''] = /^\/v1\/([\w.-]+)$/.exec(request.path) ?? []
    if (request.method !== 'POST' || !manners.models.includes(model))
      return { status: 404, json: { detail: 'Not Found' } }
    const fault = faultOf(json, model)
    if (fault) return { status: 422, json: { detail: [fault] } }
    if (!isFile(turn) && !isPollAnswer(turn)) return turn
    const id = `task-${pending.size + 1}`
    pending.set(id, manners.pending ?? 1)
    const polling = `${manners.pollingOrigin ?? request.base}/v1/get_result?id=${id}`
    return { json: { id, polling_url: polling, cost: 4, input_mp: 0.01, output_mp: 1.05 } }
  })
}

const kontext = ['aspect_ratio', 'prompt_upsampling']
const flux2 = ['width', 'height', 'disable_pup']

function faultOf(json: unknown, model: string): object | undefined {
  const body = (json ?? {}) as Readonly<Record<string, unknown>>
  const invalid = (name: string, msg: string, type = 'value_error'): object => ({
    type,
    loc: ['body', name],
    msg,
  })
  const unknown = unknownField(body, [
    ...[
      'prompt',
      'input_image',
      'input_image_2',
      'input_image_3',
      'seed',
      'output_format',
      'safety_tolerance',
    ],
    ...(model.startsWith('flux-kontext') ? kontext : flux2),
  ])
  if (unknown) return invalid(unknown, 'Extra inputs are not permitted', 'extra_forbidden')
  const { prompt, input_image: image, seed, output_format: format, safety_tolerance: tolerance } = body
  if (typeof prompt !== 'string') return invalid('prompt', 'Field required', 'missing')
  if (!isPictureBase64(image)) return invalid('input_image', 'Invalid image')
  if (seed !== undefined && !Number.isInteger(seed)) return invalid('seed', 'Input should be a valid integer')
  if (format !== undefined && format !== 'png' && format !== 'jpeg')
    return invalid('output_format', "Input should be 'jpeg' or 'png'", 'enum')
  const most = model.startsWith('flux-kontext') ? 6 : 5
  if (tolerance !== undefined && !(Number(tolerance) >= 0 && Number(tolerance) <= most))
    return invalid('safety_tolerance', `Input should be less than or equal to ${most}`)
  return undefined
}
