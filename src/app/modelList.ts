import { readdir, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Command } from 'commander'
import { findCheckpoint } from '../edit/index.ts'
import { defaultModel, embeddedName, modelsFolder, resolveModel } from './models.ts'
import { bytesText, type Terminal } from './terminal.ts'

interface ListedModel {
  readonly name: string
  readonly folder: string
  readonly bytes: number
  /** Whether it is taken when a command names none. */
  readonly default: boolean
}

/** `pentimento models` */
export function modelsCommand(program: Command, terminal: Terminal): void {
  program
    .command('models')
    .description('list the models that are here: the small one of this package, and those that were pulled')
    .option('--json', 'print the list as JSON')
    .action(async (flags: { json?: true }) => {
      const models = await listModels(terminal.env)
      if (flags.json) terminal.out(`${JSON.stringify(models)}\n`)
      else
        for (const { name, folder, bytes, default: isDefault } of models)
          terminal.out(`${name}  ${bytesText(bytes)}${isDefault ? ', the default' : ''}  ${folder}\n`)
    })
}

/** The embedded model, then every checkpoint folder among the pulled ones, `owner/name` too. */
async function listModels(env: NodeJS.ProcessEnv): Promise<ListedModel[]> {
  const folder = modelsFolder(env)
  const names = [embeddedName]
  for (const name of await foldersIn(folder)) {
    const within = (await foldersIn(join(folder, name))).map((each) => `${name}/${each}`)
    for (const candidate of [name, ...within])
      if (await isCheckpoint(join(folder, candidate))) names.push(candidate)
  }
  const chosen = resolve(resolveModel(defaultModel(env), env))
  const models: ListedModel[] = []
  for (const name of names) {
    const place = resolve(resolveModel(name, env))
    models.push({ name, folder: place, bytes: await bytesIn(place), default: place === chosen })
  }
  return models
}

async function foldersIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
  return entries
    .filter((entry) => entry.isDirectory() || entry.isSymbolicLink())
    .map(({ name }) => name)
    .sort()
}

const isCheckpoint = (folder: string): Promise<boolean> =>
  findCheckpoint(folder).then(
    () => true,
    () => false,
  )

async function bytesIn(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])
  const sizes = entries
    .filter((entry) => !entry.isDirectory())
    .map(async ({ parentPath, name }) => (await stat(join(parentPath, name))).size)
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0)
}
