import { existsSync } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { isComplete, modelsFolder, publishedModels } from '../../weights/index.ts'
import { EditError } from '../error.ts'
import { findModelFolder } from '../families/index.ts'
import { darkroomName, embeddedName } from '../names.ts'
import { embeddedModel } from './embedded.ts'

/** The default models, in order of preference. */
const preferred = [
  'step1x-edit-v1.1',
  'step1x-edit-v1.2',
  'step1x-edit-v1.2-preview',
  'step1x-edit-v1.0',
  'step1x-edit-fp8',
  'qwen-image-edit-2511',
  'qwen-image-edit-2509',
  'qwen-image-edit',
  'omnigen',
  'magicbrush',
  'instruct-pix2pix',
  'anysd',
  // Not for commercial use, so only chosen if no other is installed.
  'flux-kontext',
] as const

/** A model that is on this machine, whole or in part. */
export interface KnownModel {
  readonly name: string
  readonly folder: string
  /** Why it cannot be opened: an incomplete download or a missing part. Undefined if it can. */
  readonly problem: string | undefined
}

/**
 * The editor to take where none is named: `PENTIMENTO_MODEL`, else a pulled one that is complete, else the darkroom.
 */
export async function defaultModel(env: NodeJS.ProcessEnv = process.env): Promise<string> {
  if (env.PENTIMENTO_MODEL) return env.PENTIMENTO_MODEL
  for (const name of preferred)
    if ((await problemOf(join(modelsFolder(env), name))) === undefined) return name
  return darkroomName
}

/** The name of a model: its folder's name, without the parent folders, which may reveal the user. */
export function modelName(folder: string): string {
  return resolve(folder) === resolve(embeddedModel()) ? embeddedName : basename(resolve(folder))
}

/**
 * The folder of a model: `nano`, a path, or the name of a pulled model.
 * @throws EditError that lists the installed models
 */
export async function findModel(model: string, env: NodeJS.ProcessEnv = process.env): Promise<string> {
  if (model === embeddedName) return embeddedModel()
  for (const folder of [model, join(modelsFolder(env), model)]) if (await isFolder(folder)) return folder
  // findModelFolder reports a file in its place.
  if (existsSync(model)) return model
  const usable = (await listModels(env)).filter(({ problem }) => problem === undefined)
  const names = usable.map(({ name }) => name)
  throw new EditError(
    'checkpoint',
    `${model}: no such model folder, and no model of this name; expected a checkpoint folder or one of ${names.join(', ')} (of ${modelsFolder(env)})`,
  )
}

/**
 * The embedded model, then the models among the pulled ones, `owner/name` too. One that is not whole is listed with its
 * problem where it was pulled, or has the name of a published model.
 */
export async function listModels(env: NodeJS.ProcessEnv = process.env): Promise<KnownModel[]> {
  const folder = modelsFolder(env)
  const models: KnownModel[] = [{ name: embeddedName, folder: embeddedModel(), problem: undefined }]
  for (const name of await foldersIn(folder)) {
    const model = await modelIn(folder, name)
    // The folder of an owner looks unfinished where a model in it is.
    const isOwner = model?.problem !== undefined && !isPublished(name)
    const inside = model && !isOwner ? [] : await foldersIn(join(folder, name))
    const found = await Promise.all(inside.map((each) => modelIn(folder, `${name}/${each}`)))
    const known = found.filter((each) => each !== undefined)
    models.push(...(known.length > 0 || model === undefined ? known : [model]))
  }
  return models
}

const isPublished = (name: string): boolean => Object.hasOwn(publishedModels, name)

async function modelIn(models: string, name: string): Promise<KnownModel | undefined> {
  const folder = join(models, name)
  const problem = await problemOf(folder)
  if (problem !== undefined && !isPublished(name) && (await isComplete(folder))) return undefined
  return { name, folder, problem }
}

/** Why a folder cannot be opened as a model; undefined where it can. */
async function problemOf(folder: string): Promise<string | undefined> {
  if (!(await isFolder(folder))) return 'there is no such folder'
  if (!(await isComplete(folder))) return 'its download is incomplete'
  return findModelFolder(folder).then(
    () => undefined,
    (error: Error) => error.message,
  )
}

const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  )

async function foldersIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
  return (
    entries
      .filter((entry) => entry.isDirectory() || entry.isSymbolicLink())
      .map(({ name }) => name)
      // A hidden one is being deleted.
      .filter((name) => !name.startsWith('.'))
      .sort()
  )
}
