import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { foreignWeights, withoutVariants } from '../../../weights/index.ts'
import { readJson } from '../../checkpoint/json.ts'
import type { FolderListing } from '../../checkpoint/listing.ts'
import { EditError } from '../../error.ts'
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

const partNames = [
  'transformer',
  'autoencoder',
  'text encoder',
  'text encoder 2',
  'tokenizer',
  'tokenizer 2',
] as const
export type KontextPart = (typeof partNames)[number]

/** Where a part is looked for, in this order, and its name in errors. */
interface Place {
  /** Folders of diffusers' layout, with a file that shows that it is one. */
  readonly folder: string
  readonly holds: RegExp
  /** Single files, as Black Forest Labs and ComfyUI name them. */
  readonly file?: RegExp
  readonly words: string
}

const weights = /\.safetensors(\.index\.json)?$/
const places: Readonly<Record<KontextPart, Place>> = {
  transformer: {
    folder: 'transformer',
    holds: weights,
    file: /^(?!.*lora).*kontext.*\.safetensors$/i,
    words: 'the transformer (flux1-kontext-dev.safetensors or transformer/)',
  },
  autoencoder: {
    folder: 'vae',
    holds: /^diffusion_pytorch_model.*\.safetensors$/,
    file: /^(flux[\w-]*)?(vae|ae)(\.[\w-]+)?\.safetensors$/i,
    words: 'the autoencoder (ae.safetensors or vae/)',
  },
  'text encoder': {
    folder: 'text_encoder',
    holds: weights,
    file: /^clip[_-]?l(?![a-z]).*\.safetensors$|^vit-l-14.*\.safetensors$/i,
    words: "CLIP's text encoder (clip_l.safetensors or text_encoder/)",
  },
  'text encoder 2': {
    folder: 'text_encoder_2',
    holds: weights,
    file: /^t5[\w.-]*\.safetensors$/i,
    words: "T5's encoder (t5xxl_fp16.safetensors or text_encoder_2/)",
  },
  tokenizer: {
    folder: 'tokenizer',
    holds: /^(tokenizer|vocab)\.json$/,
    words: "CLIP's tokenizer (tokenizer/ with vocab.json and merges.txt)",
  },
  'tokenizer 2': {
    folder: 'tokenizer_2',
    holds: /^tokenizer\.json$/,
    words: "T5's tokenizer (tokenizer_2/ with tokenizer.json)",
  },
}

/** Folders of ComfyUI's order in which single files lie. */
const comfyFolders = ['diffusion_models', 'unet', 'vae', 'text_encoders', 'clip']

/** By the pipeline's class, the transformer's name, or the two text encoders that no other editor has together. */
export function recognises({ files, folders, pipeline }: FolderListing): boolean {
  if (pipeline) return /^FluxKontext/i.test(pipeline.className ?? '')
  const has = (part: KontextPart): boolean => {
    const { file, folder } = places[part]
    return folders.includes(folder) || files.some((name) => file?.test(name))
  }
  return (
    files.some((name) => places.transformer.file!.test(name)) ||
    (has('text encoder 2') && has('text encoder'))
  )
}

/** Finds the parts of a folder. @throws EditError that names the missing and the existing parts */
export async function findKontext({
  folder,
  files,
  folders,
  pipeline,
}: FolderListing): Promise<KontextFolder> {
  const unquantised = (names: readonly string[]) => names.filter((name) => !/\.int[48]\./.test(name))
  const candidates = [...files]
  for (const name of comfyFolders)
    if (folders.includes(name))
      for (const file of await readdir(join(folder, name))) candidates.push(`${name}/${file}`)
  const plain = withoutVariants(candidates)
  const baseOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1)
  const parts: Partial<Record<KontextPart, string>> = {}
  const missing: string[] = []
  for (const part of partNames) {
    const place = places[part]
    const inFolder = folders.includes(place.folder) && (await holds(join(folder, place.folder), place.holds))
    const single = plain.filter((path) => place.file?.test(baseOf(path)))
    // A folder's own quantised copies come after what they were made from.
    const [first, ...others] = unquantised(single).length > 0 ? unquantised(single) : single
    if (inFolder && (pipeline || first === undefined)) parts[part] = join(folder, place.folder)
    else if (first === undefined) missing.push(place.words)
    else if (others.length > 0)
      throw new EditError(
        'checkpoint',
        `${folder}: several files for ${place.words.replace(/ \(.*/, '')} (${[first, ...others].join(', ')}); keep one in the folder`,
      )
    else parts[part] = join(folder, first)
  }
  if (missing.length > 0) {
    const foreign = foreignWeights(files)
    const found = [...new Set([...files, ...folders])]
      .sort()
      .map((name) => foreign.find((each) => each.startsWith(`${name} (`)) ?? name)
    throw new EditError(
      'checkpoint',
      `${folder}: missing ${missing.join(' and ')} of FLUX.1 Kontext; found ${found.join(', ') || 'nothing'}`,
    )
  }
  const complete = parts as Record<KontextPart, string>
  return { family: familyName, folder, parts: complete, hints: await readHints(folder, complete) }
}

async function holds(folder: string, wanted: RegExp): Promise<boolean> {
  return (await readdir(folder)).some((name) => wanted.test(name))
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
