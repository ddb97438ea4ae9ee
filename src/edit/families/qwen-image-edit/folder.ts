import { basename, join } from 'node:path'
import { z } from 'zod'
import type { PixelBounds } from '../../../language/index.ts'
import type { QwenImageHints, QwenVaeHints } from '../../../models/index.ts'
import { defaultHints, partConfig } from '../../checkpoint/hints.ts'
import { readJson } from '../../checkpoint/json.ts'
import type { FolderListing } from '../../checkpoint/listing.ts'
import { findParts, type PartPlace } from '../../checkpoint/places.ts'
import { EditError } from '../../error.ts'
import type { ModelDefaults, ModelFolder } from '../family.ts'
import { type QwenScheduler, qwenScheduler } from './sampling.ts'

export const familyName = 'qwen-image-edit'
export const familyTitle = 'Qwen-Image-Edit'

/** The first model takes one picture; 2509 and 2511 take several, and 2511 modulates references as at time 0. */
const variants = ['first', '2509', '2511'] as const
export type QwenVariant = (typeof variants)[number]

/** The settings in the files beside the weights. */
export interface QwenHints {
  readonly variant: QwenVariant
  readonly transformer: QwenImageHints
  readonly vae: QwenVaeHints
  /** Of the pictures that the language model sees. */
  readonly bounds: PixelBounds
  readonly scheduler: QwenScheduler
  readonly defaults: { readonly [Name in 'steps' | 'guidance' | 'size']?: number | undefined }
}

export type QwenPart = 'transformer' | 'autoencoder' | 'language model' | 'tokenizer'

/** Where the parts of a Qwen-Image-Edit lie. */
export interface QwenFolder extends ModelFolder {
  readonly family: typeof familyName
  readonly parts: Readonly<Record<QwenPart, string>>
  readonly hints: QwenHints
}

const weights = /\.safetensors(\.index\.json)?$/
const places: Readonly<Record<QwenPart, PartPlace>> = {
  transformer: {
    folders: ['transformer'],
    holds: weights,
    file: /^(?!.*(lora|lightning)).*qwen[-_]?image[-_]?edit.*\.safetensors$/i,
    words: 'the transformer (transformer/ or qwen_image_edit_*.safetensors)',
  },
  autoencoder: {
    folders: ['vae'],
    holds: /^diffusion_pytorch_model.*\.safetensors$/,
    file: /^qwen[-_]?image[-_]?vae.*\.safetensors$/i,
    words: 'the autoencoder (vae/ or qwen_image_vae.safetensors)',
  },
  'language model': {
    folders: ['text_encoder', 'Qwen2.5-VL-7B-Instruct'],
    holds: weights,
    file: /^qwen[-_]?2\.5[-_]?vl.*\.safetensors$/i,
    words: 'the language model (text_encoder/ or qwen_2.5_vl_7b*.safetensors)',
  },
  tokenizer: {
    folders: ['processor', 'tokenizer', 'text_encoder', 'Qwen2.5-VL-7B-Instruct'],
    holds: /^tokenizer\.json$/,
    words: 'the tokenizer (processor/ with tokenizer.json, that of Qwen2.5-VL-7B-Instruct)',
  },
}

/** By the pipeline's class, or the transformer's name. */
export function recognises({ files, pipeline }: FolderListing): boolean {
  if (pipeline) return /^QwenImageEdit/i.test(pipeline.className ?? '')
  return files.some((name) => places.transformer.file!.test(name))
}

/** Finds the parts of a folder. @throws EditError that names the missing and the existing parts */
export async function findQwen(listing: FolderListing, variant?: string): Promise<QwenFolder> {
  const parts = await findParts(listing, places, familyTitle)
  return {
    family: familyName,
    folder: listing.folder,
    parts,
    hints: await readHints(listing, parts, variant),
  }
}

