import { existsSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { z } from 'zod'
import { readTextFile } from '../../files/index.ts'
import { variants } from '../../models/index.ts'
import { type PictureTrainingOptions, type TrainingOption, trainingOptions } from '../../train/index.ts'
import { UsageError } from '../failure.ts'
import type { TrainingLanguage } from './triplets.ts'

/** Options of the trainer that are no matter of a configuration. */
type Inner = 'sampleEvery' | 'sessions' | 'arena'

/** The names of the trainer's options that a configuration and the command line take, in their order. */
export const configurable: readonly Exclude<keyof typeof trainingOptions, Inner>[] = (
  Object.keys(trainingOptions) as (keyof typeof trainingOptions)[]
).filter((name): name is Exclude<typeof name, Inner> => !['sampleEvery', 'sessions', 'arena'].includes(name))

/** A training run as its configuration file has it. Paths are relative to the file. */
export interface TrainingConfiguration
  extends Partial<
    Omit<
      PictureTrainingOptions,
      'model' | 'output' | 'features' | 'heldOut' | 'resume' | 'memory' | 'provider' | 'threads'
    >
  > {
  /** Checkpoint folder, or the name of a model; with `base` the weights of a text-to-image model. */
  readonly model?: string | undefined
  /** Folder that the run writes to. */
  readonly output?: string | undefined
  /** A list of triplets (the official trainer's .json, or .jsonl), a shard, or an export's folder. */
  readonly data?: string | undefined
  /** A list like `data`, for `evaluateEvery`. */
  readonly heldOut?: string | undefined
  /** Of instructions, where the data has both. Default: `both`. */
  readonly language?: TrainingLanguage | undefined
  /** Folder of cached latents and features. Default: `.pentimento-cache` next to the data. */
  readonly cache?: string | undefined
}

const number = z.number().optional()
const text = z.string().optional()

/** What a row of the table takes, for a schema; ranges are checked by the trainer. */
function schemaOf({ kind, choices }: TrainingOption<unknown>): z.ZodType {
  if (kind === 'choice') return z.enum(choices as [string, ...string[]]).optional()
  return kind === 'switch' ? z.boolean().optional() : number
}

const schema = z.strictObject({
  ...Object.fromEntries(configurable.map((name) => [name, schemaOf(trainingOptions[name])])),
  model: text,
  base: z.enum(['flux', 'sd3']).optional(),
  languageModel: text,
  autoencoder: text,
  data: text,
  heldOut: text,
  language: z.enum(['en', 'cn', 'both']).optional(),
  kinds: z.record(z.string(), z.number()).optional(),
  output: text,
  size: number,
  variant: z.enum(variants).optional(),
  precision: z.enum(['fp32', 'int8', 'int4']).optional(),
  lora: z
    .strictObject({
      rank: number,
      alpha: number,
      targets: z.array(z.string()).optional(),
      format: z.enum(['kohya', 'peft']).optional(),
      from: text,
    })
    .optional(),
  samples: z.strictObject({ every: number, count: number, steps: number, guidance: number }).optional(),
  dtype: z.enum(['f32', 'bf16', 'f16']).optional(),
  cache: text,
})

/** Reads a configuration file. @throws UsageError that names the field which does not fit, FileError */
export async function readConfiguration(file: string): Promise<TrainingConfiguration> {
  const read = parsed(file, await readTextFile(file))
  const folder = dirname(file)
  const place = (path: string | undefined) => (path === undefined ? undefined : resolve(folder, path))
  return {
    ...read,
    model: read.model === undefined ? undefined : modelBeside(folder, read.model),
    ...(read.languageModel !== undefined && { languageModel: modelBeside(folder, read.languageModel) }),
    ...(read.autoencoder !== undefined && { autoencoder: place(read.autoencoder) }),
    data: place(read.data),
    heldOut: place(read.heldOut),
    output: place(read.output),
    cache: place(read.cache),
    ...(read.lora && { lora: { ...read.lora, from: place(read.lora.from) } }),
  }
}

function parsed(file: string, content: string): TrainingConfiguration {
  let json: unknown
  try {
    json = JSON.parse(content)
  } catch (error) {
    throw new UsageError(`${file}: not JSON (${(error as Error).message})`, { cause: error })
  }
  const result = schema.safeParse(json)
  if (result.success) return result.data
  const [issue] = result.error.issues
  throw new UsageError(`${file}: ${issue?.path.join('.') || 'the document'}: ${issue?.message}`)
}

/** A folder relative to the configuration, or the name of a model. */
function modelBeside(folder: string, model: string): string {
  const path = resolve(folder, model)
  return /^\.{1,2}[\\/]/.test(model) || existsSync(path) ? path : model
}
