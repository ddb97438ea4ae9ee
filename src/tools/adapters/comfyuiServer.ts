import { createHash } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { encodePicture, type Picture, readPicture } from '../../image/index.ts'
import { ToolError } from '../error.ts'
import { jsonOf, type Service, type ServiceReply, send, serverError, textOf } from './http.ts'
import type { Workflow } from './workflows/workflow.ts'

/**
 * A ComfyUI server over its HTTP API: pictures go to POST /upload/image, a workflow to POST /prompt, /history/{id} is
 * asked until it is done, and GET /view brings the result.
 */
export interface ComfyServer {
  /** Uploads a picture as a PNG named by its content. @returns the name by which LoadImage finds it */
  upload(picture: Picture, signal: AbortSignal): Promise<string>
  /** Runs a workflow and gives the first picture that it saves. @throws ToolError `tool-server`, `tool-failed` */
  run(workflow: Workflow, signal: AbortSignal): Promise<Picture>
}

/** Opens it; nothing is sent yet. */
export function comfyServer(service: Service, pollSeconds: number): ComfyServer {
  return {
    upload: (picture, signal) => upload(service, picture, signal),
    async run(workflow, signal) {
      const id = await submit(service, workflow, signal)
      let done = false
      try {
        const picture = await finished(service, id, pollSeconds, signal)
        done = true
        return await view(service, picture, signal)
      } finally {
        // What nobody waits for any longer shall not keep the GPU.
        if (!done) await withdraw(service, id)
      }
    },
  }
}

async function upload(service: Service, picture: Picture, signal: AbortSignal): Promise<string> {
  const bytes = await encodePicture(picture, 'png')
  const name = `${createHash('sha256').update(bytes).digest('hex').slice(0, 32)}.png`
  const form = new FormData()
  form.set('image', new Blob([bytes], { type: 'image/png' }), name)
  form.set('type', 'input')
  form.set('subfolder', 'pentimento')
  form.set('overwrite', 'true')
  const reply = await send(service, { method: 'POST', path: '/upload/image', form, signal })
  if (reply.status !== 200) throw refused(service, 'did not take a picture', reply)
  const { name: stored, subfolder } = jsonOf(service, reply) as { name?: string; subfolder?: string }
  if (!stored) throw serverError(service, 'the answer to an upload names no file; is this a ComfyUI server?')
  return subfolder ? `${subfolder}/${stored}` : stored
}

interface NodeErrors {
  readonly [node: string]: {
    readonly class_type?: string
    readonly errors?: readonly {
      readonly type?: string
      readonly message?: string
      readonly details?: string
    }[]
  }
}

interface Submitted {
  readonly prompt_id?: string
  readonly error?: string | { readonly type?: string; readonly message?: string; readonly details?: string }
  readonly node_errors?: NodeErrors
}

async function submit(service: Service, workflow: Workflow, signal: AbortSignal): Promise<string> {
  // A second prompt after a broken connection would do the work twice, so a failed connection is not tried again here.
  // Sent again after a broken connection it may run twice: a waste, but no harm, since results are found by their id.
  const reply = await send(service, { method: 'POST', path: '/prompt', json: { prompt: workflow }, signal })
  if (reply.status === 429 || reply.status === 503)
    throw refused(service, 'its queue is full; lower the concurrency or try later', reply)
  if (reply.status !== 200 && reply.status !== 400) throw refused(service, 'did not take the workflow', reply)
  const { prompt_id: id, error, node_errors: nodes = {} } = jsonOf(service, reply) as Submitted
  // Some servers answer 200 and leave out the nodes that they cannot run.
  const wrong = Object.entries(nodes).flatMap(([node, { class_type, errors = [] }]) =>
    errors.map((each) => nodeError(node, class_type, each)),
  )
  if (wrong.length > 0) {
    if (id) await withdraw(service, id)
    throw serverError(service, `the workflow does not fit this server: ${wrong.slice(0, 3).join('; ')}`)
  }
  if (!id) throw serverError(service, `the workflow was refused: ${workflowError(error)}`)
  return id
}

function nodeError(
  node: string,
  type = 'node',
  error: { readonly type?: string; readonly message?: string; readonly details?: string },
): string {
  // `ckpt_name: 'a.safetensors' not in ['b.safetensors']`
  const [, input, value, there] = /^(\w+): '([^']*)' not in (.*)$/s.exec(error.details ?? '') ?? []
  if (error.type === 'value_not_in_list' && input !== undefined)
    return `${type} '${node}': ${input} '${value}' is not on the server, which has ${there || 'none'}; put the file there or name another under "models"`
  return `${type} '${node}': ${error.message ?? error.type ?? 'unknown error'}${error.details ? ` (${error.details})` : ''}`
}

function workflowError(error: Submitted['error']): string {
  if (error === undefined) return 'no reason was given'
  if (typeof error === 'string') return error
  const { type, message = type, details } = error
  const missing = type === 'missing_node_type' || /does not exist/.test(message ?? '')
  return `${message}${details ? ` (${details})` : ''}${missing ? '; install the custom node that brings it' : ''}`
}