const wholeSchema = z.number().int().positive()
const ownSchema = z.object({
  variant: z.enum(variants).optional(),
  defaults: defaultHints.optional(),
})
const transformerSchema = z.object({
  axes_dims_rope: z.tuple([z.number(), z.number(), z.number()]).optional(),
  zero_cond_t: z.boolean().nullish(),
})
const vaeSchema = z.object({
  latents_mean: z.array(z.number()).optional(),
  latents_std: z.array(z.number()).optional(),
})
const schedulerSchema = z.object({
  base_image_seq_len: wholeSchema.optional(),
  max_image_seq_len: wholeSchema.optional(),
  base_shift: z.number().optional(),
  max_shift: z.number().optional(),
  shift_terminal: z.number().nullish(),
})
const processorSchema = z.object({
  min_pixels: wholeSchema.nullish(),
  max_pixels: wholeSchema.nullish(),
  size: z.object({ shortest_edge: wholeSchema.optional(), longest_edge: wholeSchema.optional() }).nullish(),
})

/** https://huggingface.co/Qwen/Qwen-Image-Edit/blob/main/processor/preprocessor_config.json */
const publishedBounds: PixelBounds = { minPixels: 3136, maxPixels: 12_845_056 }

async function readHints(
  { folder, pipeline }: FolderListing,
  parts: QwenFolder['parts'],
  asked: string | undefined,
): Promise<QwenHints> {
  const own = (await readJson(join(folder, 'pentimento.json'), ownSchema)) ?? {}
  const transformer = await partConfig(parts.transformer, transformerSchema)
  const vae = await partConfig(parts.autoencoder, vaeSchema)
  const processor = await readJson(join(folder, 'processor', 'preprocessor_config.json'), processorSchema)
  const scheduler = await readJson(join(folder, 'scheduler', 'scheduler_config.json'), schedulerSchema)
  const named = `${basename(folder)} ${basename(parts.transformer)}`
  const variant = variantOf(
    asked,
    own.variant,
    pipeline?.className,
    named,
    transformer?.zero_cond_t ?? undefined,
  )
  return {
    variant,
    transformer: {
      axesDim: transformer?.axes_dims_rope,
      zeroCondT: transformer?.zero_cond_t ?? variant === '2511',
    },
    vae: { means: vae?.latents_mean, deviations: vae?.latents_std },
    bounds: {
      minPixels: processor?.min_pixels ?? processor?.size?.shortest_edge ?? publishedBounds.minPixels,
      maxPixels: processor?.max_pixels ?? processor?.size?.longest_edge ?? publishedBounds.maxPixels,
    },
    scheduler: scheduler
      ? {
          fewTokens: scheduler.base_image_seq_len ?? qwenScheduler.fewTokens,
          manyTokens: scheduler.max_image_seq_len ?? qwenScheduler.manyTokens,
          fewShift: scheduler.base_shift ?? qwenScheduler.fewShift,
          manyShift: scheduler.max_shift ?? qwenScheduler.manyShift,
          terminal: scheduler.shift_terminal ?? undefined,
        }
      : qwenScheduler,
    defaults: own.defaults ?? {},
  }
}

/** The requested variant; else the folder's; else by the pipeline's class and `zero_cond_t`; else what names say. */
function variantOf(
  asked: string | undefined,
  own: QwenVariant | undefined,
  className: string | undefined,
  names: string,
  zeroCondT: boolean | undefined,
): QwenVariant {
  if (asked !== undefined) {
    const known = variants.find((each) => each === asked)
    if (known === undefined)
      throw new EditError(
        'input',
        `variant: expected ${variants.join(', ')} of ${familyTitle}, got '${asked}'`,
      )
    return known
  }
  if (own !== undefined) return own
  if (zeroCondT || /2511/.test(names)) return '2511'
  if (/plus/i.test(className ?? '') || /2509|plus/i.test(names)) return '2509'
  return 'first'
}

/** The defaults of the folder's hints, else of the model's card. */
export function defaultsOf({ hints: { variant, defaults } }: QwenFolder): ModelDefaults {
  return {
    steps: defaults.steps ?? (variant === '2511' ? 40 : 50),
    guidance: defaults.guidance ?? 4,
    size: defaults.size ?? 1024,
    // Without a negative prompt the pipelines have no guidance; the cards give a space.
    negative: ' ',
  }
}
