import { createHash, randomUUID } from 'node:crypto'
import pLimit, { type LimitFunction } from 'p-limit'
import { type Mask, type Picture, pictureHash, resizePicture } from '../../image/index.ts'
import type { Send } from '../../network/index.ts'
import { ToolError } from '../error.ts'
import type { GenerationRequest, Tool, ToolFacts } from '../tool.ts'
import { type ComfyServer, comfyServer } from './comfyuiServer.ts'
import { controlNet } from './workflows/controlNet.ts'
import { fluxFill } from './workflows/fluxFill.ts'
import { objectRemoval } from './workflows/objectRemoval.ts'
import { filled, placeholdersOf, type Workflow, type WorkflowTemplate } from './workflows/workflow.ts'

/** The workflows that come with the package, by name. */
export const workflowTemplates: Readonly<
  Record<'flux-fill' | 'object-removal' | 'controlnet', WorkflowTemplate>
> = {
  'flux-fill': fluxFill,
  'object-removal': objectRemoval,
  controlnet: controlNet,
}

/** A ComfyUI server and what to run there. */
export interface ComfyUiOptions {
  /** Such as `http://localhost:8188`. */
  readonly url: string
  /** One of {@link workflowTemplates}, or a workflow of the user's own. */
  readonly workflow: keyof typeof workflowTemplates | Workflow
  /** Files of models on the server, for `{{model:<name>}}`. */
  readonly models?: Readonly<Record<string, string>> | undefined
  /** What the workflow's control picture is, where it has one. Default: depth. */
  readonly control?: 'edges' | 'depth' | undefined
  /** What an inpainter asks for: it gets a mask, but no words. */
  readonly prompt?: string | undefined
  /** Sent with every request, such as `authorization`, where a proxy stands before the server. */
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** Calls at a time. Default: 1, since a server runs one workflow after the other. */
  readonly concurrency?: number | undefined
  /** For one picture, its time in the queue too. Default: 600. */
  readonly timeLimitSeconds?: number | undefined
  readonly pollSeconds?: number | undefined
  readonly retries?: number | undefined
  readonly backoffSeconds?: number | undefined
  /** Sends requests. Default: directly, through no proxy. */
  readonly fetch?: Send | undefined
}

const adapterVersion = '1'

/** The job `generator` on a ComfyUI server. Outside of the region the picture is bit-equal. @throws ToolError */
export function comfyUiGenerator(options: ComfyUiOptions): Tool<'generator'> {
  const { workflow, facts, server, turn } = open('generator', options)
  const needed = placeholdersOf(workflow)
  return {
    facts,
    controls: needed.has('control') ? [options.control ?? 'depth'] : ['none'],
    async generate(request) {
      if (needed.has('control') && !request.control)
        throw new ToolError(
          'configuration',
          `generator: the workflow needs a control picture, but this recipe has none; configure another workflow`,
        )
      if (!needed.has('control') && request.control)
        throw new ToolError(
          'configuration',
          `generator: the request has a control picture (${request.control.type}), but the workflow has no {{control}}; configure one with it`,
        )
      const result = await turn(() => run(server, workflow, request, limitOf(facts)))
      return request.region ? within(request.picture, result, request.region) : result
    },
  }
}

/**
 * The job `inpainter` on a ComfyUI server. The seed is drawn from picture and mask, so that the same call asks for the
 * same picture; outside of the mask it is bit-equal. @throws ToolError
 */
export function comfyUiInpainter(options: ComfyUiOptions): Tool<'inpainter'> {
  const { workflow, facts, server, turn } = open('inpainter', options)
  const { prompt = 'the background goes on, nothing else is there' } = options
  if (!placeholdersOf(workflow).has('mask'))
    throw new ToolError('configuration', 'inpainter: the workflow has no {{mask}}; an inpainter needs one')
  return {
    facts,
    async inpaint(picture, mask) {
      const hard = { ...mask, data: mask.data.map((level) => (level >= 128 ? 255 : 0)) }
      checkSize(mask, picture.width, picture.height)
      if (hard.data.every((level) => level === 255))
        throw new ToolError(
          'tool-failed',
          'comfyui: the mask covers the complete picture, expected some surroundings to continue',
        )
      if (hard.data.every((level) => level === 0)) return { ...picture, data: picture.data.slice() }
      const request = { picture, prompt, region: hard, seed: seedOf(picture, hard) }
      return within(picture, await turn(() => run(server, workflow, request, limitOf(facts))), hard)
    },
  }
}

/** What a workflow that edits is asked for. */
export interface ComfyUiEdit extends GenerationRequest {
  /** Further pictures, each at its own size. */
  readonly more?: readonly Picture[] | undefined
}

