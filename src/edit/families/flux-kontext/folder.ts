import { join } from 'node:path'
import { z } from 'zod'
import {
  type ClipHints,
  clipHints,
  clipHintsOf,
  type DefaultHints,
  type DitHints,
  defaultHints,
  ditHints,
  ditHintsOf,
  type VaeHints,
  vaeHints,
  vaeHintsOf,
} from '../../checkpoint/hints.ts'
import { readJson } from '../../checkpoint/json.ts'
import type { FolderListing } from '../../checkpoint/listing.ts'
import { findParts, hasPart, type PartPlace } from '../../checkpoint/places.ts'
import type { ModelDefaults, ModelFolder } from '../family.ts'

export const familyName = 'flux-kontext'

/** What `pentimento.json` and the config.json files of the parts say that tensor shapes do not. */
export interface KontextHints {
  readonly dit?: DitHints | undefined
  readonly clip?: ClipHints | undefined
  readonly vae?: VaeHints | undefined
  /** Tokens of T5's texts. Default: 512. */
  readonly textTokens?: number | undefined
  readonly defaults?: DefaultHints | undefined
}

const hintsSchema: z.ZodType<KontextHints> = z.object({
  dit: ditHints.optional(),
  clip: clipHints.optional(),
  vae: vaeHints.optional(),
  textTokens: z.number().int().min(2).max(512).optional(),
  defaults: defaultHints.optional(),
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

/** Hints from the parts' config.json; `pentimento.json` takes precedence. */
async function readHints(
  folder: string,
  parts: Readonly<Record<KontextPart, string>>,
): Promise<KontextHints> {
  const hints = (await readJson(join(folder, 'pentimento.json'), hintsSchema)) ?? {}
  return {
    ...hints,
    dit: await ditHintsOf(parts.transformer, hints.dit),
    clip: await clipHintsOf(parts['text encoder'], hints.clip),
    vae: await vaeHintsOf(parts.autoencoder, hints.vae),
  }
}

/** The defaults of the folder's hints, else of the model's card. */
export function defaultsOf({ hints: { defaults = {} } }: KontextFolder): ModelDefaults {
  return {
    steps: defaults.steps ?? 28,
    guidance: defaults.guidance ?? 2.5,
    size: defaults.size ?? trainedLevel,
  }
}

/** The size of the pictures of the training, which have about its square of pixels. */
export const trainedLevel = 1024
