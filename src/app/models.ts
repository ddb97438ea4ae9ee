import { existsSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { defaultCache, embeddedModel } from '../edit/index.ts'
import type { Terminal } from './terminal.ts'

/** The name of the small model that comes with the package. */
export const embeddedName = 'nano'

/** Where `pull` puts models by name: `PENTIMENTO_MODELS`, or a folder of the cache. */
export function modelsFolder(env: NodeJS.ProcessEnv): string {
  return env.PENTIMENTO_MODELS ?? join(defaultCache(env), 'models')
}

/** The names that are tried, in this order, when no model is asked for. */
const preferred = ['step1x-edit-v1.1', 'step1x-edit-v1.0', 'step1x-edit-fp8'] as const

/** The folder of a model: the embedded one by its name, else a path, or the name of one that was pulled. */
export function resolveModel(model: string, env: NodeJS.ProcessEnv): string {
  if (model === embeddedName) return embeddedModel()
  const named = join(modelsFolder(env), model)
  return existsSync(model) || !existsSync(named) ? model : named
}

/** The model of a command that names none: of `PENTIMENTO_MODEL`, else the full one if it was pulled, else the embedded. */
export function defaultModel(env: NodeJS.ProcessEnv): string {
  const pulled = preferred.find((name) => existsSync(join(modelsFolder(env), name)))
  return env.PENTIMENTO_MODEL ?? pulled ?? embeddedName
}

/** The folder of the model that was asked for, or of the default; that the embedded one is it is said in a line. */
export function chooseModel(model: string | undefined, terminal: Terminal): string {
  const { env } = terminal
  const chosen = model ?? defaultModel(env)
  if (model === undefined && env.PENTIMENTO_MODEL === undefined && chosen === embeddedName)
    terminal.error(
      "model nano, the small one of this package; 'pentimento pull step1x-edit-v1.1' brings the full one (42 GB)\n",
    )
  return resolveModel(chosen, env)
}

/** What a recipe calls a model: its folder's own name, without those above it, which may tell who made the picture. */
export function nameOfModel(folder: string): string {
  return folder === embeddedModel() ? embeddedName : basename(resolve(folder))
}
