import { homedir } from 'node:os'
import { join } from 'node:path'

/**
 * The folder of what is made once and kept: quantised and merged weights, identities of files. It is `PENTIMENTO_CACHE`,
 * or `pentimento` in the user's cache folder.
 */
export function defaultCache(env: NodeJS.ProcessEnv = process.env): string {
  return env.PENTIMENTO_CACHE || join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'pentimento')
}
