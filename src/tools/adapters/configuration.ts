import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { z } from 'zod'
import { patientSend, type Send } from '../../network/index.ts'
import { ToolError } from '../error.ts'
import type { Job, Tool } from '../tool.ts'
import { type ComfyUiOptions, comfyUiGenerator, comfyUiInpainter, workflowTemplates } from './comfyui.ts'
import { joinedGenerator } from './joinedGenerator.ts'
import { type LocalVisionOptions, localVision } from './localVision.ts'
import { onnxTools } from './onnxTools.ts'
import { openAiVision } from './openaiVision.ts'
import { transformersTools } from './transformers.ts'
import { type Coordinates, visionDetector, visionOcr, visionTagger } from './visionJobs.ts'
import type { Workflow } from './workflows/workflow.ts'

/** What is said of any server. */
interface ServerConfig {
  /** Calls at a time. */
  readonly concurrency?: number | undefined
  /** For one call with all its retries. */
  readonly timeLimitSeconds?: number | undefined
  readonly retries?: number | undefined
}

/** A language model in this process. */
interface LocalVisionConfig {
  readonly type: 'local'
  /** The name of a pulled model, such as `qwen2.5-vl-7b`, or a folder. */
  readonly model: string
  readonly precision?: 'fp32' | 'int8' | 'int4' | undefined
  readonly maxPixels?: number | undefined
  readonly memoryGB?: number | undefined
  readonly threads?: number | undefined
  readonly provider?: 'auto' | 'cpu' | 'webgpu' | 'cuda' | 'dml' | undefined
  readonly timeLimitSeconds?: number | undefined
}

interface VisionConfig extends ServerConfig {
  readonly type: 'openai'
  readonly baseUrl: string
  readonly model: string
  /** The environment variable that holds the key: keys do not belong in files. */
  readonly keyVariable?: string | undefined
  readonly json?: 'schema' | 'object' | 'prompt' | undefined
  readonly pictures?: 'jpeg' | 'png' | undefined
  /** USD for a million tokens, to know what answers cost. */
  readonly price?: { readonly input: number; readonly output: number } | undefined
}

interface ComfyUiConfig extends ServerConfig {
  readonly type: 'comfyui'
  readonly url: string
  /** The name of a workflow that comes with the package, or a file in ComfyUI's API format. */
  readonly workflow: string
  readonly models?: Readonly<Record<string, string>> | undefined
  readonly prompt?: string | undefined
  /** The environment variable that holds an `Authorization` header, for a proxy before the server. */
  readonly authorizationVariable?: string | undefined
  readonly pollSeconds?: number | undefined
}

/** A generator whose workflow may be led by edges or by depth. */
interface GeneratorConfig extends ComfyUiConfig {
  readonly control?: 'edges' | 'depth' | undefined
}

/** The job is done by asking the vision model. */
interface ByVisionConfig {
  readonly type: 'vision'
  readonly coordinates?: Coordinates | undefined
}

interface LocalConfig {
  readonly type: 'transformers'
  /** A repository as `owner/name`, or a folder. */
  readonly model: string
  readonly dtype?: 'fp32' | 'fp16' | 'q8' | 'int8' | 'uint8' | 'q4' | undefined
  readonly timeLimitSeconds?: number | undefined
}

/** An ONNX file of the user's. */
interface OnnxMattingConfig {
  readonly type: 'onnx'
  readonly file: string
  readonly side?: number | undefined
  readonly output?: 'logits' | 'coverage' | undefined
  readonly timeLimitSeconds?: number | undefined
}

interface OnnxFlowConfig {
  readonly type: 'onnx'
  readonly file: string
  readonly levels?: '0..255' | '-1..1' | undefined
  readonly size?: readonly [number, number] | undefined
  readonly timeLimitSeconds?: number | undefined
}

/** The part of a dataset's configuration that says which large models do which job, by job. */
export interface AdaptersConfig {
  readonly vision?: VisionConfig | LocalVisionConfig | undefined
  readonly matting?: OnnxMattingConfig | undefined
  readonly flow?: OnnxFlowConfig | undefined
  readonly detector?: ByVisionConfig | LocalConfig | undefined
  readonly tagger?: Omit<ByVisionConfig, 'coordinates'> | LocalConfig | undefined
  readonly ocr?: ByVisionConfig | LocalConfig | undefined
  readonly segmenter?: LocalConfig | undefined
  readonly depth?: LocalConfig | undefined
  readonly inpainter?: ComfyUiConfig | undefined
  /** Several where words alone, edges and depth each need a workflow of their own. */
  readonly generator?: GeneratorConfig | readonly GeneratorConfig[] | undefined
}

const limits = {
  concurrency: z.int().min(1).max(256).optional(),
  timeLimitSeconds: z.number().positive().max(86_400).optional(),
  retries: z.int().min(0).max(20).optional(),
}

const address = z.url({ protocol: /^https?$/, error: 'expected an address such as http://localhost:8000' })

