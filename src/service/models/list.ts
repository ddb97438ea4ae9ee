import { readdir, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import {
  darkroomJobs,
  darkroomOptions,
  darkroomPictures,
  editOptions,
  families,
  familyOf,
  findModelFolder,
  initStrength,
  type ModelFamily,
  modelsFolder,
  openRemoteEditor,
  optionsOf,
  remoteConfig,
  step1xOptions,
} from '../../edit/index.ts'
import { isInstalled, openToolbox, packs, packsOf, toolsFolder } from '../../tools/index.ts'
import { publishedFacts, publishedModels, pulledSoFar } from '../../weights/index.ts'
import type { ServiceModel } from '../models.ts'
import { isEmbedded, type KnownEditor, knownEditors } from './find.ts'
import { listedEditor } from './remotes.ts'
import type { EditorSettings } from './settings.ts'

type Known<K> = Extract<KnownEditor, { readonly kind: K }>

/** The editors of the server, and the published models that it could pull. Nothing is opened or sent. */
export async function listEditors(settings: EditorSettings): Promise<readonly ServiceModel[]> {
  const { env = process.env } = settings
  const { known, byDefault } = await knownEditors(settings)
  const there = await Promise.all(
    known.map((editor) => {
      const isDefault = editor.name === byDefault
      if (editor.kind === 'darkroom') return darkroom(isDefault, env)
      return editor.kind === 'model' ? model(editor, isDefault, env) : remote(editor, isDefault, settings)
    }),
  )
  const missing = Object.keys(publishedModels)
    .filter((name) => !known.some((editor) => editor.name === name))
    .map(
      (name): ServiceModel => ({
        name,
        kind: 'model',
        state: 'missing',
        isDefault: false,
        ...published(name),
        loras: true,
      }),
    )
  return [...there, ...missing]
}

/** What is known of a published model before it is there: by its family, as its repository states it. */
function published(
  name: string,
): Pick<ServiceModel, 'family' | 'options' | 'pictures' | 'bytes' | 'licence'> {
  const { family: kind, bytes, licence, pictures } = publishedFacts[name]!
  const family = families.find((each) => each.name === kind)
  const mostPictures = pictures === undefined ? (family?.mostPictures ?? 0) : pictures - 1
  return {
    ...(family && { family: family.title }),
    options: family ? optionsOf({ options: family.options, mostPictures }) : step1xOptions,
    pictures: 1 + mostPictures,
    bytes,
    licence,
  }
}

type DarkroomTools = NonNullable<ServiceModel['tools']>

/** Seconds for which programs of this machine that came or went are not noticed; packs are at once. */
const toolsHold = 60

/** Looking for the tools starts programs and takes a third of a second: what was found lately counts. */
let lastTools: { readonly key: string; readonly at: number; readonly tools: DarkroomTools } | undefined

async function darkroomTools(folder: string): Promise<DarkroomTools> {
  const installed = Object.values(packs).filter((pack) => isInstalled(folder, pack))
  const key = JSON.stringify([folder, installed.map(({ name, version }) => [name, version])])
  const now = performance.now() / 1000
  if (lastTools?.key === key && now - lastTools.at < toolsHold) return lastTools.tools
  const toolbox = await openToolbox({ folder })
  const tools = darkroomJobs.map((job) => ({
    job,
    isReady: toolbox.has(job),
    packs: packsOf(job).filter((name) => !isInstalled(folder, packs[name])),
  }))
  await toolbox.close()
  lastTools = { key, at: now, tools }
  return tools
}

async function darkroom(isDefault: boolean, env: NodeJS.ProcessEnv): Promise<ServiceModel> {
  const tools = await darkroomTools(toolsFolder(env))
  return {
    name: 'darkroom',
    kind: 'darkroom',
    state: 'ready',
    isDefault,
    options: darkroomOptions,
    pictures: 1 + darkroomPictures,
    licence: 'Apache-2.0',
    tools,
  }
}

async function model(
  editor: Known<'model'>,
  isDefault: boolean,
  env: NodeJS.ProcessEnv,
): Promise<ServiceModel> {
  const { name, folder, problem } = editor
  const facts = publishedFacts[name]
  const pulled = await pulledSoFar(folder).catch(() => undefined)
  const isHalf = problem !== undefined && pulled !== undefined && pulled.done < pulled.total
  const found = problem === undefined ? await familyIn(folder) : undefined
  const licence = isEmbedded(editor) ? 'Apache-2.0' : facts?.licence
  return {
    name,
    kind: 'model',
    state: problem === undefined ? 'ready' : isHalf ? 'missing' : 'broken',
    ...(problem !== undefined && { problem: withoutFolder(problem, env) }),
    isDefault,
    bytes: isHalf ? pulled.total : await bytesIn(folder),
    ...(found && { family: found.family.title }),
    options: found ? optionsOf(found.family) : step1xOptions,
    ...(found && { defaults: found.defaults }),
    pictures: 1 + (found?.family.mostPictures ?? 0),
    ...(licence !== undefined && { licence }),
    loras: true,
    isRemovable: resolve(folder) === resolve(modelsFolder(env), name),
    ...(isHalf && { pull: { done: pulled.done, total: pulled.total } }),
  }
}

/** The family of a model, and what it takes where an edit does not say, read from its folder without its weights. */
async function familyIn(
  folder: string,
): Promise<{ readonly family: ModelFamily; readonly defaults: Readonly<Record<string, unknown>> }> {
  const found = await findModelFolder(folder)
  const family = familyOf(found)
  const general = Object.entries(editOptions)
    .filter(([name]) => family.options.some((each) => each === name))
    .map(([name, option]) => [name, option.default] as const)
  const ofInit = family.options.includes('init') ? { strength: initStrength.default } : {}
  return { family, defaults: { ...Object.fromEntries(general), ...ofInit, ...family.defaultsOf(found) } }
}

async function remote(
  { name }: Known<'remote'>,
  isDefault: boolean,
  settings: EditorSettings,
): Promise<ServiceModel> {
  const { env = process.env, editors = {}, editorsFolder } = settings
  const about: Pick<ServiceModel, 'name' | 'kind' | 'isDefault' | 'pictures'> = {
    name,
    kind: 'remote',
    isDefault,
    pictures: 1,
  }
  try {
    const config = remoteConfig(name, { editors, env })!
    const { key, isReady, model: served } = listedEditor(name, config, env)
    // To ask it for its options; nothing is sent.
    const stand = isReady || key === undefined ? env : { ...env, [key]: 'none' }
    const editor = await openRemoteEditor(name, { editors, editorsFolder, env: stand })
    await editor.close()
    return {
      ...about,
      state: isReady ? 'ready' : 'broken',
      ...(!isReady && { problem: `${key} is not set` }),
      options: editor.options,
      pictures: 1 + editor.mostPictures,
      served: `${config.type}:${served}`,
    }
  } catch (error) {
    return { ...about, state: 'broken', problem: (error as Error).message, options: [] }
  }
}

/** A problem as all who use the server may read it: paths of the machine say nothing to them. */
export const withoutFolder = (problem: string, env: NodeJS.ProcessEnv): string =>
  problem.replaceAll(`${modelsFolder(env)}/`, '')

/** Bytes of the files in a folder and below. */
export async function bytesIn(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])
  const sizes = entries
    .filter((entry) => !entry.isDirectory())
    .map(({ parentPath, name }) =>
      stat(join(parentPath, name)).then(
        ({ size }) => size,
        () => 0,
      ),
    )
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0)
}
