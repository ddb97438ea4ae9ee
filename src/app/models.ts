import { existsSync } from 'node:fs'
import { join } from 'node:path'
import {
  darkroomName,
  defaultModel,
  embeddedModel,
  embeddedName,
  findModel,
  modelsFolder,
} from '../edit/index.ts'
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

/** The editor of an edit: `darkroom`, or the folder of a model. @throws EditError, UsageError */
export async function chooseEditor(model: string | undefined, terminal: Terminal): Promise<string> {
  const chosen = model ?? (await defaultModel(terminal.env))
  return chosen === darkroomName ? darkroomName : wholeModel(chosen, terminal)
}

/**
 * The folder of the model to train: the chosen one, or the default; a line reports when that is the embedded one.
 * @throws EditError, UsageError
 */
export async function chooseModel(model: string | undefined, terminal: Terminal): Promise<string> {
  const chosen = model ?? (await defaultModel(terminal.env))
  if (chosen !== darkroomName) return wholeModel(chosen, terminal)
  if (model === darkroomName)
    throw new UsageError('model: the darkroom has no weights to train; expected a checkpoint folder, or nano')
  terminal.error(
    "model nano, the small one of this package; 'pentimento pull step1x-edit-v1.1' downloads the full one (42 GB)\n",
  )
  return embeddedModel()
}

async function wholeModel(model: string, { env }: Terminal): Promise<string> {
  const folder = await findModel(model, env)
  if (!(await isComplete(folder)))
    throw new UsageError(`${model}: its download is incomplete; 'pentimento pull ${model}' resumes it`)
  return folder
}
