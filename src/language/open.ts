import { join } from 'node:path'
import { z } from 'zod'
import type { ParameterSource } from '../graph/index.ts'
import { parseQwenConfig, type Qwen25VLConfig, type QwenTextConfig, seesPictures } from '../models/index.ts'
import {
  choosePlan,
  freeAll,
  freeMemory,
  openRuntime,
  type Plan,
  type Runtime,
  type RuntimeOptions,
} from '../onnx/index.ts'
import { checkComplete } from './complete.ts'
import { Decoding } from './decoding.ts'
import { LanguageError } from './error.ts'
import { findLanguageModel } from './find.ts'
import { readJson } from './json.ts'
import { type LanguageFacts, LanguageModel } from './languageModel.ts'
import type { Sampling } from './sampling.ts'
import { type PixelBounds, Sight } from './sight.ts'
import { openTokenizer, type Tokenizer } from './tokenizer.ts'
import { classic, type LanguageWeightsOptions, openLanguageWeights } from './weights.ts'

/** How a language model is opened. */
export interface LanguageOptions
  extends RuntimeOptions,
    Partial<
      Pick<
        LanguageWeightsOptions,
        'precision' | 'cache' | 'onIdentify' | 'onQuantize' | 'onWarning' | 'signal'
      >
    > {
  /** Bytes of memory that may be used. Default: four fifths of what is free. */
  readonly memory?: number | undefined
  /** Default: `whole` where the weights fit into memory, else `streamed`. */
  readonly plan?: Plan | undefined
  /** The runtime to use, which stays open. Default: a new one. */
  readonly runtime?: Runtime | undefined
  readonly env?: NodeJS.ProcessEnv | undefined
}

/**
 * Opens a language model: Qwen2.5-VL, Qwen2.5 or Qwen2, from a folder or by the name of a pulled one. Weights are loaded
 * with the first answer. @throws LanguageError, ModelError or WeightsError in one line
 */
export async function openLanguageModel(
  model: string,
  options: LanguageOptions = {},
): Promise<LanguageModel> {
  const { folder, tokenizer: words, name } = await findLanguageModel(model, options.env)
  const config = await readConfig(folder)
  const tokenizer = await openTokenizer(words)
  const { memory: budget = freeMemory(), precision: wanted = 'auto' } = options
  const weights = await openLanguageWeights(folder, config, { ...options, precision: wanted, budget })
  let own: Runtime | undefined
  try {
    const { source, precision } = weights
    checkComplete(source, config)
    if (!options.runtime) own = await openRuntime(options)
    const runtime = options.runtime ?? own!
    const plan = options.plan ?? choosePlan([source], budget)
    const held = { name, folder, words, source, precision, runtime, plan, budget }
    return await assemble(held, { config, tokenizer }, () =>
      freeAll([async () => own?.close(), () => weights.close()]),
    )
  } catch (error) {
    await freeAll([async () => own?.close(), () => weights.close()]).catch(() => undefined)
    throw error
  }
}

/** Weights of a language model that somebody else holds, with what else it takes to answer by them. */
export interface HeldWeights {
  readonly name: string
  /** The folder of config.json, and of generation_config.json where there is one. */
  readonly folder: string
  /** The folder of its tokenizer.json and the processor's settings. */
  readonly words: string
  readonly source: ParameterSource
  readonly precision: LanguageFacts['precision']
  readonly runtime: Runtime
  readonly plan: Plan
  /** Bytes of memory that may be used. */
  readonly budget: number
}

/**
 * A language model on weights that are open already, such as those of an editor. Closing it frees its sessions alone.
 * @throws LanguageError, ModelError or WeightsError: where the weights lack the head that scores the next token
 */
export async function languageModelOn(held: HeldWeights): Promise<LanguageModel> {
  const config = await readConfig(held.folder)
  const source = classic(held.source, config)
  checkComplete(source, config)
  const tokenizer = await openTokenizer(held.words)
  return assemble({ ...held, source }, { config, tokenizer }, () => Promise.resolve())
}

async function assemble(
  { name, folder, words, source, precision, runtime, plan, budget }: HeldWeights,
  { config, tokenizer }: { config: QwenTextConfig | Qwen25VLConfig; tokenizer: Tokenizer },
  close: () => Promise<void>,
): Promise<LanguageModel> {
  const generation = await readGeneration(folder)
  const parts = { runtime, source, config, plan, budget }
  return new LanguageModel({
    facts: { name, precision, plan, seesPictures: seesPictures(config), context: config.context },
    config,
    tokenizer,
    runtime,
    decoding: new Decoding(parts),
    sight: seesPictures(config) ? new Sight({ ...parts, config }) : undefined,
    bounds: await readBounds(words),
    endTokens: endTokensOf(tokenizer, generation.end),
    defaults: generation.sampling,
    close,
  })
}

async function readConfig(folder: string): Promise<QwenTextConfig | Qwen25VLConfig> {
  const file = join(folder, 'config.json')
  const json = await readJson(file, z.unknown())
  if (json === undefined)
    throw new LanguageError('checkpoint', `${file}: no such file; the checkpoint is incomplete`)
  return parseQwenConfig(json, file)
}

const processorSchema = z.looseObject({
  min_pixels: z.number().positive().optional(),
  max_pixels: z.number().positive().optional(),
  size: z
    .looseObject({ shortest_edge: z.number().optional(), longest_edge: z.number().optional() })
    .nullish(),
})

/** The bounds of the model's own processor; its makers' where the folder does not say. */
async function readBounds(folder: string): Promise<PixelBounds> {
  const read = await readJson(join(folder, 'preprocessor_config.json'), processorSchema)
  return {
    minPixels: read?.min_pixels ?? read?.size?.shortest_edge ?? 4 * 28 * 28,
    maxPixels: read?.max_pixels ?? read?.size?.longest_edge ?? 16_384 * 28 * 28,
  }
}

const generationSchema = z.looseObject({
  eos_token_id: z.union([z.number(), z.array(z.number())]).nullish(),
  do_sample: z.boolean().nullish(),
  temperature: z.number().nullish(),
  top_p: z.number().nullish(),
  top_k: z.number().nullish(),
  repetition_penalty: z.number().nullish(),
})

/** What a model's makers recommend. */
async function readGeneration(
  folder: string,
): Promise<{ readonly end: readonly number[]; readonly sampling: Sampling }> {
  const read = await readJson(join(folder, 'generation_config.json'), generationSchema)
  const samples = read?.do_sample === true
  const sampling = {
    ...(samples && read?.temperature != null && { temperature: read.temperature }),
    ...(samples && read?.top_p != null && { topP: read.top_p }),
    ...(samples && read?.top_k != null && read.top_k > 0 && { topK: read.top_k }),
    ...(read?.repetition_penalty != null && { repetitionPenalty: read.repetition_penalty }),
  }
  return { end: [read?.eos_token_id ?? []].flat(), sampling }
}

/** The end of a turn and the end of a text, whatever the settings say. */
function endTokensOf(tokenizer: Tokenizer, given: readonly number[]): readonly number[] {
  const named = ['<|im_end|>', '<|endoftext|>'].map((token) => tokenizer.idOf(token))
  return [...new Set([...given, ...named.filter((id) => id !== undefined)])]
}
