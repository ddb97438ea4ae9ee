import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { defaultModel, embeddedModel, embeddedName, findModel, modelsFolder } from '../edit/index.ts'
import { isComplete } from '../weights/index.ts'
import { UsageError } from './failure.ts'
import type { Terminal } from './terminal.ts'

export { modelsFolder }

/** Resolves the name of a model to its folder, and leaves a path unchanged; for commands that also take files. */
export function resolveModel(model: string, env: NodeJS.ProcessEnv): string {
  if (model === embeddedName) return embeddedModel()
  const named = join(modelsFolder(env), model)
  return existsSync(model) || !existsSync(named) ? model : named
}

/**
 * The folder of the chosen model or of the default; a line reports when that is the embedded one.
 * @throws EditError, UsageError
 */
export async function chooseModel(model: string | undefined, terminal: Terminal): Promise<string> {
  const { env } = terminal
  const chosen = model ?? (await defaultModel(env))
  if (model === undefined && !env.PENTIMENTO_MODEL && chosen === embeddedName)
    terminal.error(
      "model nano, the small one of this package; 'pentimento pull step1x-edit-v1.1' brings the full one (42 GB)\n",
    )
  const folder = await findModel(chosen, env)
  if (!(await isComplete(folder)))
    throw new UsageError(`${chosen}: its download is incomplete; 'pentimento pull ${chosen}' resumes it`)
  return folder
}
