import { join } from 'node:path'
import { z } from 'zod'
import { readJson } from './json.ts'

/** The fields of `pentimento.json` for a transformer of FLUX's kind. */
export interface DitHints {
  readonly axesDim?: [number, number, number] | undefined
  readonly numHeads?: number | undefined
  readonly theta?: number | undefined
}

/** Its fields for an autoencoder. */
export interface VaeHints {
  readonly channelMultipliers?: number[] | undefined
  readonly groups?: number | undefined
  readonly scale?: number | undefined
  readonly shift?: number | undefined
}

/** Its fields for a CLIP text encoder. */
export interface ClipHints {
  readonly heads?: number | undefined
  readonly activation?: 'quick' | 'exact' | undefined
}

/** The model's own defaults of options that every family has. */
export interface DefaultHints {
  readonly steps?: number | undefined
  readonly guidance?: number | undefined
  readonly size?: number | undefined
}

const count = z.number().int().positive().optional()
const axes = z.tuple([z.number(), z.number(), z.number()]).optional()

export const ditHints: z.ZodType<DitHints> = z.object({
  axesDim: axes,
  numHeads: count,
  theta: z.number().positive().optional(),
})
export const vaeHints: z.ZodType<VaeHints> = z.object({
  channelMultipliers: z.array(z.number().int().positive()).min(1).optional(),
  groups: count,
  scale: z.number().optional(),
  shift: z.number().optional(),
})
export const clipHints: z.ZodType<ClipHints> = z.object({
  heads: count,
  activation: z.enum(['quick', 'exact']).optional(),
})
export const defaultHints: z.ZodType<DefaultHints> = z.object({
  steps: z.number().int().min(1).max(1000).optional(),
  guidance: z.number().min(0).max(100).optional(),
  size: z.number().int().min(16).max(4096).optional(),
})
/** Of families with a second scale of guidance. */
export const pictureGuidanceHint: z.ZodType<{ readonly pictureGuidance?: number | undefined }> = z.object({
  pictureGuidance: z.number().min(0).max(100).optional(),
})

const vaeConfig = z.object({
  scaling_factor: z.number().nullish(),
  shift_factor: z.number().nullish(),
  norm_num_groups: count,
})
const clipConfig = z.object({ num_attention_heads: count, hidden_act: z.string().optional() })
const transformerConfig = z.object({ axes_dims_rope: axes })

/** The content of a part's config.json; undefined where the part is a file or has none. @throws EditError */
export function partConfig<T>(part: string, schema: z.ZodType<T>): Promise<T | undefined> {
  return readJson(join(part, 'config.json'), schema)
}

/** What the config.json of an autoencoder of diffusers says, and `pentimento.json` before it. @throws EditError */
export async function vaeHintsOf(part: string, own: VaeHints | undefined): Promise<VaeHints> {
  const config = await partConfig(part, vaeConfig)
  return {
    scale: config?.scaling_factor ?? undefined,
    shift: config?.shift_factor ?? undefined,
    groups: config?.norm_num_groups,
    ...own,
  }
}

/** What the config.json of a CLIP text encoder says, and `pentimento.json` before it. @throws EditError */
export async function clipHintsOf(part: string, own: ClipHints | undefined): Promise<ClipHints> {
  const config = await partConfig(part, clipConfig)
  return {
    heads: config?.num_attention_heads,
    activation: config?.hidden_act === 'gelu' ? 'exact' : undefined,
    ...own,
  }
}

/** What the config.json of a transformer of FLUX's kind says, and `pentimento.json` before it. @throws EditError */
export async function ditHintsOf<T extends DitHints>(
  part: string,
  own: T | undefined,
): Promise<T & DitHints> {
  const config = await partConfig(part, transformerConfig)
  return { axesDim: config?.axes_dims_rope, ...own } as T & DitHints
}
