import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { readJson } from '../../checkpoint/json.ts'
import type { FolderListing } from '../../checkpoint/listing.ts'
import { findParts, hasPart, type PartPlace } from '../../checkpoint/places.ts'
import type { ModelDefaults, ModelFolder } from '../family.ts'

export const familyName = 'flux-kontext'

/** What `pentimento.json` and the config.json files of the parts say that tensor shapes do not. */
export interface KontextHints {
  readonly dit?:
    | {
        readonly axesDim?: [number, number, number] | undefined
        readonly numHeads?: number | undefined
        readonly theta?: number | undefined
      }
    | undefined
  readonly clip?:
    | { readonly heads?: number | undefined; readonly activation?: 'quick' | 'exact' | undefined }
    | undefined
  readonly vae?:
    | {
        readonly channelMultipliers?: number[] | undefined
        readonly groups?: number | undefined
        readonly scale?: number | undefined
        readonly shift?: number | undefined
      }
    | undefined
  /** Tokens of T5's texts. Default: 512. */
  readonly textTokens?: number | undefined
  readonly defaults?:
    | {
        readonly steps?: number | undefined
        readonly guidance?: number | undefined
        readonly size?: number | undefined
      }
    | undefined
}

const hintsSchema: z.ZodType<KontextHints> = z.object({
  dit: z
    .object({
      axesDim: z.tuple([z.number(), z.number(), z.number()]).optional(),
      numHeads: z.number().int().positive().optional(),
      theta: z.number().positive().optional(),
    })
    .optional(),
  clip: z
    .object({
      heads: z.number().int().positive().optional(),
      activation: z.enum(['quick', 'exact']).optional(),
    })
    .optional(),
  vae: z
    .object({
      channelMultipliers: z.array(z.number().int().positive()).min(1).optional(),
      groups: z.number().int().positive().optional(),
      scale: z.number().optional(),
      shift: z.number().optional(),
    })
    .optional(),
  textTokens: z.number().int().min(2).max(512).optional(),
  defaults: z
    .object({
      steps: z.number().int().min(1).max(1000).optional(),
      guidance: z.number().min(0).max(100).optional(),
      size: z.number().int().min(16).max(4096).optional(),
    })
    .optional(),
})

/** Where the parts of a FLUX.1 Kontext lie. */
export interface KontextFolder extends ModelFolder {
  readonly family: typeof familyName
  readonly parts: Readonly<Record<KontextPart, string>>
  readonly hints: KontextHints
}

export type KontextPart =
  | 'transformer'
  | 'autoencoder'
  | 'text encoder'
  | 'text encoder 2'
  | 'tokenizer'
  | 'tokenizer 2'

const weights = /\.safetensors(\.index\.json)?$/
const places: Readonly<Record<KontextPart, PartPlace>> = {
  transformer: {
    folders: ['transformer'],
    holds: weights,
    file: /^(?!.*lora).*kontext.*\.safetensors$/i,
    words: 'the transformer (flux1-kontext-dev.safetensors or transformer/)',
  },
  autoencoder: {
    folders: ['vae'],
    holds: /^diffusion_pytorch_model.*\.safetensors$/,
    file: /^(flux[\w-]*)?(vae|ae)(\.[\w-]+)?\.safetensors$/i,
    words: 'the autoencoder (ae.safetensors or vae/)',
  },
  'text encoder': {
    folders: ['text_encoder'],
    holds: weights,
    file: /^clip[_-]?l(?![a-z]).*\.safetensors$|^vit-l-14.*\.safetensors$/i,
    words: "CLIP's text encoder (clip_l.safetensors or text_encoder/)",
  },
  'text encoder 2': {
    folders: ['text_encoder_2'],
    holds: weights,
    file: /^t5[\w.-]*\.safetensors$/i,
    words: "T5's encoder (t5xxl_fp16.safetensors or text_encoder_2/)",
  },
  tokenizer: {
    folders: ['tokenizer'],
    holds: /^(tokenizer|vocab)\.json$/,
    words: "CLIP's tokenizer (tokenizer/ with vocab.json and merges.txt)",
  },
  'tokenizer 2': {
    folders: ['tokenizer_2'],
    holds: /^tokenizer\.json$/,
    words: "T5's tokenizer (tokenizer_2/ with tokenizer.json)",
  },
}

/** By the pipeline's class, the transformer's name, or the two text encoders that no other editor has together. */
export function recognises(listing: FolderListing): boolean {
  const { files, pipeline } = listing
  if (pipeline) return /^FluxKontext/i.test(pipeline.className ?? '')
  return (
    files.some((name) => places.transformer.file!.test(name)) ||
    (hasPart(listing, places['text encoder 2']) && hasPart(listing, places['text encoder']))
  )
}

/** Finds the parts of a folder. @throws EditError that names the missing and the existing parts */
export async function findKontext(listing: FolderListing): Promise<KontextFolder> {
  const { folder } = listing
  const parts = await findParts(listing, places, 'FLUX.1 Kontext')
  return { family: familyName, folder, parts, hints: await readHints(folder, parts) }
}

const transformerSchema = z.object({
  axes_dims_rope: z.tuple([z.number(), z.number(), z.number()]).optional(),
})
const clipSchema = z.object({
  num_attention_heads: z.number().optional(),
  hidden_act: z.string().optional(),
})
const vaeSchema = z.object({
  scaling_factor: z.number().optional(),
  shift_factor: z.number().optional(),
  norm_num_groups: z.number().optional(),
})

/** Hints from the parts' config.json; `pentimento.json` takes precedence. */
async function readHints(
  folder: string,
  parts: Readonly<Record<KontextPart, string>>,
): Promise<KontextHints> {
  const hints = (await readJson(join(folder, 'pentimento.json'), hintsSchema)) ?? {}
  const config = async <T>(part: KontextPart, schema: z.ZodType<T>): Promise<T | undefined> => {
    const file = join(parts[part], 'config.json')
    return existsSync(file) ? readJson(file, schema) : undefined
  }
  const transformer = await config('transformer', transformerSchema)
  const clip = await config('text encoder', clipSchema)
  const vae = await config('autoencoder', vaeSchema)
  return {
    ...hints,
    dit: { axesDim: transformer?.axes_dims_rope, ...hints.dit },
    clip: {
      heads: clip?.num_attention_heads,
      activation: clip?.hidden_act === 'gelu' ? 'exact' : undefined,
      ...hints.clip,
    },
    vae: {
      scale: vae?.scaling_factor,
      shift: vae?.shift_factor,
      groups: vae?.norm_num_groups,
      ...hints.vae,
    },
  }
}

/** What the folder's hints say, else what the model's card does. */
export function defaultsOf({ hints: { defaults = {} } }: KontextFolder): ModelDefaults {
  return {
    steps: defaults.steps ?? 28,
    guidance: defaults.guidance ?? 2.5,
    size: defaults.size ?? trainedLevel,
  }
}

/** The size of the pictures of the training, which have about its square of pixels. */
export const trainedLevel = 1024
