import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { z } from 'zod'
import { foreignWeights, withoutVariants } from '../../../weights/index.ts'
import {
  type ClipHints,
  clipHints,
  clipHintsOf,
  type DefaultHints,
  defaultHints,
  partConfig,
  pictureGuidanceHint,
  type VaeHints,
  vaeHints,
  vaeHintsOf,
} from '../../checkpoint/hints.ts'
import { readJson } from '../../checkpoint/json.ts'
import type { FolderListing } from '../../checkpoint/listing.ts'
import { EditError } from '../../error.ts'
import {
  type SamplerName,
  samplerNames,
  stableDiffusionNoise,
  type TrainedNoise,
} from '../../sampling/samplers.ts'
import type { ModelDefaults, ModelFolder } from '../family.ts'

export const familyName = 'instruct-pix2pix'

/** Weights for the same network that want other settings. */
export const pix2pixVariants = ['instruct-pix2pix', 'magicbrush', 'anysd'] as const
export type Pix2pixVariant = (typeof pix2pixVariants)[number]

/** What `pentimento.json` and the configurations of the parts say that tensor shapes do not. */
export interface Pix2pixHints {
  readonly variant?: Pix2pixVariant | undefined
  readonly unet?: { readonly heads?: number | undefined; readonly groups?: number | undefined } | undefined
  readonly clip?: ClipHints | undefined
  readonly vae?: VaeHints | undefined
  /** How the model was trained with noise. Default: as Stable Diffusion 1.5. */
  readonly noise?: TrainedNoise | undefined
  readonly defaults?:
    | (DefaultHints & {
        readonly pictureGuidance?: number | undefined
        readonly sampler?: SamplerName | undefined
      })
    | undefined
}

const count = z.number().int().positive().optional()
const hintsSchema: z.ZodType<Pix2pixHints> = z.object({
  variant: z.enum(pix2pixVariants).optional(),
  unet: z.object({ heads: count, groups: count }).optional(),
  clip: clipHints.optional(),
  vae: vaeHints.optional(),
  defaults: defaultHints
    .and(pictureGuidanceHint)
    .and(z.object({ sampler: z.enum(samplerNames).optional() }))
    .optional(),
})

/** Where the parts of an InstructPix2Pix lie. */
export interface Pix2pixFolder extends ModelFolder {
  readonly family: typeof familyName
  /** `scheduler` is there where the folder has one. A file of the original holds all three weights. */
  readonly parts: Readonly<Record<'unet' | 'text encoder' | 'autoencoder' | 'tokenizer', string>> & {
    readonly scheduler?: string
  }
  readonly hints: Pix2pixHints
  readonly variant: Pix2pixVariant
}

const named = /pix2pix|magic-?brush|any-?(sd|edit)/i
const isSingle = (name: string): boolean =>
  /\.safetensors$/i.test(name) && !/lora/i.test(name) && !/^(vae|text_encoder)\b/i.test(name)

/** By the pipeline's class, the folders of Stable Diffusion's parts, or the name of a file of the original. */
export function recognises({ files, folders, pipeline }: FolderListing): boolean {
  if (pipeline?.className)
    return /^(StableDiffusion(InstructPix2Pix)?Pipeline$|AnySD)/.test(pipeline.className)
  const parts = ['text_encoder', 'tokenizer', 'scheduler']
  if (folders.includes('unet') && parts.some((part) => folders.includes(part))) return true
  return files.some((name) => named.test(name) && /\.(safetensors|ckpt|pt|pth|bin)$/i.test(name))
}

/** Finds the parts of a folder. @throws EditError that names the missing and the existing parts */
export async function findPix2pix(listing: FolderListing, variant?: string): Promise<Pix2pixFolder> {
  const { folder, folders, pipeline } = listing
  const asked = pix2pixVariants.find((each) => each === variant)
  if (variant !== undefined && asked === undefined)
    throw new EditError(
      'input',
      `variant: expected ${pix2pixVariants.join(', ')} of InstructPix2Pix, got '${variant}'`,
    )
  const isDiffusers = pipeline !== undefined || folders.includes('unet')
  const parts = isDiffusers ? await diffusersParts(listing) : await originalParts(listing)
  const hints = await readHints(folder, parts)
  const named = `${basename(folder)} ${basename(parts.unet)}`
  return { family: familyName, folder, parts, hints, variant: asked ?? hints.variant ?? variantOf(named) }
}

