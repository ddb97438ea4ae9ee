import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { encodePicture, type Picture, readPicture } from 'pentimento/image'

interface Node {
  readonly class_type: string
  readonly inputs: Readonly<Record<string, unknown>>
}

/** A workflow as the server got it, with the pictures that it loads. */
export interface ComfyRun {
  readonly id: string
  readonly prompt: Readonly<Record<string, Node>>
  readonly pictures: Readonly<Record<string, Picture>>
}

/** What goes wrong on a small ComfyUI. */
export interface ComfyFaults {
  /** Answers this many requests of a path with a status, such as a proxy whose queue is full. */
  status?: { path: string; code: number; times: number; headers?: Readonly<Record<string, string>> }
  /** Breaks the connection of this many requests of a path. */
  drop?: { path: string; times: number }
  /** Every workflow ends with this error in a node. */
  fails?: { node: string; type: string; message: string; exception: string }
  /** Every workflow is stopped by somebody else. */
  interrupts?: boolean
  /** Forgets workflows, as a restart does. */
  forgets?: boolean
  /** Workflows never end, or wait behind somebody else's. */
  hangs?: 'running' | 'waiting'
  /** Workflows end without a picture. */
  savesNothing?: boolean
  /** Gives half of each picture. */
  halfPictures?: boolean
  /** Answers 200 with node errors, as it does where some outputs are valid. */
  partly?: boolean
}

export interface SmallComfy {
  readonly url: string
  readonly asked: string[]
  readonly runs: ComfyRun[]
  /** What its nodes and model files are. */
  faults: ComfyFaults
  /** Makes the picture of a run. */
  paint: (run: ComfyRun) => Picture
  /** Ids that a client took back, and how. */
  readonly withdrawn: string[]
  close(): Promise<void>
}

/** Node types that it has, with the model files of their inputs. */
const nodeTypes: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  UNETLoader: { unet_name: ['flux1-fill-dev.safetensors'] },
  DualCLIPLoader: { clip_name1: ['clip_l.safetensors'], clip_name2: ['t5xxl_fp16.safetensors'] },
  VAELoader: { vae_name: ['ae.safetensors'] },
  LoraLoaderModelOnly: { lora_name: ['removal.safetensors'] },
  CheckpointLoaderSimple: { ckpt_name: ['sd_xl_base_1.0.safetensors'] },
  ControlNetLoader: { control_net_name: ['diffusers_xl_depth_full.safetensors'] },
  LoadImage: {},
  LoadImageMask: {},
  CLIPTextEncode: {},
  FluxGuidance: {},
  InpaintModelConditioning: {},
  DifferentialDiffusion: {},
  KSampler: {},
  VAEDecode: {},
  VAEEncode: {},
  SetLatentNoiseMask: {},
  ControlNetApplyAdvanced: {},
  SaveImage: {},
}

interface State {
  readonly asked: string[]
  readonly runs: ComfyRun[]
  readonly withdrawn: string[]
  readonly stored: Map<string, Uint8Array>
  /** How many times a run was asked for; it is queued, then runs, then is done. */
  readonly polls: Map<string, number>
  faults: ComfyFaults
  paint: (run: ComfyRun) => Picture
}

/** A server on loopback that speaks ComfyUI's HTTP API and checks workflows as it does. */
export async function openSmallComfy(): Promise<SmallComfy> {
  const state: State = {
    asked: [],
    runs: [],
    withdrawn: [],
    stored: new Map(),
    polls: new Map(),
    faults: {},
    paint: ({ pictures }) => Object.values(pictures)[0] as Picture,
  }
  const server = createServer((request, response) => void answer(state, request, response))
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return Object.assign(state, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise<void>((done) => {
        server.close(() => done())
        server.closeAllConnections()
      }),
  })
}

async function answer(state: State, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const body = Buffer.concat(chunks)
  const url = new URL(request.url ?? '', 'http://comfy')
  const path = `/${url.pathname.split('/')[1]}`
  state.asked.push(`${request.method} ${path}`)
  const say = (status: number, value: unknown, headers: Readonly<Record<string, string>> = {}): void => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers })
    response.end(JSON.stringify(value))
  }
  const { status, drop } = state.faults
  if (drop?.path === path && drop.times-- > 0) return void response.socket?.destroy()
  if (status?.path === path && status.times-- > 0) return say(status.code, 'Queue is full', status.headers)
  switch (path) {
    case '/upload':
      return say(200, await stored(state, request, body))
    case '/prompt':
      return await queued(state, JSON.parse(body.toString()), say)
    case '/history':
      return say(200, history(state, url.pathname.split('/')[2] as string))
    case '/queue': {
      if (request.method === 'POST') {
        const { delete: ids } = JSON.parse(body.toString()) as { delete: string[] }
        state.withdrawn.push(...ids.map((id) => `deleted ${id}`))
        return say(200, {})
      }
      const open = state.runs.filter(({ id }) => !state.faults.forgets && (state.polls.get(id) ?? 0) <= 3)
      const entry = ({ id, prompt }: ComfyRun, i: number) => [i, id, prompt, {}, ['save']]
      const others = state.faults.hangs === 'waiting' ? [[0, 'of-somebody-else', {}, {}, []]] : []
      const ours = open.map(entry)
      return say(200, {
        queue_running: others.length > 0 ? others : ours.slice(0, 1),
        queue_pending: others.length > 0 ? ours : ours.slice(1),
      })
    }
    case '/interrupt': {
      const { prompt_id } = JSON.parse(body.toString()) as { prompt_id: string }
      state.withdrawn.push(`interrupted ${prompt_id}`)
      return say(200, {})
    }
    case '/view':
      return view(state, url.searchParams, response, say)
    default:
      return say(404, 'Not Found')
  }
}

