import { resolve } from 'node:path'
import type { Command } from 'commander'
import { embeddedName, families, familyOf, findModelFolder, type KnownModel } from '../edit/index.ts'
import { listLanguageModels } from '../language/index.ts'
import { bytesIn, knownEditors } from '../service/index.ts'
import { publishedFacts, publishedModels } from '../weights/index.ts'
import { readConfiguration } from './configuration.ts'
import { listedEditors } from './remote.ts'
import { bytesText, type Terminal } from './terminal.ts'

interface ListedModel extends Omit<KnownModel, 'folder'> {
  /** None of the darkroom, which is code. */
  readonly folder: string | undefined
  readonly bytes: number
  /** As its authors write it. */
  readonly family?: string | undefined
  readonly licence?: string | undefined
  /** Whether it is taken when a command names none. */
  readonly default: boolean
}

/** `pentimento models` */
export function modelsCommand(program: Command, terminal: Terminal): void {
  program
    .command('models')
    .description('list models of all families, installed or available to pull, and remote editors')
    .option('--config <file.json>', 'configuration with remote editors')
    .option('--json', 'print the list as JSON')
    .action(async (flags: { json?: true; config?: string }) => {
      const models = await installedModels(terminal.env)
      const { editors } = await readConfiguration(flags.config, terminal)
      const remote = listedEditors(editors, terminal.env)
      const answering = await languageModels(terminal.env)
      const missing = missingModels(models)
      if (flags.json) terminal.out(`${JSON.stringify([...models, ...answering, ...remote, ...missing])}\n`)
      else {
        for (const model of models) terminal.out(modelText(model))
        for (const { name, bytes, folder } of answering)
          terminal.out(`${name}  ${bytesText(bytes)}, answers questions ('pentimento ask')  ${folder}\n`)
      }
      if (!flags.json)
        for (const { name, type, model, url, state } of remote)
          terminal.out(`${name}  ${type}:${model}, ${state}${url === undefined ? '' : `  ${url}`}\n`)
      if (!flags.json)
        for (const { name, family, bytes, licence } of missing)
          terminal.out(
            `${name}  ${family}, ${bytesText(bytes)} to download ('pentimento pull ${name}'), ${licence}\n`,
          )
    })
}

/** Published models that are not installed. */
function missingModels(installed: readonly Pick<ListedModel, 'name'>[]): readonly {
  readonly name: string
  readonly type: 'published'
  readonly family: string
  readonly bytes: number
  readonly licence: string
}[] {
  return Object.keys(publishedModels)
    .filter((name) => !installed.some((model) => model.name === name))
    .map((name) => {
      const { bytes, licence } = publishedFacts[name]!
      return { name, type: 'published', family: publishedFamily(name)!, bytes, licence }
    })
}

const publishedFamily = (name: string): string | undefined =>
  families.find((family) => family.name === publishedFacts[name]?.family)?.title

/** Language models, which edit nothing. */
async function languageModels(
  env: NodeJS.ProcessEnv,
): Promise<
  { readonly name: string; readonly folder: string; readonly bytes: number; readonly type: 'language' }[]
> {
  const found = await listLanguageModels(env)
  return Promise.all(
    found.map(async ({ name, folder }) => ({ name, type: 'language', folder, bytes: await bytesIn(folder) })),
  )
}

function modelText({
  name,
  family,
  licence,
  folder,
  bytes,
  problem,
  default: isDefault,
}: ListedModel): string {
  const facts = [family, folder === undefined ? 'by algorithm' : bytesText(bytes), folder && licence]
  const size = facts.filter((each) => each !== undefined).join(', ')
  const line = `${name}  ${size}${isDefault ? ', the default' : ''}${folder === undefined ? '' : `  ${folder}`}\n`
  return problem === undefined
    ? line
    : `${line}  cannot be used: ${problem}; 'pentimento pull ${name}' resumes it\n`
}

/** The editors of this machine, models with their sizes. */
export async function installedModels(env: NodeJS.ProcessEnv): Promise<ListedModel[]> {
  const { known, byDefault } = await knownEditors({ env })
  const here = known.filter((editor) => editor.kind !== 'remote')
  return Promise.all(
    here.map(async (editor) => {
      const { name } = editor
      const isDefault = name === byDefault
      if (editor.kind === 'darkroom')
        return { name, folder: undefined, problem: undefined, bytes: 0, default: isDefault }
      const folder = resolve(editor.folder)
      const found = editor.problem === undefined ? await findModelFolder(folder) : undefined
      const family = found ? familyOf(found).title : publishedFamily(name)
      const licence = name === embeddedName ? 'Apache-2.0' : publishedFacts[name]?.licence
      return {
        name,
        folder,
        problem: editor.problem,
        bytes: await bytesIn(folder),
        family,
        licence,
        default: isDefault,
      }
    }),
  )
}
