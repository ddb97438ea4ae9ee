import { basename } from 'node:path'
import { EditError } from '../error.ts'
import type { EditUsage } from '../progress.ts'
import { type Recipe, type RemoteRecipe, recordOptions, type UnfinishedRecipe } from '../recipe.ts'
import { type RemoteEditor, remoteAlgorithm } from '../remote/remoteEditor.ts'
import {
  type RecipeKeeper,
  type RecordedEdit,
  recordedMore,
  recordedPicture,
  recordedRegion,
  recordedSaving,
} from './recordedEdit.ts'

/** Recipes of a remote editor's edits, which identify the editor; its results cannot be reproduced byte for byte. */
export class RemoteRecipes implements RecipeKeeper {
  readonly #editor: RemoteEditor
  readonly #version: string

  constructor(editor: RemoteEditor, version: string) {
    this.#editor = editor
    this.#version = version
  }

  async recipeOf(edit: RecordedEdit): Promise<UnfinishedRecipe> {
    const { source, instruction, options, plan, init } = edit
    for (const [name, value] of Object.entries({
      plan,
      'init picture': init,
    }))
      if (value !== undefined)
        throw new EditError(
          'input',
          `${name}: ${this.#editor.name} is a remote editor and takes none; leave it out`,
        )
    const recipe: Omit<RemoteRecipe, 'result'> = {
      pentimento: this.#version,
      algorithm: remoteAlgorithm,
      picture: recordedPicture(source),
      instruction,
      ...recordedMore(edit),
      options: recordOptions(options),
      ...recordedRegion(edit),
      remote: describeRemote(this.#editor),
      ...recordedSaving(edit),
    }
    return recipe
  }

  async changedSince(recipe: Recipe): Promise<readonly string[]> {
    if (!('remote' in recipe))
      throw new EditError('recipe', 'model: the recipe is not one of a remote editor; leave --model out')
    const now = describeRemote(this.#editor)
    const { remote } = recipe
    if (remote.type !== now.type || remote.model !== now.model)
      return [`editor ${remote.type}:${remote.model}`]
    return remote.parameters === now.parameters ? [] : [`the configuration of ${remote.name}`]
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

/** A recipe with the service's facts about its answer. */
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
