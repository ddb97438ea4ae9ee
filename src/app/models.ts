import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { defaultCache } from '../edit/index.ts'
import { UsageError } from './failure.ts'

/** Where `pull` puts models by name: `PENTIMENTO_MODELS`, or a folder of the cache. */
export function modelsFolder(env: NodeJS.ProcessEnv): string {
  return env.PENTIMENTO_MODELS ?? join(defaultCache(env), 'models')
}

/** The names that are tried, in this order, when no model is asked for. */
const preferred = ['step1x-edit-v1.1', 'step1x-edit-v1.0', 'step1x-edit-fp8'] as const

/** The folder of a model: a path, or the name of one that was pulled. @throws UsageError that says how to get one */
export function resolveModel(model: string | undefined, env: NodeJS.ProcessEnv): string {
  const folder = modelsFolder(env)
  const asked = model ?? env.PENTIMENTO_MODEL
  if (asked !== undefined) {
    const named = join(folder, asked)
    if (existsSync(asked) || !existsSync(named)) return asked
    return named
  }
  const found = preferred.map((name) => join(folder, name)).find((each) => existsSync(each))
  if (found !== undefined) return found
  throw new UsageError(
    `no model: expected --model with a checkpoint folder, or one in ${folder}; 'pentimento pull step1x-edit-v1.1' brings the full model (42 GB)`,
  )
}
