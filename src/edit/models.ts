import { existsSync } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { defaultCache } from './cache.ts'
import { embeddedModel } from './embedded.ts'
import { EditError } from './error.ts'
import { findCheckpoint } from './folder.ts'

/** The name of the small model that comes with the package. */
export const embeddedName = 'nano'

/** Models that are taken, in this order, where none is named. */
const preferred = ['step1x-edit-v1.1', 'step1x-edit-v1.0', 'step1x-edit-fp8'] as const

/** A model that is on this machine. */
export interface KnownModel {
  readonly name: string
  readonly folder: string
}

/** The folder that pulled models lie in, by name: `PENTIMENTO_MODELS`, or a folder of the cache. */
export function modelsFolder(env: NodeJS.ProcessEnv = process.env): string {
  return env.PENTIMENTO_MODELS ?? join(defaultCache(env), 'models')
}

/** The model to take where none is named: `PENTIMENTO_MODEL`, else a pulled one, else the embedded one. */
export function defaultModel(env: NodeJS.ProcessEnv = process.env): string {
  const pulled = preferred.find((name) => existsSync(join(modelsFolder(env), name)))
  return env.PENTIMENTO_MODEL ?? pulled ?? embeddedName
}

/** The name of a model: its folder's own, without those above it, which may tell whose it is. */
export function modelName(folder: string): string {
  return resolve(folder) === resolve(embeddedModel()) ? embeddedName : basename(resolve(folder))
}

/**
 * The folder of a model: `nano`, a path, or the name of a pulled model.
 * @throws EditError that lists the models that are there
 */
export async function findModel(model: string, env: NodeJS.ProcessEnv = process.env): Promise<string> {
  if (model === embeddedName) return embeddedModel()
  for (const folder of [model, join(modelsFolder(env), model)]) if (await isFolder(folder)) return folder
  // What a file in its place means, findCheckpoint says.
  if (existsSync(model)) return model
  const names = (await listModels(env)).map(({ name }) => name)
  throw new EditError(
    'checkpoint',
    `${model}: no such model folder, and no model of this name; expected a checkpoint folder or one of ${names.join(', ')} (of ${modelsFolder(env)})`,
  )
}

/** The embedded model, then every checkpoint folder among the pulled ones, `owner/name` too. */
export async function listModels(env: NodeJS.ProcessEnv = process.env): Promise<KnownModel[]> {
  const folder = modelsFolder(env)
  const models = [{ name: embeddedName, folder: embeddedModel() }]
  for (const name of await foldersIn(folder)) {
    const inside = (await foldersIn(join(folder, name))).map((each) => `${name}/${each}`)
    for (const candidate of [name, ...inside])
      if (await isCheckpoint(join(folder, candidate)))
        models.push({ name: candidate, folder: join(folder, candidate) })
  }
  return models
}

const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  )

const isCheckpoint = (folder: string): Promise<boolean> =>
  findCheckpoint(folder).then(
    () => true,
    () => false,
  )

async function foldersIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
  return entries
    .filter((entry) => entry.isDirectory() || entry.isSymbolicLink())
    .map(({ name }) => name)
    .sort()
}