/** A workflow that edits by instruction. */
export interface ComfyUiEditing {
  /** What it takes of a call: `picture` and `prompt`, and maybe `picture2` and so on, `mask`, `seed`, `negative`. */
  readonly placeholders: ReadonlySet<string>
  /** What decides its pictures: the workflow with its models. */
  readonly version: string
  /** Number of further pictures that it requires. */
  readonly mostPictures: number
  /** Makes a picture of the request's size. @throws ToolError */
  edit(request: ComfyUiEdit, signal: AbortSignal): Promise<Picture>
}

/** Edits by instruction on a ComfyUI server: a workflow with `{{picture}}` and `{{prompt}}`. @throws ToolError `configuration` */
export function comfyUiEditing(name: string, options: ComfyUiOptions): ComfyUiEditing {
  const { workflow, facts, server } = open(name, options)
  const placeholders = placeholdersOf(workflow)
  for (const [needed, what] of Object.entries({ picture: 'the picture', prompt: 'the instruction' }))
    if (!placeholders.has(needed))
      throw new ToolError(
        'configuration',
        `${name}: the workflow has no {{${needed}}}, expected a placeholder for ${what}`,
      )
  if (placeholders.has('control'))
    throw new ToolError(
      'configuration',
      `${name}: the workflow has {{control}}, for which an edit has no picture`,
    )
  const places = furtherPictures.filter((place) => placeholders.has(place))
  return {
    placeholders,
    version: facts.version,
    mostPictures: places.length,
    async edit(request, signal) {
      const { more = [] } = request
      if (more.length < places.length)
        throw new ToolError(
          'tool-failed',
          `${name}: the workflow has {{${places[more.length]}}}, expected ${places.length} pictures in addition to the edited one, got ${more.length}`,
        )
      return run(server, workflow, request, signal)
    },
  }
}

const limitOf = ({ timeLimitSeconds }: ToolFacts): AbortSignal => AbortSignal.timeout(1000 * timeLimitSeconds)

interface Opened {
  readonly workflow: Workflow
  readonly facts: ToolFacts
  readonly server: ComfyServer
  /** Holds calls to the concurrency, whoever makes them; their time limits begin when they are sent. */
  readonly turn: LimitFunction
}

function open(job: string, options: ComfyUiOptions): Opened {
  const { url, concurrency = 1, timeLimitSeconds = 600, pollSeconds = 0.5, headers } = options
  const workflow = withModels(job, options)
  const name = typeof options.workflow === 'string' ? options.workflow : 'own workflow'
  const digest = createHash('sha256')
    .update(JSON.stringify([workflow, options.prompt ?? null]))
    .digest('hex')
    .slice(0, 12)
  const service = {
    name: `${job} (${name})`,
    baseUrl: url,
    ...(headers && { headers, secret: headers.authorization?.replace(/^\w+ /, '') }),
    ...(options.retries !== undefined && { retries: options.retries }),
    ...(options.backoffSeconds !== undefined && { backoffSeconds: options.backoffSeconds }),
    ...(options.fetch && { fetch: options.fetch }),
  }
  return {
    workflow,
    facts: {
      implementation: `comfyui:${name}`,
      version: `${adapterVersion}+${digest}`,
      concurrency,
      timeLimitSeconds,
    },
    server: comfyServer(service, pollSeconds),
    turn: pLimit(concurrency),
  }
}

/** The workflow with the files of its models; pictures and words are filled in by each call. */
function withModels(job: string, { workflow, models = {} }: ComfyUiOptions): Workflow {
  const { nodes, models: usual }: WorkflowTemplate =
    typeof workflow === 'string' ? workflowTemplates[workflow] : { nodes: workflow, models: {} }
  const held = [...placeholdersOf(nodes)]
  const wanted = held.filter((name) => name.startsWith('model:')).map((name) => name.slice('model:'.length))
  const unknown = Object.keys(models).filter((name) => !wanted.includes(name))
  if (unknown.length > 0)
    throw new ToolError(
      'configuration',
      `${job}: the workflow has no model '${unknown[0]}'; it has ${wanted.join(', ') || 'none'}`,
    )
  const files = Object.fromEntries(wanted.map((name) => [name, models[name] ?? usual[name]]))
  const missing = wanted.filter((name) => files[name] === undefined)
  if (missing.length > 0)
    throw new ToolError(
      'configuration',
      `${job}: the workflow needs the file of model '${missing[0]}'; name it under "models": { "${missing[0]}": "….safetensors" }`,
    )
  const known = new Set([
    'picture',
    ...furtherPictures,
    'mask',
    'control',
    'prompt',
    'negative',
    'seed',
    'width',
    'height',
    'call',
  ])
  const strange = held.find((name) => !known.has(name) && !name.startsWith('model:'))
  if (strange !== undefined)
    throw new ToolError(
      'configuration',
      `${job}: the workflow has the placeholder {{${strange}}}; expected {{${[...known].filter((name) => !furtherPictures.includes(name)).join('}}, {{')}}}, {{picture2}} and so on, or {{model:<name>}}`,
    )
  // Placeholders that a call fills stand for themselves until then.
  const later = Object.fromEntries([...known].map((name) => [name, `{{${name}}}`]))
  return filled(nodes, {
    ...later,
    ...Object.fromEntries(wanted.map((name) => [`model:${name}`, files[name]])),
  })
}

