import { existsSync } from 'node:fs'
import { readdir, readFile, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { z } from 'zod'
import type { HeadKind, Variant } from '../../models/index.ts'
import { foreignWeights, reasonNotToRun, withoutVariants } from '../../weights/index.ts'
import { type PromptHints, promptHintsSchema } from '../condition/prompt.ts'
import { EditError } from '../error.ts'

const hintsSchema: z.ZodType<Hints> = z.object({
  variant: z.enum(['v1.0', 'v1.1']).optional(),
  dit: z
    .object({
      axesDim: z.tuple([z.number(), z.number(), z.number()]).optional(),
      numHeads: z.number().int().positive().optional(),
      theta: z.number().positive().optional(),
      prediction: z.enum(['velocity', 'change']).optional(),
    })
    .optional(),
  connector: z.object({ numHeads: z.number().int().positive().optional() }).optional(),
  vae: z
    .object({
      channelMultipliers: z.array(z.number().int().positive()).min(1).optional(),
      groups: z.number().int().positive().optional(),
      scale: z.number().optional(),
      shift: z.number().optional(),
    })
    .optional(),
  prompt: promptHintsSchema.optional(),
  defaults: z
    .object({
      steps: z.number().int().min(1).max(1000).optional(),
      guidance: z.number().min(0).max(100).optional(),
      size: z.number().int().min(16).max(4096).optional(),
    })
    .optional(),
})

/** The contents of `pentimento.json`, which gives what tensor shapes do not determine. */
export interface Hints {
  readonly variant?: Variant | undefined
  readonly dit?:
    | {
        readonly axesDim?: [number, number, number] | undefined
        readonly numHeads?: number | undefined
        readonly theta?: number | undefined
        readonly prediction?: HeadKind | undefined
      }
    | undefined
  readonly connector?: { readonly numHeads?: number | undefined } | undefined
  readonly vae?:
    | {
        readonly channelMultipliers?: number[] | undefined
        readonly groups?: number | undefined
        readonly scale?: number | undefined
        readonly shift?: number | undefined
      }
    | undefined
  /** How picture and instruction are put to the language model. Default: as Step1X-Edit does it. */
  readonly prompt?: PromptHints | undefined
  /** What an edit takes where its options do not say. */
  readonly defaults?:
    | {
        readonly steps?: number | undefined
        readonly guidance?: number | undefined
        readonly size?: number | undefined
      }
    | undefined
}

/** Where the parts of a checkpoint lie. */
export interface CheckpointFolder {
  readonly folder: string
  /** A .safetensors file; in the layout of diffusers a folder. */
  readonly dit: string
  readonly vae: string
  /** The folder of the multimodal language model. */
  readonly mllm: string
  /** The folder of its tokenizer.json. */
  readonly tokenizer: string
  readonly hints: Hints
  /** What the name of the transformer's file says of its version. */
  readonly namedVariant: Variant | undefined
}

/**
 * Finds the parts of a checkpoint folder in the official layout: `step1x-edit-*.safetensors`, `vae.safetensors`,
 * `Qwen2.5-VL-7B-Instruct/`; or in that of diffusers: `transformer/`, `vae/`, `text_encoder/`, `processor/`.
 * Where there are several transformers, `variant` decides.
 * @throws EditError that names the missing and the existing parts
 */
export async function findCheckpoint(folder: string, variant?: Variant): Promise<CheckpointFolder> {
  const there = await stat(folder).catch(() => undefined)
  if (!there) throw new EditError('checkpoint', `${folder}: no such model folder; check the path`)
  if (!there.isDirectory())
    throw new EditError(
      'checkpoint',
      `${folder}: is a file, expected a checkpoint folder; use ${dirname(folder)} if it holds the other parts`,
    )
  const entries = await readdir(folder, { withFileTypes: true })
  entries.sort((a, b) => (a.name < b.name ? -1 : 1))
  if (entries.some(({ name }) => name === 'model_index.json')) return findDiffusers(folder)
  const files = withoutVariants(entries.filter((entry) => !entry.isDirectory()).map(({ name }) => name))
  const vae = files.find((name) => /^(vae|ae)(\.[\w-]+)?\.safetensors$/.test(name))
  const dits = files.filter((name) => name.endsWith('.safetensors') && name !== vae && !/lora/i.test(name))
  const folders = entries.filter((entry) => entry.isDirectory() || entry.isSymbolicLink())
  const mllm = folders
    .map(({ name }) => name)
    .find((name) => existsSync(join(folder, name, 'tokenizer.json')))
  const foreign = foreignWeights(files)
  const names = entries.map(({ name }) => foreign.find((each) => each.startsWith(`${name} (`)) ?? name)
  const found = names.join(', ') || 'nothing'
  const missing = [
    ...(dits.length === 0 ? ['the transformer (step1x-edit-i1258.safetensors)'] : []),
    ...(vae === undefined ? ['the autoencoder (vae.safetensors)'] : []),
    ...(mllm === undefined ? ['the language model (Qwen2.5-VL-7B-Instruct/ with its tokenizer.json)'] : []),
  ]
  if (missing.length > 0 || vae === undefined || mllm === undefined)
    throw new EditError('checkpoint', `${folder}: missing ${missing.join(' and ')}; found ${found}`)
  const dit = chooseDit(folder, dits, variant)
  return {
    folder,
    dit: join(folder, dit),
    vae: join(folder, vae),
    mllm: join(folder, mllm),
    tokenizer: join(folder, mllm),
    hints: await readHints(folder),
    namedVariant: variantOf(dit),
  }
}

/** Whether a folder is meant to be a whole checkpoint, though parts of it may be missing, and not one part of weights. */
export async function isCheckpointFolder(folder: string): Promise<boolean> {
  const names = await readdir(folder)
  const marks = ['model_index.json', 'pentimento.json']
  return names.some((name) => marks.includes(name) || existsSync(join(folder, name, 'tokenizer.json')))
}

const indexSchema: z.ZodType<{ _class_name?: string | undefined }> = z.object({
  _class_name: z.string().optional(),
})

async function findDiffusers(folder: string): Promise<CheckpointFolder> {
  const index = await readJson(join(folder, 'model_index.json'), indexSchema)
  const reason = reasonNotToRun(index?._class_name, basename(folder))
  if (reason !== undefined) throw new EditError('checkpoint', `${folder}: ${reason}`)
  const parts = ['transformer', 'vae', 'text_encoder']
  const missing = parts.filter((part) => !existsSync(join(folder, part)))
  const tokenizer = ['processor', 'tokenizer', 'text_encoder'].find((part) =>
    existsSync(join(folder, part, 'tokenizer.json')),
  )
  if (tokenizer === undefined) missing.push('processor/tokenizer.json')
  if (missing.length > 0 || tokenizer === undefined)
    throw new EditError('checkpoint', `${folder}: missing ${missing.join(' and ')} of the diffusers layout`)
  return {
    folder,
    dit: join(folder, 'transformer'),
    vae: join(folder, 'vae'),
    mllm: join(folder, 'text_encoder'),
    tokenizer: join(folder, tokenizer),
    hints: await diffusersHints(folder),
    namedVariant: variantOf(basename(folder)),
  }
}

const transformerSchema: z.ZodType<{ axes_dims_rope?: [number, number, number] | undefined }> = z.object({
  axes_dims_rope: z.tuple([z.number(), z.number(), z.number()]).optional(),
})
const vaeSchema: z.ZodType<{ scaling_factor?: number | undefined; shift_factor?: number | undefined }> =
  z.object({ scaling_factor: z.number().optional(), shift_factor: z.number().optional() })

/** Hints from the parts' config.json; `pentimento.json` takes precedence. */
async function diffusersHints(folder: string): Promise<Hints> {
  const hints = await readHints(folder)
  const transformer = await readJson(join(folder, 'transformer', 'config.json'), transformerSchema)
  const vae = await readJson(join(folder, 'vae', 'config.json'), vaeSchema)
  return {
    ...hints,
    dit: { axesDim: transformer?.axes_dims_rope, ...hints.dit },
    vae: { scale: vae?.scaling_factor, shift: vae?.shift_factor, ...hints.vae },
  }
}

function variantOf(file: string): Variant | undefined {
  if (/v1p1|v1\.1/i.test(file)) return 'v1.1'
  return /i1258|v1p0|v1\.0/i.test(file) ? 'v1.0' : undefined
}

function chooseDit(folder: string, dits: readonly string[], variant: Variant | undefined): string {
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

/** The content of a JSON file; undefined if the file is missing. @throws EditError */
export async function readJson<T>(file: string, schema: z.ZodType<T>): Promise<T | undefined> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw new EditError('checkpoint', `${file}: cannot be read (${error.message})`, { cause: error })
  })
  return text === undefined ? undefined : parseJson(file, text, schema)
}

/** Parses and checks a JSON text. @throws EditError that names the first field which does not fit */
export function parseJson<T>(name: string, text: string, schema: z.ZodType<T>): T {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (error) {
    throw new EditError('checkpoint', `${name}: not JSON (${(error as Error).message})`, {
      cause: error,
    })
  }
  const parsed = schema.safeParse(json)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new EditError('checkpoint', `${name}: ${issue?.path.join('.') || 'the document'}: ${issue?.message}`)
}