interface SavedPicture {
  readonly filename: string
  readonly subfolder?: string
  readonly type?: string
}

interface HistoryEntry {
  readonly outputs?: Readonly<Record<string, { readonly images?: readonly SavedPicture[] }>>
  readonly status?: {
    readonly status_str?: string
    readonly completed?: boolean
    readonly messages?: readonly (readonly [string, Readonly<Record<string, unknown>>])[]
  }
}

/** Asks until the workflow is done. @returns the first picture that it saved */
async function finished(
  service: Service,
  id: string,
  pollSeconds: number,
  signal: AbortSignal,
): Promise<SavedPicture> {
  for (let missed = 0; ; ) {
    const reply = await send(service, { path: `/history/${encodeURIComponent(id)}`, signal })
    if (reply.status !== 200) throw refused(service, 'does not report the state of the workflow', reply)
    const entry = (jsonOf(service, reply) as Readonly<Record<string, HistoryEntry>>)[id]
    if (entry) return savedPicture(service, entry)
    // Neither done nor waiting: the server was started anew and has forgotten it. Between the two questions it may just
    // have moved from one to the other, so it is asked again before it is believed.
    missed = (await placeInQueue(service, id, signal)) === 'gone' ? missed + 1 : 0
    if (missed >= 3) throw serverError(service, 'has lost the workflow (was it restarted?); run it again')
    await wait(1000 * pollSeconds, undefined, { signal }).catch(() => {
      throw serverError(
        service,
        "the picture was not ready within the time limit and was cancelled; raise timeLimitSeconds, or check the server's queue",
      )
    })
  }
}

function savedPicture(service: Service, { outputs = {}, status }: HistoryEntry): SavedPicture {
  const messages = new Map(status?.messages ?? [])
  const failure = messages.get('execution_error')
  if (failure) {
    const text = String(failure.exception_message ?? failure.exception_type ?? 'unknown error')
    const memory = /out of memory|OutOfMemory/i.test(`${text}${failure.exception_type}`)
    throw serverError(
      service,
      `${failure.node_type} '${failure.node_id}' failed: ${text}${memory ? '; use smaller pictures or models, or start it with --lowvram' : ''}`,
    )
  }
  if (messages.has('execution_interrupted') || status?.status_str === 'error')
    throw serverError(service, 'the workflow was interrupted on the server; run it again')
  const pictures = Object.values(outputs).flatMap(({ images = [] }) => images)
  const picture = pictures.find(({ type }) => type === 'output') ?? pictures[0]
  if (!picture)
    throw new ToolError(
      'tool-failed',
      `${service.name}: the workflow ended without a picture; it needs a SaveImage node that depends on the inputs`,
    )
  return picture
}

async function view(
  service: Service,
  { filename, subfolder = '', type = 'output' }: SavedPicture,
  signal: AbortSignal,
): Promise<Picture> {
  const query = new URLSearchParams({ filename, subfolder, type })
  const reply = await send(service, { path: `/view?${query}`, signal })
  if (reply.status !== 200) throw refused(service, `does not give '${filename}' out`, reply)
  try {
    const { width, height, data } = await readPicture(reply.bytes)
    return { width, height, data }
  } catch (error) {
    throw new ToolError('tool-failed', `${service.name}: '${filename}': ${(error as Error).message}`, {
      cause: error,
    })
  }
}

async function placeInQueue(
  service: Service,
  id: string,
  signal: AbortSignal,
): Promise<'running' | 'waiting' | 'gone'> {
  const reply = await send(service, { path: '/queue', signal })
  if (reply.status !== 200) throw refused(service, 'does not report its queue', reply)
  type Entries = readonly (readonly unknown[])[]
  const { queue_running = [], queue_pending = [] } = jsonOf(service, reply) as {
    queue_running?: Entries
    queue_pending?: Entries
  }
  if (queue_running.some((entry) => entry[1] === id)) return 'running'
  return queue_pending.some((entry) => entry[1] === id) ? 'waiting' : 'gone'
}

/** Takes a workflow back: out of the queue, or off the GPU, if it is ours that runs. Best effort. */
async function withdraw(service: Service, id: string): Promise<void> {
  const brief = { ...service, retries: 0 }
  const signal = AbortSignal.timeout(5000)
  try {
    const place = await placeInQueue(brief, id, signal)
    if (place === 'waiting')
      await send(brief, { method: 'POST', path: '/queue', json: { delete: [id] }, signal })
    if (place === 'running')
      await send(brief, { method: 'POST', path: '/interrupt', json: { prompt_id: id }, signal })
  } catch {
    // The server is not there: then nothing of ours runs.
  }
}

function refused(service: Service, what: string, reply: ServiceReply): ToolError {
  return serverError(service, `${what} (HTTP ${reply.status}: ${textOf(reply.bytes).slice(0, 160)})`)
}
