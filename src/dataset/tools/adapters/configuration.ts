import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { z } from 'zod'
import { DatasetError } from '../../error.ts'
import type { Job, Tool } from '../tool.ts'
import { type ComfyUiOptions, comfyUiGenerator, comfyUiInpainter, workflowTemplates } from './comfyui.ts'
import { openAiVision } from './openaiVision.ts'
import { transformersTools } from './transformers.ts'
import { visionDetector, visionOcr, visionTagger } from './visionJobs.ts'
import type { Workflow } from './workflows/workflow.ts'

const server = {
  /** Calls at a time. */
  concurrency: z.int().min(1).max(256).optional(),
  /** For one call with all its retries. */
  timeLimitSeconds: z.number().positive().max(86_400).optional(),
  retries: z.int().min(0).max(20).optional(),
}

const address = z.url({ protocol: /^https?$/, error: 'expected an address as http://host:port' })

const openAi = z.strictObject({
  type: z.literal('openai'),
  baseUrl: address,
  model: z.string().min(1),
  /** The environment variable that holds the key: keys do not belong in files. */
  keyVariable: z.string().min(1).optional(),
  json: z.enum(['schema', 'object', 'prompt']).optional(),
  pictures: z.enum(['jpeg', 'png']).optional(),
  ...server,
})

const comfyUi = z.strictObject({
  type: z.literal('comfyui'),
  url: address,
  /** The name of a workflow that comes with the package, or a file in ComfyUI's API format. */
  workflow: z.string().min(1),
  models: z.record(z.string(), z.string()).optional(),
  prompt: z.string().min(1).optional(),
  /** The environment variable that holds an `Authorization` header, for a proxy before the server. */
  authorizationVariable: z.string().min(1).optional(),
  pollSeconds: z.number().min(0.01).max(60).optional(),
  ...server,
})

const byVision = z.strictObject({
  type: z.literal('vision'),
  coordinates: z.enum(['pixels', 'thousandths']).optional(),
})

const transformers = z.strictObject({
  type: z.literal('transformers'),
  /** A repository as `owner/name`, or a folder. */
  model: z.string().min(1),
  dtype: z.enum(['fp32', 'fp16', 'q8', 'int8', 'uint8', 'q4']).optional(),
  timeLimitSeconds: server.timeLimitSeconds,
})

/** The part of a dataset's configuration that says which large models elsewhere do which job. */
export const adaptersSchema = z.strictObject({
  vision: openAi.optional(),
  detector: z.discriminatedUnion('type', [byVision, transformers]).optional(),
  tagger: z.discriminatedUnion('type', [byVision, transformers]).optional(),
  ocr: z.discriminatedUnion('type', [byVision, transformers]).optional(),
  segmenter: transformers.optional(),
  depth: transformers.optional(),
  inpainter: comfyUi.optional(),
  generator: comfyUi.optional(),
})

/** Adapters as they are configured, by job. */
export type AdaptersConfig = z.input<typeof adaptersSchema>

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
  readonly env: Readonly<Record<string, string | undefined>>
  /** Files that the configuration names are relative to it. */
  readonly folder: string
  /** Where packs and packages of tools are. */
  readonly tools: string
}

/**
 * Makes a tool of each configured job. Nothing is sent or loaded before the first call, so that what is missing elsewhere
 * stops only what needs it. @throws DatasetError `configuration`
 */
export async function openAdapters(config: unknown, settings: AdapterSettings): Promise<Adapters> {
  const parsed = adaptersSchema.safeParse(config)
  if (!parsed.success) throw wrongConfiguration(parsed.error)
  const { vision, detector, tagger, ocr, segmenter, depth, inpainter, generator } = parsed.data
  const eye = vision && openAiVision({ ...vision, key: variable('vision', vision.keyVariable, settings.env) })
  const see = (job: string): Tool<'vision'> => {
    if (eye) return eye
    throw new DatasetError(
      'configuration',
      `tools.${job}: type 'vision' asks the vision model; configure tools.vision`,
    )
  }
  const local = transformersTools(settings.tools)
  const tools: AdapterTools = {
    ...(eye && { vision: eye }),
    ...(detector && {
      detector:
        detector.type === 'vision'
          ? visionDetector(see('detector'), detector.coordinates)
          : local.detector(detector),
    }),
    ...(tagger && { tagger: tagger.type === 'vision' ? visionTagger(see('tagger')) : local.tagger(tagger) }),
    ...(ocr && { ocr: ocr.type === 'vision' ? visionOcr(see('ocr'), ocr.coordinates) : local.ocr(ocr) }),
    ...(segmenter && { segmenter: local.segmenter(segmenter) }),
    ...(depth && { depth: local.depth(depth) }),
    ...(inpainter && { inpainter: comfyUiInpainter(await comfyOptions('inpainter', inpainter, settings)) }),
    ...(generator && { generator: comfyUiGenerator(await comfyOptions('generator', generator, settings)) }),
  }
  return { tools, close: () => local.close() }
}

function wrongConfiguration({ issues }: z.ZodError): DatasetError {
  const issue = issues[0]
  const path = ['tools', ...(issue?.path ?? [])].join('.')
  const more = issues.length > 1 ? ` (and ${issues.length - 1} more)` : ''
  return new DatasetError('configuration', `${path}: ${issue?.message}${more}`)
}

function variable(job: string, name: string | undefined, env: AdapterSettings['env']): string | undefined {
  if (name === undefined) return undefined
  const value = env[name]?.trim()
  if (!value)
    throw new DatasetError(
      'configuration',
      `tools.${job}: the environment variable ${name} is not set; set it, or leave it out for a server without a key`,
    )
  return value
}

async function comfyOptions(
  job: string,
  { workflow, authorizationVariable, type: _, ...config }: z.output<typeof comfyUi>,
  { env, folder }: AdapterSettings,
): Promise<ComfyUiOptions> {
  const authorization = variable(job, authorizationVariable, env)
  return {
    ...config,
    ...(authorization !== undefined && { headers: { authorization } }),
    workflow: Object.hasOwn(workflowTemplates, workflow)
      ? (workflow as keyof typeof workflowTemplates)
      : await workflowFile(job, workflow, folder),
  }
}

const node = z.object({ class_type: z.string(), inputs: z.record(z.string(), z.unknown()) })

/** Reads a workflow of the user's own. @throws DatasetError that tells ComfyUI's other format apart */
async function workflowFile(job: string, name: string, folder: string): Promise<Workflow> {
  const file = resolve(folder, name)
  const names = Object.keys(workflowTemplates).join(', ')
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new DatasetError(
      'configuration',
      `tools.${job}.workflow: '${name}' is none of ${names}, and no file either (${error.code})`,
      { cause: error },
    )
  })
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new DatasetError('configuration', `tools.${job}.workflow: ${file} is not JSON`)
  }
  if (Array.isArray((value as { nodes?: unknown } | null)?.nodes))
    throw new DatasetError(
      'configuration',
      `tools.${job}.workflow: ${file} is a saved workflow of the editor; export it in ComfyUI by Workflow → Export (API)`,
    )
  const parsed = z.record(z.string(), node).safeParse(value)
  if (!parsed.success)
    throw new DatasetError(
      'configuration',
      `tools.${job}.workflow: ${file} is no workflow in API format (${parsed.error.issues[0]?.path.join('.')}: ${parsed.error.issues[0]?.message})`,
    )
  return parsed.data
}
