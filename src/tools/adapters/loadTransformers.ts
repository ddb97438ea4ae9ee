import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

/** The version that the adapters were written for. */
export const transformersVersion = '4.3.1'

/** Where the user has installed @huggingface/transformers: its own folder below that of the tools. */
export const transformersFolder = (tools: string): string => join(tools, 'transformers')

const packageFolder = (tools: string): string =>
  join(transformersFolder(tools), 'node_modules', '@huggingface', 'transformers')

/** Whether it is there. */
export const hasTransformers = (tools: string): boolean =>
  existsSync(join(packageFolder(tools), 'package.json'))

/** The command that installs it. */
export const transformersInstall = (tools: string): string =>
  `npm install --ignore-scripts --prefix "${transformersFolder(tools)}" @huggingface/transformers@${transformersVersion}`

/** A tensor of the library. */
export interface LibraryTensor {
  readonly dims: readonly number[]
  readonly data: Float32Array | Uint8Array | BigInt64Array
}

/** Options of the library's calls. */
export type Options = Readonly<Record<string, unknown>>

/** The part of @huggingface/transformers that the adapters use. */
export interface Transformers {
  readonly env: {
    cacheDir: string
    localModelPath: string
    allowRemoteModels: boolean
    remoteHost: string
    logLevel: number
  }
  readonly RawImage: new (data: Uint8Array, width: number, height: number, channels: 3) => object
  pipeline(task: 'depth-estimation', model: string, options: Options): Promise<DepthPipeline>
  readonly AutoConfig: {
    from_pretrained(model: string, options: Options): Promise<{ readonly model_type?: string }>
  }
  readonly SamModel: { from_pretrained(model: string, options: Options): Promise<SegmenterModel> }
  readonly Sam2Model: { from_pretrained(model: string, options: Options): Promise<SegmenterModel> }
  readonly AutoProcessor: { from_pretrained(model: string, options: Options): Promise<Processor> }
  readonly Florence2ForConditionalGeneration: {
    from_pretrained(model: string, options: Options): Promise<GeneratorModel>
  }
}

export type DepthPipeline = ((image: object) => Promise<{ readonly predicted_depth: LibraryTensor }>) & {
  readonly model: { readonly config: Readonly<Record<string, unknown>> }
}

export type SegmenterModel = ((inputs: object) => Promise<{
  readonly pred_masks: LibraryTensor
  readonly iou_scores: LibraryTensor
}>) & {
  readonly config: Readonly<Record<string, unknown>>
  readonly sessions: Readonly<Record<string, { readonly inputNames: readonly string[] }>>
}

export interface GeneratorModel {
  generate(inputs: object): Promise<LibraryTensor>
}

export type Processor = ((
  image: object,
  textOrOptions?: unknown,
) => Promise<Readonly<Record<string, unknown>>>) & {
  construct_prompts(task: string): string[]
  batch_decode(ids: LibraryTensor, options: Options): string[]
  post_process_masks(
    masks: LibraryTensor,
    originalSizes: unknown,
    reshapedSizes: unknown,
    options: Options,
  ): Promise<readonly LibraryTensor[]>
}

/** Loads the library. Only the tools' own process does: it brings a large native part. */
export async function loadTransformers(tools: string): Promise<Transformers> {
  const entry = join(packageFolder(tools), 'dist', 'transformers.node.mjs')
  // Not a dependency of this package: it is found in the folder where the user put it.
  return (await import(pathToFileURL(entry).href)) as Transformers
}