const served = z.strictObject({
  type: z.literal('openai'),
  baseUrl: address,
  model: z.string().min(1),
  keyVariable: z.string().min(1).optional(),
  json: z.enum(['schema', 'object', 'prompt']).optional(),
  pictures: z.enum(['jpeg', 'png']).optional(),
  price: z.strictObject({ input: z.number().min(0), output: z.number().min(0) }).optional(),
  ...limits,
})

const localModel = z.strictObject({
  type: z.literal('local'),
  model: z.string().min(1),
  precision: z.enum(['fp32', 'int8', 'int4']).optional(),
  maxPixels: z
    .int()
    .min(28 * 28)
    .max(16_384 * 28 * 28)
    .optional(),
  memoryGB: z.number().positive().optional(),
  threads: z.int().min(1).max(1024).optional(),
  provider: z.enum(['auto', 'cpu', 'webgpu', 'cuda', 'dml']).optional(),
  timeLimitSeconds: limits.timeLimitSeconds,
})

const comfyUiFields = {
  type: z.literal('comfyui'),
  url: address,
  workflow: z.string().min(1),
  models: z.record(z.string(), z.string()).optional(),
  prompt: z.string().min(1).optional(),
  authorizationVariable: z.string().min(1).optional(),
  pollSeconds: z.number().min(0.01).max(60).optional(),
  ...limits,
}
const comfyUi: z.ZodType<ComfyUiConfig> = z.strictObject(comfyUiFields)
const generator: z.ZodType<GeneratorConfig> = z.strictObject({
  ...comfyUiFields,
  control: z.enum(['edges', 'depth']).optional(),
})

const local = z.strictObject({
  type: z.literal('transformers'),
  model: z.string().min(1),
  dtype: z.enum(['fp32', 'fp16', 'q8', 'int8', 'uint8', 'q4']).optional(),
  timeLimitSeconds: limits.timeLimitSeconds,
})

const onnxFile = {
  type: z.literal('onnx'),
  file: z.string().min(1),
  timeLimitSeconds: limits.timeLimitSeconds,
}
const onnxMatting: z.ZodType<OnnxMattingConfig> = z.strictObject({
  ...onnxFile,
  side: z.int().min(32).max(4096).optional(),
  output: z.enum(['logits', 'coverage']).optional(),
})
const multipleOf8 = z.int().min(128).max(4096).multipleOf(8)
const onnxFlow: z.ZodType<OnnxFlowConfig> = z.strictObject({
  ...onnxFile,
  levels: z.enum(['0..255', '-1..1']).optional(),
  size: z.tuple([multipleOf8, multipleOf8]).optional(),
})

const asked = z.strictObject({ type: z.literal('vision') })
const located = asked.extend({ coordinates: z.enum(['pixels', 'thousandths']).optional() })

/** Checks {@link AdaptersConfig}. */
export const adaptersSchema: z.ZodType<AdaptersConfig> = z.strictObject({
  vision: z.discriminatedUnion('type', [served, localModel]).optional(),
  matting: onnxMatting.optional(),
  flow: onnxFlow.optional(),
  detector: z.discriminatedUnion('type', [located, local]).optional(),
  tagger: z.discriminatedUnion('type', [asked, local]).optional(),
  ocr: z.discriminatedUnion('type', [located, local]).optional(),
  segmenter: local.optional(),
  depth: local.optional(),
  inpainter: comfyUi.optional(),
  generator: z.union([generator, z.array(generator).min(1)]).optional(),
})

/** Tools by job. */
export type AdapterTools = { readonly [J in Job]?: Tool<J> }

/** The configured tools, for `openToolbox({ adapters: opened.tools })`. */
export interface Adapters {
  readonly tools: AdapterTools
  /** Ends the process of local models. */
  close(): Promise<void>
}

/** What adapters take from around them. */
export interface AdapterSettings {
  /** Keys and proxies of servers. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** Files that the configuration names are relative to it. */
  readonly folder: string
  /** Where packs and packages of tools are. */
  readonly tools: string
}

/**
 * Makes a tool of each configured job. Nothing is sent or loaded before the first call, so that what is missing elsewhere
 * stops only what needs it. @throws ToolError `configuration`, NetworkError for a proxy that cannot be used
 */
