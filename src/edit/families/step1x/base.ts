import { existsSync } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { findLanguageModel } from '../../../language/index.ts'
import { modelsFolder, withoutVariants } from '../../../weights/index.ts'
import { EditError } from '../../error.ts'
import { type CheckpointFolder, hintsBeside, located } from './folder.ts'
import { type Base, type Start, titles } from './start.ts'

/** The weights that an editor is trained on. */
export interface BaseChoice extends Omit<Start, 'variant'> {
  readonly variant?: Start['variant'] | undefined
  /** A folder of Qwen2.5-VL, or a model's that holds one, or the name of a pulled one. Default: `qwen2.5-vl-7b`. */
  readonly languageModel?: string | undefined
  /** A file or folder. Default: beside the weights. */
  readonly autoencoder?: string | undefined
}

/** Of Stable Diffusion 3, where no configuration says so. FLUX's are what an autoencoder has without hints. */
const sd3Autoencoder = { scale: 1.5305, shift: 0.0609 } as const

/**
 * Finds what an editor on a text-to-image model is made of.
 * @param model its weights: a .safetensors file, a folder `transformer/` of diffusers, a folder with either, or the name
 * of a pulled model @throws EditError that names what is missing, LanguageError
 */
export async function findBase(model: string, choice: BaseChoice): Promise<CheckpointFolder> {
  const { base, seed, variant = 'v1.1', languageModel = 'qwen2.5-vl-7b' } = choice
  const { dit, folder } = await findWeights(model, base)
  const vae = choice.autoencoder ?? findAutoencoder(folder)
  if (vae === undefined || !existsSync(vae))
    throw new EditError(
      'checkpoint',
      vae === undefined
        ? `${folder}: no autoencoder (vae/, ae.safetensors or vae.safetensors) beside the weights; name one with autoencoder`
        : `autoencoder: ${vae}: no such file or folder; check the path`,
    )
  const language = await findLanguageModel(languageModel)
  const hints = await hintsBeside(folder, { dit, vae })
  return located({
    folder,
    dit,
    vae,
    mllm: language.folder,
    tokenizer: language.tokenizer,
    hints: {
      ...hints,
      ...(base === 'flux' && { variant }),
      ...(base === 'sd3' && {
        vae: {
          ...hints.vae,
          scale: hints.vae?.scale ?? sd3Autoencoder.scale,
          shift: hints.vae?.shift ?? sd3Autoencoder.shift,
        },
      }),
    },
    namedVariant: undefined,
    start: { base, seed, variant },
  })
}

/** The transformer's file or folder, and the folder that has the other parts. */
async function findWeights(model: string, base: Base): Promise<{ dit: string; folder: string }> {
  const path = [model, join(modelsFolder(), model)].find((each) => existsSync(each))
  if (path === undefined)
    throw new EditError(
      'checkpoint',
      `${model}: no such file or folder, and no pulled model of this name; expected the weights of ${titles[base]}`,
    )
  if (!(await stat(path)).isDirectory()) return { dit: path, folder: dirname(path) }
  const inside = join(path, 'transformer')
  if (existsSync(inside)) return { dit: inside, folder: path }
  const files = withoutVariants((await readdir(path)).sort())
  if (files.some((name) => name.startsWith('diffusion_pytorch_model')))
    return { dit: path, folder: dirname(path) }
  const weights = files.filter(
    (name) => name.endsWith('.safetensors') && !/^(vae|ae|clip|t5)|lora|text_encoder/i.test(name),
  )
  const [only] = weights
  if (only === undefined || weights.length > 1)
    throw new EditError(
      'checkpoint',
      `${path}: expected the weights of ${titles[base]}, a file or the folder transformer/, got ${weights.join(', ') || 'neither'}; name the file`,
    )
  return { dit: join(path, only), folder: path }
}

function findAutoencoder(folder: string): string | undefined {
  return ['vae', 'ae.safetensors', 'vae.safetensors']
    .map((name) => join(folder, name))
    .find((path) => existsSync(path))
}
