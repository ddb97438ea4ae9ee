import { join } from 'node:path'
import { defaultCache } from '../files/index.ts'

/** The folder that pulled models lie in, by name: `PENTIMENTO_MODELS`, or a folder of the cache. */
export function modelsFolder(env: NodeJS.ProcessEnv = process.env): string {
  return env.PENTIMENTO_MODELS || join(defaultCache(env), 'models')
}