export async function openAdapters(config: unknown, settings: AdapterSettings): Promise<Adapters> {
  const parsed = adaptersSchema.safeParse(config)
  if (!parsed.success) throw wrongConfiguration(parsed.error)
  const { data } = parsed
  const asksServers = data.vision?.type === 'openai' || data.inpainter || data.generator
  const fetch = asksServers ? patientSend(settings.env) : undefined
  const own =
    data.vision?.type === 'local' ? await localVision(localOptions(data.vision, settings)) : undefined
  const server =
    data.vision?.type === 'openai'
      ? openAiVision({
          ...data.vision,
          key: variable('vision', data.vision.keyVariable, settings.env),
          fetch,
        })
      : undefined
  const eye = own?.tool ?? server
  const see = (job: string): Tool<'vision'> => {
    if (eye) return eye
    throw new ToolError(
      'configuration',
      `tools.${job}: type 'vision' asks the vision model; configure tools.vision`,
    )
  }
  const models = transformersTools(settings.tools)
  const files = onnxTools()
  const { matting, flow, detector, tagger, ocr, segmenter, depth, inpainter, generator } = data
  const tools: AdapterTools = {
    ...(eye && { vision: eye }),
    ...(matting && {
      matting: await files.matting({
        side: matting.side ?? 1024,
        output: matting.output ?? 'logits',
        file: resolve(settings.folder, matting.file),
        timeLimitSeconds: matting.timeLimitSeconds,
      }),
    }),
    ...(flow && {
      flow: await files.flow({
        levels: flow.levels ?? '0..255',
        size: flow.size,
        file: resolve(settings.folder, flow.file),
        timeLimitSeconds: flow.timeLimitSeconds,
      }),
    }),
    ...(detector && {
      detector:
        detector.type === 'vision'
          ? visionDetector(see('detector'), detector.coordinates)
          : models.detector(detector),
    }),
    ...(tagger && { tagger: tagger.type === 'vision' ? visionTagger(see('tagger')) : models.tagger(tagger) }),
    ...(ocr && { ocr: ocr.type === 'vision' ? visionOcr(see('ocr'), ocr.coordinates) : models.ocr(ocr) }),
    ...(segmenter && { segmenter: models.segmenter(segmenter) }),
    ...(depth && { depth: models.depth(depth) }),
    ...(inpainter && {
      inpainter: comfyUiInpainter({ ...(await comfyOptions('inpainter', inpainter, settings)), fetch }),
    }),
    ...(generator && { generator: await generatorOf([generator].flat(), settings, fetch) }),
  }
  return {
    tools,
    async close() {
      await models.close()
      await files.close()
      await own?.close()
    },
  }
}

function localOptions(
  { type: _, memoryGB, ...config }: LocalVisionConfig,
  { env, folder }: AdapterSettings,
): LocalVisionOptions {
  return { ...config, folder, env, ...(memoryGB !== undefined && { memory: memoryGB * 1e9 }) }
}

function wrongConfiguration({ issues }: z.ZodError): ToolError {
  const issue = issues[0]
  const path = ['tools', ...(issue?.path ?? [])].join('.')
  const more = issues.length > 1 ? ` (and ${issues.length - 1} more)` : ''
  return new ToolError('configuration', `${path}: ${issue?.message}${more}`)
}

function variable(job: string, name: string | undefined, env: AdapterSettings['env']): string | undefined {
  if (name === undefined) return undefined
  const value = env[name]?.trim()
  if (!value)
    throw new ToolError(
      'configuration',
      `tools.${job}: the environment variable ${name} is not set; set it, or leave it out for a server without a key`,
    )
  return value
}

async function comfyOptions(
  job: string,
  { workflow, authorizationVariable, type: _, ...config }: ComfyUiConfig,
  { env, folder }: AdapterSettings,
): Promise<ComfyUiOptions> {
  const authorization = variable(job, authorizationVariable, env)
  return {
    ...config,
    ...(authorization !== undefined && { headers: { authorization } }),
    workflow: Object.hasOwn(workflowTemplates, workflow)
      ? (workflow as keyof typeof workflowTemplates)
      : await readWorkflow(`tools.${job}`, workflow, folder),
  }
}

/** @throws ToolError `configuration` */
async function generatorOf(
  configs: readonly GeneratorConfig[],
  settings: AdapterSettings,
  send: Send | undefined,
): Promise<Tool<'generator'>> {
  const generators: Tool<'generator'>[] = []
  for (const { control, ...config } of configs) {
    const options = await comfyOptions('generator', config, settings)
    generators.push(comfyUiGenerator({ ...options, fetch: send, ...(control !== undefined && { control }) }))
  }
  return joinedGenerator(generators)
}

const node = z.object({ class_type: z.string(), inputs: z.record(z.string(), z.unknown()) })

/**
 * Reads a workflow of the user's own. @param where it is named, for messages
 * @throws ToolError `configuration` that tells ComfyUI's other format apart
 */
export async function readWorkflow(where: string, name: string, folder: string): Promise<Workflow> {
  const file = resolve(folder, name)
  const names = Object.keys(workflowTemplates).join(', ')
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new ToolError(
      'configuration',
      `${where}.workflow: '${name}' is neither one of ${names} nor a file (${error.code})`,
      { cause: error },
    )
  })
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new ToolError('configuration', `${where}.workflow: ${file} is not JSON`)
  }
  if (Array.isArray((value as { nodes?: unknown } | null)?.nodes))
    throw new ToolError(
      'configuration',
      `${where}.workflow: ${file} is a saved workflow of the editor; export it in ComfyUI by Workflow → Export (API)`,
    )
  const parsed = z.record(z.string(), node).safeParse(value)
  if (!parsed.success)
    throw new ToolError(
      'configuration',
      `${where}.workflow: ${file} is not a workflow in API format (${parsed.error.issues[0]?.path.join('.')}: ${parsed.error.issues[0]?.message})`,
    )
  return parsed.data
}
