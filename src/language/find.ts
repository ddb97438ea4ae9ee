import { readdir, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { isComplete, modelsFolder } from '../weights/index.ts'
import { LanguageError } from './error.ts'

/** Where a language model lies. */
export interface LanguageFolder {
  readonly name: string
  /** The folder of its weights and config.json. */
  readonly folder: string
  /** The folder of its tokenizer.json and the processor's settings. */
  readonly tokenizer: string
}

/** Names under which the editors' folders hold the language model that is published as `qwen2.5-vl-7b`. */
const insideEditors = 'Qwen2.5-VL-7B-Instruct'

/**
 * Finds a language model: a folder with a config.json and a tokenizer.json, a checkpoint folder of an editor that holds
 * one, or the name of a pulled model. `qwen2.5-vl-7b` is found inside a pulled editor, too.
 * @throws LanguageError that says how to get it
 */
export async function findLanguageModel(
  model: string,
  env: NodeJS.ProcessEnv = process.env,
): Promise<LanguageFolder> {
  const models = modelsFolder(env)
  for (const folder of [model, join(models, model)]) {
    const found = await inFolder(folder)
    if (found && (await isComplete(folder))) return { ...found, name: basename(resolve(model)) }
    if (found)
      throw new LanguageError(
        'checkpoint',
        `${folder}: its download is incomplete; run 'pentimento pull ${basename(folder)}' again`,
      )
  }
  if (model.toLowerCase() === 'qwen2.5-vl-7b')
    for (const name of await readdir(models).catch(() => [])) {
      const folder = join(models, name, insideEditors)
      const found = await inFolder(folder)
      if (found && (await isComplete(dirname(folder)))) return { ...found, name: model }
    }
  throw new LanguageError(
    'checkpoint',
    `${model}: no folder with a language model (config.json, tokenizer.json), and no pulled model of this name in ${models}; run 'pentimento pull ${model}', or name a folder`,
  )
}

/** The language models among the pulled ones that stand alone and are whole. */
export async function listLanguageModels(env: NodeJS.ProcessEnv = process.env): Promise<LanguageFolder[]> {
  const models = modelsFolder(env)
  const found: LanguageFolder[] = []
  for (const name of (await readdir(models).catch(() => [])).sort()) {
    const folder = join(models, name)
    const own = await firstWith(folder, [folder])
    if (own && (await isComplete(folder))) found.push({ ...own, name })
  }
  return found
}

async function inFolder(folder: string): Promise<Omit<LanguageFolder, 'name'> | undefined> {
  if (await isFile(join(folder, 'model_index.json')))
    return firstWith(join(folder, 'text_encoder'), [
      join(folder, 'processor'),
      join(folder, 'tokenizer'),
      join(folder, 'text_encoder'),
    ])
  const own = await firstWith(folder, [folder])
  if (own) return own
  const inside = join(folder, insideEditors)
  return firstWith(inside, [inside])
}

async function firstWith(
  folder: string,
  tokenizers: readonly string[],
): Promise<Omit<LanguageFolder, 'name'> | undefined> {
  if (!(await isFile(join(folder, 'config.json')))) return undefined
  for (const tokenizer of tokenizers)
    if (await isFile(join(tokenizer, 'tokenizer.json'))) return { folder, tokenizer }
  return undefined
}

const isFile = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isFile(),
    () => false,
  )
