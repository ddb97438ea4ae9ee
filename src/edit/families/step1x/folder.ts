import { existsSync } from 'node:fs'
import { basename, join } from 'node:path'
import { z } from 'zod'
import { type HeadKind, isV12, type Variant, variants } from '../../../models/index.ts'
import { foreignWeights, openCheckpoint, reasonNotToRun, withoutVariants } from '../../../weights/index.ts'
import {
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
import { inOfficialLayout } from '../../checkpoint/layout.ts'
import { type FolderListing, listFolder } from '../../checkpoint/listing.ts'
import { type PromptHints, promptHintsSchema } from '../../condition/prompt.ts'
import { EditError } from '../../error.ts'
import type { ModelFolder } from '../family.ts'
import type { Start } from './start.ts'

const hintsSchema: z.ZodType<Hints> = z.object({
  variant: z.enum(variants).optional(),
  dit: ditHints.and(z.object({ prediction: z.enum(['velocity', 'change']).optional() })).optional(),
  connector: z.object({ numHeads: z.number().int().positive().optional() }).optional(),
  vae: vaeHints.optional(),
  prompt: promptHintsSchema.optional(),
  defaults: defaultHints.optional(),
})

/** The contents of `pentimento.json`, which gives what tensor shapes do not determine. */
export interface Hints {
  readonly variant?: Variant | undefined
  readonly dit?: (DitHints & { readonly prediction?: HeadKind | undefined }) | undefined
  readonly connector?: { readonly numHeads?: number | undefined } | undefined
  readonly vae?: VaeHints | undefined
  /** The prompt format of the language model. Default: that of Step1X-Edit. */
  readonly prompt?: PromptHints | undefined
  /** Defaults of an edit's options. */
  readonly defaults?: DefaultHints | undefined
}

/** Where the parts of a checkpoint lie. */
export interface CheckpointFolder extends ModelFolder {
  readonly family: string
  /** A .safetensors file; in the layout of diffusers a folder. */
  readonly dit: string
  readonly vae: string
  /** The folder of the multimodal language model. */
  readonly mllm: string
  /** The folder of its tokenizer.json. */
  readonly tokenizer: string
  readonly hints: Hints
  /** What the name of the transformer's file says of its version; of v1.2 what its weights say. */
  readonly namedVariant: Variant | undefined
  /** Where the transformer is a text-to-image model's, on which an editor is to be trained. */
  readonly start?: Start | undefined
}

export const familyName = 'step1x-edit'
export const v12Name = 'step1x-edit-v1.2'

/** The parts by the names that identities have. */
export function located(found: Omit<CheckpointFolder, 'family' | 'parts'>): CheckpointFolder {
  const { dit, vae, mllm, tokenizer, namedVariant } = found
  return {
    ...found,
    family: isV12(namedVariant) ? v12Name : familyName,
    parts: { transformer: dit, autoencoder: vae, 'language model': mllm, tokenizer },
  }
}

/**
 * Finds the parts of a checkpoint folder in the official layout: `step1x-edit-*.safetensors`, `vae.safetensors`,
 * `Qwen2.5-VL-7B-Instruct/`; or in that of diffusers: `transformer/`, `vae/`, `text_encoder/`, `processor/`.
 * Where there are several transformers, `variant` decides.
 * @throws EditError that names the missing and the existing parts
 */
export async function findCheckpoint(folder: string, variant?: string): Promise<CheckpointFolder> {
  return findStep1x(await listFolder(folder), variant)
}

/** The same in a folder that is listed already. @throws EditError */
export async function findStep1x(listing: FolderListing, variant?: string): Promise<CheckpointFolder> {
  const { folder, folders } = listing
  if (listing.pipeline) return findDiffusers(listing, variant)
  const files = withoutVariants(listing.files)
  const vae = files.find((name) => /^(vae|ae)(\.[\w-]+)?\.safetensors$/.test(name))
  const dits = files.filter((name) => name.endsWith('.safetensors') && name !== vae && !/lora/i.test(name))
  const mllm = folders.find((name) => existsSync(join(folder, name, 'tokenizer.json')))
  const foreign = foreignWeights(files)
  const names = [...new Set([...listing.files, ...folders])]
    .sort()
    .map((name) => foreign.find((each) => each.startsWith(`${name} (`)) ?? name)
  const found = names.join(', ') || 'nothing'
  const missing = [
    ...(dits.length === 0 ? ['the transformer (step1x-edit-i1258.safetensors)'] : []),
    ...(vae === undefined ? ['the autoencoder (vae.safetensors)'] : []),
    ...(mllm === undefined ? ['the language model (Qwen2.5-VL-7B-Instruct/ with its tokenizer.json)'] : []),
  ]
  if (missing.length > 0 || vae === undefined || mllm === undefined)
    throw new EditError('checkpoint', `${folder}: missing ${missing.join(' and ')}; found ${found}`)
  const dit = chooseDit(folder, dits, variant)
  const hints = await readHints(folder)
  const isMapped = await hasMapping(join(folder, dit))
  return located({
    folder,
    dit: join(folder, dit),
    vae: join(folder, vae),
    mllm: join(folder, mllm),
    tokenizer: join(folder, mllm),
    hints,
    namedVariant: isMapped ? versionOf(folder, variant ?? hints.variant) : variantOf(dit),
  })
}

async function findDiffusers(
  { folder, pipeline }: FolderListing,
  variant: string | undefined,
): Promise<CheckpointFolder> {
  const isMapped = /v1p2/i.test(pipeline?.className ?? '') || (await hasMapping(join(folder, 'transformer')))
  const reason = isMapped ? undefined : reasonNotToRun(pipeline?.className)
  if (reason !== undefined) throw new EditError('checkpoint', `${folder}: ${reason}`)
  const parts = ['transformer', 'vae', 'text_encoder']
  const missing = parts.filter((part) => !existsSync(join(folder, part)))
  const tokenizer = ['processor', 'tokenizer', 'text_encoder'].find((part) =>
    existsSync(join(folder, part, 'tokenizer.json')),
  )
  if (tokenizer === undefined) missing.push('processor/tokenizer.json')
  if (missing.length > 0 || tokenizer === undefined)
    throw new EditError('checkpoint', `${folder}: missing ${missing.join(' and ')} of the diffusers layout`)
  const hints = await hintsBeside(folder, { dit: join(folder, 'transformer'), vae: join(folder, 'vae') })
  return located({
    folder,
    dit: join(folder, 'transformer'),
    vae: join(folder, 'vae'),
    mllm: join(folder, 'text_encoder'),
    tokenizer: join(folder, tokenizer),
    hints,
    namedVariant: isMapped ? versionOf(folder, variant ?? hints.variant) : variantOf(basename(folder)),
  })
}

/** Hints from the config.json of parts that are folders; `pentimento.json` takes precedence. */
export async function hintsBeside(
  folder: string,
  parts: { readonly dit: string; readonly vae: string },
): Promise<Hints> {
  const hints = await readHints(folder)
  return {
    ...hints,
    dit: await ditHintsOf(parts.dit, hints.dit),
    vae: await vaeHintsOf(parts.vae, hints.vae),
  }
}

/** Whether weights have the mapping of quoted text, by which v1.2 is known whatever its folder says. */
async function hasMapping(path: string): Promise<boolean> {
  const weights = await openCheckpoint(path).catch(() => undefined)
  if (!weights) return false
  try {
    return inOfficialLayout(weights).describe('text_token_mapping.weight') !== undefined
  } finally {
    await weights.close()
  }
}

/** Which v1.2: what is asked for, else what the folder's name says, since the weights have the same names. */
function versionOf(folder: string, asked: string | undefined): Variant {
  if (asked === 'v1.2' || asked === 'v1.2-preview') return asked
  return /preview/i.test(basename(folder)) ? 'v1.2-preview' : 'v1.2'
}

function variantOf(file: string): Variant | undefined {
  if (/v1p1|v1\.1/i.test(file)) return 'v1.1'
  return /i1258|v1p0|v1\.0/i.test(file) ? 'v1.0' : undefined
}

function chooseDit(folder: string, dits: readonly string[], variant: string | undefined): string {
  const fitting = variant === undefined ? dits : dits.filter((name) => variantOf(name) === variant)
  const candidates = fitting.length > 0 ? fitting : dits
  // A folder's own quantised copies come after what they were made from.
  const [first, ...others] = candidates.filter((name) => !/\.int[48]\./.test(name))
  const chosen = first ?? candidates[0]!
  if (others.length > 0)
    throw new EditError(
      'checkpoint',
      `${folder}: several transformers (${candidates.join(', ')}); choose one by its variant, or keep one in the folder`,
    )
  return chosen
}

async function readHints(folder: string): Promise<Hints> {
  return (await readJson(join(folder, 'pentimento.json'), hintsSchema)) ?? {}
}