async function stored(state: State, request: IncomingMessage, body: Buffer): Promise<object> {
  const form = await new Response(body, {
    headers: { 'content-type': request.headers['content-type'] ?? '' },
  }).formData()
  const file = form.get('image') as File
  const subfolder = String(form.get('subfolder') ?? '')
  state.stored.set(`${subfolder}/${file.name}`, new Uint8Array(await file.arrayBuffer()))
  return { name: file.name, subfolder, type: form.get('type') ?? 'input' }
}

type Say = (status: number, value: unknown) => void

async function queued(state: State, { prompt }: { prompt: Record<string, Node> }, say: Say): Promise<void> {
  const strange = Object.entries(prompt).find(([, { class_type }]) => !Object.hasOwn(nodeTypes, class_type))
  if (strange)
    return say(400, {
      error: {
        type: 'missing_node_type',
        message: `Node '${strange[1].class_type}' not found. The custom node may not be installed.`,
        details: `Node ID '#${strange[0]}'`,
        extra_info: {},
      },
      node_errors: {},
    })
  const node_errors = Object.fromEntries(
    Object.entries(prompt).flatMap(([id, node]) => {
      const errors = nodeErrors(state, node)
      return errors.length === 0
        ? []
        : [[id, { errors, dependent_outputs: ['save'], class_type: node.class_type }]]
    }),
  )
  const wrong = Object.keys(node_errors).length > 0
  if (wrong && !state.faults.partly)
    return say(400, {
      error: {
        type: 'prompt_outputs_failed_validation',
        message: 'Prompt outputs failed validation',
        details: '',
        extra_info: {},
      },
      node_errors,
    })
  const id = `00000000-0000-4000-8000-${String(state.runs.length).padStart(12, '0')}`
  const loads = Object.entries(prompt).filter(([, { class_type }]) => class_type.startsWith('LoadImage'))
  const pictures = await Promise.all(
    loads.map(async ([name, { inputs }]) => {
      const { width, height, data } = await readPicture(state.stored.get(String(inputs.image)) as Uint8Array)
      return [name, { width, height, data }] as const
    }),
  )
  state.runs.push({ id, prompt, pictures: Object.fromEntries(pictures) })
  say(200, { prompt_id: id, number: state.runs.length, node_errors })
}

function nodeErrors(state: State, { class_type, inputs }: Node): object[] {
  const files = nodeTypes[class_type] ?? {}
  const missing = Object.entries(files).filter(([input, there]) => !there.includes(String(inputs[input])))
  if (class_type.startsWith('LoadImage') && !state.stored.has(String(inputs.image)))
    return [
      {
        type: 'custom_validation_failed',
        message: 'Custom validation failed for node',
        details: `image - Invalid image file: ${inputs.image}`,
        extra_info: { input_name: 'image', received_value: inputs.image },
      },
    ]
  if (class_type === 'KSampler' && typeof inputs.seed !== 'number')
    return [
      {
        type: 'invalid_input_type',
        message: 'Failed to convert an input value to a INT value',
        details: `seed, ${inputs.seed}`,
        extra_info: { input_name: 'seed' },
      },
    ]
  return missing.map(([input, there]) => ({
    type: 'value_not_in_list',
    message: 'Value not in list',
    details: `${input}: '${inputs[input]}' not in [${there.map((file) => `'${file}'`).join(', ')}]`,
    extra_info: { input_name: input, received_value: inputs[input] },
  }))
}

function history(state: State, id: string): object {
  const run = state.runs.find((each) => each.id === id)
  const polls = (state.polls.get(id) ?? 0) + 1
  state.polls.set(id, polls)
  const { fails, hangs, forgets, interrupts, savesNothing } = state.faults
  if (!run || forgets) return {}
  if (hangs) {
    state.polls.set(id, 1)
    return {}
  }
  if (polls < 3) return {}
  const entry = (outputs: object, status: object): object => ({
    [id]: { prompt: [1, id, run.prompt], outputs, status },
  })
  const error = (kind: string, detail: object): object =>
    entry(
      {},
      {
        status_str: 'error',
        completed: false,
        messages: [
          ['execution_start', { prompt_id: id }],
          [kind, detail],
        ],
      },
    )
  if (interrupts) return error('execution_interrupted', { prompt_id: id, node_id: 'sampler', executed: [] })
  if (fails)
    return error('execution_error', {
      prompt_id: id,
      node_id: fails.node,
      node_type: fails.type,
      exception_message: fails.message,
      exception_type: fails.exception,
      traceback: ['File "execution.py"'],
    })
  const images = [{ filename: `${id}_00001_.png`, subfolder: 'pentimento', type: 'output' }]
  return entry(savesNothing ? {} : { save: { images } }, {
    status_str: 'success',
    completed: true,
    messages: [['execution_success', { prompt_id: id }]],
  })
}

async function view(state: State, query: URLSearchParams, response: ServerResponse, say: Say): Promise<void> {
  const run = state.runs.find(({ id }) => query.get('filename') === `${id}_00001_.png`)
  if (!run || query.get('subfolder') !== 'pentimento' || query.get('type') !== 'output')
    return say(404, 'Not Found')
  const bytes = await encodePicture(state.paint(run), 'png')
  response.writeHead(200, { 'content-type': 'image/png' })
  response.end(state.faults.halfPictures ? bytes.subarray(0, bytes.length / 2) : bytes)
}
