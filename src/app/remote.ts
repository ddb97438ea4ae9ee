import { basename } from 'node:path'
import {
  type EditorsConfig,
  type EditorType,
  type EditUsage,
  openRemoteEditor,
  type Recipe,
  type RemoteEditor,
  type RemoteRecipe,
  recordOptions,
  remoteAlgorithm,
  remoteFacts,
  type UnfinishedRecipe,
} from '../edit/index.ts'
import { pictureHash } from '../image/index.ts'
import type { RecipeKeeper } from './editing.ts'
import { UsageError } from './failure.ts'
import { optionsFor, type WriteChoice } from './job.ts'
import type { ReadJob } from './readJob.ts'
import { recordedPath } from './recordedPath.ts'
import { recordedRegion } from './recordedRegion.ts'
import type { Terminal } from './terminal.ts'
import { packageVersion } from './version.ts'

/** How a remote editor of a command is opened. */
export interface RemoteChoice {
  readonly type: 'remote'
  /** A name of the configuration, or `type:model`. */
  readonly name: string
  readonly editors: EditorsConfig
  readonly folder: string
}

export function openRemoteFor(
  { name, editors, folder }: RemoteChoice,
  { env }: Terminal,
): Promise<RemoteEditor> {
  return openRemoteEditor(name, { editors, editorsFolder: folder, env })
}

/** What recipes say of a remote editor's edits: which one it was; its pictures cannot be made again to the byte. */
export class RemoteRecipes implements RecipeKeeper {
  readonly #editor: RemoteEditor

  constructor(editor: RemoteEditor) {
    this.#editor = editor
  }

  async recipeOf(
    { job, picture, region }: ReadJob,
    { quality, metadata }: WriteChoice,
  ): Promise<UnfinishedRecipe> {
    const given = {
      '--with': job.second,
      '--plan': job.plan,
      '--init': job.init,
      '--preview': job.preview,
      '--profile': job.profile,
    }
    for (const [flag, value] of Object.entries(given))
      if (value !== undefined)
        throw new UsageError(`${flag}: ${this.#editor.name} is a remote editor and takes none; leave it out`)
    const recipe: Omit<RemoteRecipe, 'result'> = {
      pentimento: packageVersion(),
      algorithm: remoteAlgorithm,
      picture: { path: recordedPath(job.picture, job.output), sha256: pictureHash(picture) },
      instruction: job.instruction,
      options: recordOptions(optionsFor(job, this.#editor)),
      ...recordedRegion(job, region),
      remote: describeRemote(this.#editor),
      ...((quality ?? metadata) !== undefined && { saved: { quality, metadata } }),
    }
    return recipe
  }

  async changedSince(recipe: Recipe): Promise<readonly string[]> {
    if (!('remote' in recipe))
      throw new UsageError('model: the recipe is not one of a remote editor; leave --model out')
    const now = describeRemote(this.#editor)
    const { remote } = recipe
    if (remote.type !== now.type || remote.model !== now.model)
      return [`editor ${remote.type}:${remote.model}`]
    return remote.parameters === now.parameters ? [] : [`the configuration of ${remote.name}`]
  }

  profile(): never {
    throw new UsageError('--profile: a remote editor has no parts to profile; leave it out')
  }
}

/** Which editor it is. Names of files stand without their folders. */
function describeRemote({ name, type, model, url, parameters }: RemoteEditor): RemoteRecipe['remote'] {
  const isFile = type === 'command' || type === 'comfyui'
  return {
    name,
    type,
    model: isFile ? basename(model) : model,
    ...(url !== undefined && { url }),
    parameters,
  }
}

/** A recipe with what the service said of its answer. */
export function withUsage<R extends UnfinishedRecipe>(recipe: R, usage: EditUsage | undefined): R {
  if (!('remote' in recipe) || !usage) return recipe
  const { model, requestId, size } = usage
  return {
    ...recipe,
    remote: {
      ...recipe.remote,
      ...(model !== undefined && { reported: model }),
      ...(requestId !== undefined && { requestId }),
      ...(size && { received: [size.width, size.height] }),
    },
  }
}

/** `$0.042, request req_1` */
export function usageText({ cost, requestId }: EditUsage): string {
  return [
    ...(cost === undefined ? [] : [`$${cost.toFixed(cost < 0.1 ? 4 : 2)}`]),
    ...(requestId === undefined ? [] : [`request ${requestId}`]),
  ].join(', ')
}

/** A remote editor of the configuration, as lists show it: never with its key. */
export interface ListedEditor {
  readonly name: string
  readonly type: EditorType
  readonly model: string
  readonly url: string | undefined
  /** `key in OPENAI_API_KEY`, `OPENAI_API_KEY is not set`, `no key`. */
  readonly state: string
  readonly isReady: boolean
}

/** The remote editors of a configuration. Nothing is sent, and no key is read beyond whether it is there. */
export function listedEditors(editors: EditorsConfig, env: NodeJS.ProcessEnv): readonly ListedEditor[] {
  return Object.entries(editors).map(([name, config]) => {
    const { model, url, key } = remoteFacts(config)
    const isSet = key === undefined || Boolean(env[key]?.trim())
    const state = key === undefined ? 'no key' : isSet ? `key in ${key}` : `${key} is not set`
    return { name, type: config.type, model, url, state, isReady: isSet }
  })
}