function variantOf(name: string): Pix2pixVariant {
  if (/magic-?brush/i.test(name)) return 'magicbrush'
  return /any-?(sd|edit)/i.test(name) ? 'anysd' : 'instruct-pix2pix'
}

const tokenizerWords = 'the tokenizer (tokenizer/ with vocab.json and merges.txt)'
const hasTokenizer = (folder: string): boolean =>
  existsSync(join(folder, 'tokenizer.json')) ||
  (existsSync(join(folder, 'vocab.json')) && existsSync(join(folder, 'merges.txt')))

async function diffusersParts(listing: FolderListing): Promise<Pix2pixFolder['parts']> {
  const { folder, folders } = listing
  const at = (name: string): string => join(folder, name)
  const missing: string[] = []
  for (const [name, words] of [
    ['unet', 'the UNet (unet/)'],
    ['text_encoder', "CLIP's text encoder (text_encoder/)"],
    ['vae', 'the autoencoder (vae/)'],
  ] as const) {
    const names = folders.includes(name) ? await readdir(at(name)) : []
    if (names.some((each) => /\.safetensors(\.index\.json)?$/.test(each))) continue
    const [foreign] = foreignWeights(names)
    missing.push(foreign === undefined ? words : `${words}: there is ${name}/${foreign}`)
  }
  if (!hasTokenizer(at('tokenizer'))) missing.push(tokenizerWords)
  refuse(listing, missing)
  return {
    unet: at('unet'),
    'text encoder': at('text_encoder'),
    autoencoder: at('vae'),
    tokenizer: at('tokenizer'),
    ...(folders.includes('scheduler') && { scheduler: at('scheduler') }),
  }
}

/** Of a file of the original, which lies beside its tokenizer. */
async function originalParts(listing: FolderListing): Promise<Pix2pixFolder['parts']> {
  const { folder } = listing
  const all = withoutVariants(listing.files).filter(isSingle)
  // A folder's own quantised copies come after what they were made from.
  const whole = all.filter((name) => !/\.int[48]\./.test(name))
  const [file, ...others] = whole.length > 0 ? whole : all
  const tokenizer = [join(folder, 'tokenizer'), folder].find(hasTokenizer)
  refuse(listing, [
    ...(file === undefined ? ['the model (instruct-pix2pix-00-22000.safetensors)'] : []),
    ...(tokenizer === undefined ? [tokenizerWords] : []),
  ])
  if (others.length > 0)
    throw new EditError(
      'checkpoint',
      `${folder}: several models (${[file, ...others].join(', ')}); keep one in the folder`,
    )
  const path = join(folder, file!)
  return { unet: path, 'text encoder': path, autoencoder: path, tokenizer: tokenizer! }
}

function refuse({ folder, files, folders }: FolderListing, missing: readonly string[]): void {
  if (missing.length === 0) return
  const foreign = foreignWeights(files)
  const found = [...new Set([...files, ...folders])]
    .sort()
    .map((name) => foreign.find((each) => each.startsWith(`${name} (`)) ?? name)
  const pickled = foreign.length > 0 || missing.some((each) => each.includes('pickled'))
  throw new EditError(
    'checkpoint',
    `${folder}: missing ${missing.join(' and ')} of InstructPix2Pix; found ${found.join(', ') || 'nothing'}${pickled ? '; docs/models.md says how pickled weights are converted' : ''}`,
  )
}

const unetSchema = z.object({
  attention_head_dim: z.union([z.number(), z.array(z.number())]).optional(),
  num_attention_heads: z.union([z.number(), z.array(z.number())]).nullish(),
  norm_num_groups: z.number().optional(),
})
const schedulerSchema = z.object({
  _class_name: z.string().optional(),
  num_train_timesteps: z.number().int().positive().optional(),
  beta_start: z.number().optional(),
  beta_end: z.number().optional(),
  beta_schedule: z.string().optional(),
  prediction_type: z.string().optional(),
  steps_offset: z.number().int().optional(),
  set_alpha_to_one: z.boolean().optional(),
})