/** Placeholders of further pictures. */
const furtherPictures: readonly string[] = Array.from({ length: 15 }, (_, i) => `picture${i + 2}`)

/** Latents are of 8 pixels, of FLUX of 16: sizes between are cut by the server, so pictures are padded before. */
const sizeStep = 16

async function run(
  server: ComfyServer,
  workflow: Workflow,
  { picture, more = [], prompt, negative = '', region, control, seed }: ComfyUiEdit,
  signal: AbortSignal,
): Promise<Picture> {
  const needed = placeholdersOf(workflow)
  const { width, height } = paddedSize(picture)
  const upload = async (name: string, of: () => Picture): Promise<string | undefined> =>
    needed.has(name) ? server.upload(padded(of(), width, height), signal) : undefined
  const further: Record<string, string | undefined> = {}
  for (const [i, each] of more.entries()) {
    const own = paddedSize(each)
    further[`picture${i + 2}`] = await server.upload(padded(each, own.width, own.height), signal)
  }
  const values = {
    ...further,
    picture: await upload('picture', () => picture),
    mask: await upload('mask', () => maskPicture(region, picture)),
    control: control && (await upload('control', () => resizePicture(control.picture, picture))),
    prompt,
    negative,
    seed,
    width,
    height,
    call: randomUUID(),
  }
  const result = await server.run(filled(workflow, values), signal)
  const sized =
    result.width === width && result.height === height ? result : resizePicture(result, { width, height })
  return cropped(sized, picture)
}

const paddedSize = ({ width, height }: Picture): { width: number; height: number } => ({
  width: Math.ceil(width / sizeStep) * sizeStep,
  height: Math.ceil(height / sizeStep) * sizeStep,
})

/** The picture with its last column and row repeated to this size. */
function padded(picture: Picture, width: number, height: number): Picture {
  if (picture.width === width && picture.height === height) return picture
  const data = new Uint8Array(3 * width * height)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const from = 3 * (Math.min(y, picture.height - 1) * picture.width + Math.min(x, picture.width - 1))
      data.set(picture.data.subarray(from, from + 3), 3 * (y * width + x))
    }
  return { width, height, data }
}

function cropped(picture: Picture, { width, height }: Picture): Picture {
  if (picture.width === width && picture.height === height) return picture
  const data = new Uint8Array(3 * width * height)
  for (let y = 0; y < height; y++)
    data.set(picture.data.subarray(3 * y * picture.width, 3 * (y * picture.width + width)), 3 * y * width)
  return { width, height, data }
}

/** White where something is to be painted; all of it where no region is given. */
function maskPicture(mask: Mask | undefined, { width, height }: Picture): Picture {
  const data = new Uint8Array(3 * width * height).fill(255)
  if (mask) {
    checkSize(mask, width, height)
    for (let i = 0; i < width * height; i++) data.fill(mask.data[i] as number, 3 * i, 3 * i + 3)
  }
  return { width, height, data }
}

/** The result where the mask is, the picture where it is not, and a mixture where it is in between. */
function within(picture: Picture, result: Picture, mask: Mask): Picture {
  checkSize(mask, picture.width, picture.height)
  const data = picture.data.slice()
  for (let i = 0; i < mask.data.length; i++) {
    const share = (mask.data[i] as number) / 255
    if (share === 0) continue
    for (let c = 3 * i; c < 3 * i + 3; c++)
      data[c] = Math.round((picture.data[c] as number) * (1 - share) + (result.data[c] as number) * share)
  }
  return { width: picture.width, height: picture.height, data }
}

function checkSize(mask: Mask, width: number, height: number): void {
  if (mask.width !== width || mask.height !== height)
    throw new ToolError(
      'tool-failed',
      `comfyui: expected a mask of the picture's size, ${width}×${height}, got ${mask.width}×${mask.height}`,
    )
}

function seedOf(picture: Picture, mask: Mask): number {
  return createHash('sha256').update(pictureHash(picture)).update(mask.data).digest().readUInt32LE(0)
}
