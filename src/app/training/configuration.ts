import { readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { z } from 'zod'
import { parseJson } from '../../edit/index.ts'
import { UsageError } from '../failure.ts'

/** A training run as its configuration file has it. Paths are relative to the file. */
export interface TrainingConfiguration {
  /** Checkpoint folder, or the name of one that was pulled. */
  readonly model?: string | undefined
  /** A list of triplets (the official trainer's .json, or .jsonl), a shard, or an export's folder. */
  readonly data?: string | undefined
  /** Of instructions, where the data has both; both unless given. */
  readonly language?: 'en' | 'cn' | 'both' | undefined
  /** How often triplets of a kind are seen, next to the others: `{"style_change": 2}`. */
  readonly kinds?: Readonly<Record<string, number>> | undefined
  /** Folder that the run writes to. */
  readonly output?: string | undefined
  /** Pictures are trained at about size² pixels; 512. */
  readonly size?: number | undefined
  readonly variant?: 'v1.0' | 'v1.1' | undefined
  /** Of the frozen weights of a LoRA. */
  readonly precision?: 'fp32' | 'int8' | 'int4' | undefined
  readonly lora?: LoraConfiguration | undefined
  readonly steps?: number | undefined
  readonly batch?: number | undefined
  readonly accumulate?: number | undefined
  readonly learningRate?: number | undefined
  readonly warmup?: number | undefined
  readonly decayTo?: number | undefined
  readonly beta1?: number | undefined
  readonly beta2?: number | undefined
  readonly weightDecay?: number | undefined
  readonly clip?: number | undefined
  /** Decay of the moving average of the weights; 0 keeps none. */
  readonly average?: number | undefined
  readonly seed?: number | undefined
  readonly timesteps?: 'uniform' | 'sigmoid' | 'shift' | undefined
  readonly shift?: number | undefined
  readonly balance?: 'mean' | 'decibels' | undefined
  readonly dropout?: number | undefined
  readonly checkpointing?: boolean | undefined
  readonly saveEvery?: number | undefined
  readonly keep?: number | undefined
  readonly divergence?: number | undefined
  readonly samples?: SamplesConfiguration | undefined
  /** Of the weights that are written at the end; as the checkpoint has them. */
  readonly dtype?: 'f32' | 'bf16' | 'f16' | undefined
  /** Where latents and features are kept; beside the data. */
  readonly cache?: string | undefined
}

export interface LoraConfiguration {
  readonly rank?: number | undefined
  readonly alpha?: number | undefined
  readonly targets?: readonly string[] | undefined
  readonly format?: 'kohya' | 'peft' | undefined
  /** A LoRA to go on from. */
  readonly from?: string | undefined
}

export interface SamplesConfiguration {
  /** Steps between grids; 0 makes none. */
  readonly every?: number | undefined
  /** Triplets in a grid. */
  readonly count?: number | undefined
  /** Denoising steps of each. */
  readonly steps?: number | undefined
  readonly guidance?: number | undefined
}

const number = z.number().optional()
const schema = z.strictObject({
  model: z.string().optional(),
  data: z.string().optional(),
  language: z.enum(['en', 'cn', 'both']).optional(),
  kinds: z.record(z.string(), z.number().min(0)).optional(),
  output: z.string().optional(),
  size: number,
  variant: z.enum(['v1.0', 'v1.1']).optional(),
  precision: z.enum(['fp32', 'int8', 'int4']).optional(),
  lora: z
    .strictObject({
      rank: number,
      alpha: number,
      targets: z.array(z.string()).optional(),
      format: z.enum(['kohya', 'peft']).optional(),
      from: z.string().optional(),
    })
    .optional(),
  steps: number,
  batch: number,
  accumulate: number,
  learningRate: number,
  warmup: number,
  decayTo: number,
  beta1: number,
  beta2: number,
  weightDecay: number,
  clip: number,
  average: number,
  seed: number,
  timesteps: z.enum(['uniform', 'sigmoid', 'shift']).optional(),
  shift: number,
  balance: z.enum(['mean', 'decibels']).optional(),
  dropout: number,
  checkpointing: z.boolean().optional(),
  saveEvery: number,
  keep: number,
  divergence: number,
  samples: z.strictObject({ every: number, count: number, steps: number, guidance: number }).optional(),
  dtype: z.enum(['f32', 'bf16', 'f16']).optional(),
  cache: z.string().optional(),
}) satisfies z.ZodType<TrainingConfiguration>

/** Reads a configuration file. @throws UsageError or EditError that names the field which does not fit */
export async function readConfiguration(file: string): Promise<TrainingConfiguration> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`${file}: cannot be read (${error.code ?? error.message})`)
  })
  const read = parseJson(file, text, schema as z.ZodType<TrainingConfiguration>)
  const place = (path: string | undefined) => (path === undefined ? undefined : resolve(dirname(file), path))
  return {
    ...read,
    data: place(read.data),
    output: place(read.output),
    cache: place(read.cache),
    ...(read.lora && { lora: { ...read.lora, from: place(read.lora.from) } }),
  }
}