/** Schedulers of diffusers, by the sampler that is the same. */
const samplersByClass: Readonly<Record<string, SamplerName>> = {
  EulerAncestralDiscreteScheduler: 'euler-ancestral',
  DDIMScheduler: 'ddim',
  PNDMScheduler: 'pndm',
}

/** Hints from the parts' configurations; `pentimento.json` takes precedence. */
async function readHints(folder: string, parts: Pix2pixFolder['parts']): Promise<Pix2pixHints> {
  const hints = (await readJson(join(folder, 'pentimento.json'), hintsSchema)) ?? {}
  const unet = await partConfig(parts.unet, unetSchema)
  const scheduler = await schedulerHints(parts.scheduler)
  const sampler = parts.unet.endsWith('.safetensors') ? 'k-euler-ancestral' : scheduler.sampler
  const { defaults } = hints
  return {
    ...hints,
    unet: { heads: headsOf(parts.unet, unet), groups: unet?.norm_num_groups, ...hints.unet },
    clip: await clipHintsOf(parts['text encoder'], hints.clip),
    vae: await vaeHintsOf(parts.autoencoder, hints.vae),
    noise: scheduler.noise,
    defaults: { ...defaults, sampler: defaults?.sampler ?? sampler },
  }
}

/** `attention_head_dim` is the number of heads here, a slip of the original's. */
function headsOf(part: string, config: z.infer<typeof unetSchema> | undefined): number | undefined {
  const heads = config?.num_attention_heads ?? config?.attention_head_dim
  if (!Array.isArray(heads)) return heads
  if (new Set(heads).size === 1) return heads[0]
  throw new EditError(
    'checkpoint',
    `${part}: attention_head_dim: expected one number of heads as in Stable Diffusion 1.x, got [${heads}]`,
  )
}

async function schedulerHints(
  folder: string | undefined,
): Promise<{ readonly noise: TrainedNoise; readonly sampler: SamplerName | undefined }> {
  const usual = stableDiffusionNoise
  const file = join(folder ?? '', 'scheduler_config.json')
  const config = (folder === undefined ? undefined : await readJson(file, schedulerSchema)) ?? {}
  const expect = (name: string, expected: string, got: string | undefined): void => {
    if (got !== undefined && got !== expected)
      throw new EditError('checkpoint', `${file}: ${name}: expected ${expected}, got ${got}`)
  }
  expect('prediction_type', 'epsilon', config.prediction_type)
  expect('beta_schedule', 'scaled_linear', config.beta_schedule)
  return {
    noise: {
      times: config.num_train_timesteps ?? usual.times,
      firstBeta: config.beta_start ?? usual.firstBeta,
      lastBeta: config.beta_end ?? usual.lastBeta,
      offset: config.steps_offset ?? usual.offset,
      lastAlpha: config.set_alpha_to_one === true ? 'one' : usual.lastAlpha,
    },
    sampler: samplersByClass[config._class_name ?? ''],
  }
}

/** The defaults of each variant's authors. */
const own: Readonly<Record<Pix2pixVariant, { steps: number; guidance: number; pictureGuidance: number }>> = {
  'instruct-pix2pix': { steps: 100, guidance: 7.5, pictureGuidance: 1.5 },
  magicbrush: { steps: 20, guidance: 7, pictureGuidance: 1.5 },
  anysd: { steps: 100, guidance: 3, pictureGuidance: 3 },
}

/** The defaults of the folder's hints, else of the variant's authors. */
export function defaultsOf({ hints: { defaults = {} }, variant }: Pix2pixFolder): ModelDefaults {
  return {
    steps: defaults.steps ?? own[variant].steps,
    guidance: defaults.guidance ?? own[variant].guidance,
    pictureGuidance: defaults.pictureGuidance ?? own[variant].pictureGuidance,
    sampler: defaults.sampler ?? 'euler-ancestral',
    size: defaults.size ?? 512,
  }
}
