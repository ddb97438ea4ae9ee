import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { type AutoencoderHints, type OmnigenSettings, parseOmnigenSettings } from '../../../models/index.ts'
import { foreignWeights } from '../../../weights/index.ts'
import { type DefaultHints, defaultHints, pictureGuidanceHint, vaeHintsOf } from '../../checkpoint/hints.ts'
import { readJson } from '../../checkpoint/json.ts'
import type { FolderListing } from '../../checkpoint/listing.ts'
import { EditError } from '../../error.ts'
import type { ModelFolder } from '../family.ts'

export const familyName = 'omnigen'

/** What `pentimento.json` may say. */
interface OmnigenHints {
  /** Whether the branches of guidance are one batch, as with `separate_cfg_infer=False` of the original. */
  readonly joint?: boolean | undefined
  readonly defaults?: (DefaultHints & { readonly pictureGuidance?: number | undefined }) | undefined
}

const hintsSchema: z.ZodType<OmnigenHints> = z.object({
  joint: z.boolean().optional(),
  defaults: defaultHints.and(pictureGuidanceHint).optional(),
})

/** Where the parts of a model lie, and what files beside the weights say of it. */
export interface OmnigenFolder extends ModelFolder {
  readonly family: typeof familyName
  readonly parts: {
    readonly transformer: string
    readonly autoencoder: string
    readonly tokenizer: string
    readonly [part: string]: string
  }
  /** The folder of tokenizer.json. */
  readonly tokenizerFolder: string
  readonly hints: OmnigenHints & { readonly settings: OmnigenSettings; readonly vae: AutoencoderHints }
}

/** A folder of one of the two layouts, though parts may be missing. */
export function isOmnigen({ files, folders, pipeline }: FolderListing): boolean {
  if (pipeline) return /^OmniGen/i.test(pipeline.className ?? '')
  return files.includes('config.json') && folders.includes('vae') && !folders.includes('transformer')
}

/**
 * Finds the parts in the layout of the original, `model.safetensors`, `config.json`, `tokenizer.json` and `vae/`, or of
 * diffusers, `transformer/`, `vae/` and `tokenizer/`. @throws EditError that names the missing and the existing parts
 */
export async function findOmnigen(listing: FolderListing): Promise<OmnigenFolder> {
  const { folder, files, folders, pipeline } = listing
  const has = (path: string): boolean => existsSync(join(folder, path))
  const original = {
    transformer: has('model.safetensors') || !has('model.safetensors.index.json') ? 'model.safetensors' : '.',
    config: 'config.json',
    vae: 'vae',
    tokenizer: 'tokenizer.json',
  }
  const diffusers = {
    transformer: 'transformer',
    config: 'transformer/config.json',
    vae: 'vae',
    tokenizer: 'tokenizer/tokenizer.json',
  }
  const places = pipeline ? diffusers : original
  const missing = Object.values(places).filter((path) => !has(path))
  if (missing.length > 0) {
    const foreign = foreignWeights(files)
    const names = [...files, ...folders].sort()
    const found = names.map((name) => foreign.find((each) => each.startsWith(`${name} (`)) ?? name)
    throw new EditError(
      'checkpoint',
      `${folder}: OmniGen: missing ${missing.join(' and ')}; found ${found.join(', ') || 'nothing'}`,
    )
  }
  const settingsFile = join(folder, places.config)
  const tokenizerFolder = pipeline ? join(folder, 'tokenizer') : folder
  const configFile = join(tokenizerFolder, 'tokenizer_config.json')
  return {
    family: familyName,
    folder,
    parts: {
      transformer: join(folder, places.transformer),
      autoencoder: join(folder, places.vae),
      tokenizer: join(folder, places.tokenizer),
      ...(existsSync(configFile) && { 'tokenizer settings': configFile }),
    },
    tokenizerFolder,
    hints: {
      ...(await readJson(join(folder, 'pentimento.json'), hintsSchema)),
      settings: parseOmnigenSettings(await readJson(settingsFile, z.unknown()), settingsFile),
      vae: await autoencoderHints(join(folder, places.vae)),
    },
  }
}

/** SDXL's where its config.json does not say. */
async function autoencoderHints(folder: string): Promise<AutoencoderHints> {
  const { scale = 0.13025, shift = 0, groups } = await vaeHintsOf(folder, undefined)
  return { scale, shift, groups }
}
