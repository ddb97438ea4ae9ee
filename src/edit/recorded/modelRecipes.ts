import { basename, resolve } from 'node:path'
import { changedFiles, isSameAdapter } from '../checkpoint/identity.ts'
import type { LoraChoice } from '../checkpoint/lora.ts'
import { modelName } from '../checkpoint/models.ts'
import type { Quotes } from '../condition/prompt.ts'
import { EditError } from '../error.ts'
import { step1xEdit } from '../families/step1x/family.ts'
import type { EditDefaults, ModelEditor } from '../modelEditor.ts'
import {
  editAlgorithm,
  type ModelRecipe,
  type Recipe,
  recordOptions,
  type UnfinishedRecipe,
} from '../recipe.ts'
import {
  type RecipeKeeper,
  type RecordedEdit,
  recordedMore,
  recordedPicture,
  recordedRegion,
  recordedSaving,
} from './recordedEdit.ts'

/** The options a model was opened with, as far as recipes contain them. */
export interface OpenedModel {
  readonly folder: string
  readonly quotes: Quotes
  readonly loras: readonly LoraChoice[]
}

/** Recipes of a model's edits. */
export class ModelRecipes implements RecipeKeeper {
  readonly #editor: ModelEditor
  readonly #model: ModelRecipe['model']
  readonly #loras: readonly LoraChoice[]
  readonly #version: string

  constructor(editor: ModelEditor, opened: OpenedModel, version: string) {
    this.#editor = editor
    this.#model = describeModel(editor, opened)
    this.#loras = opened.loras
    this.#version = version
  }

  /** Parts of the checkpoint that changed, and LoRAs, by their files. */
  async changedSince(recipe: Recipe): Promise<readonly string[]> {
    if (!('model' in recipe))
      throw new EditError('recipe', 'model: the recipe belongs to the darkroom; leave --model out')
    const { files, loras } = recipe.model
    const { checkpoint, identities } = this.#editor
    const changed = [...(await changedFiles(files, checkpoint, identities))]
    for (const [i, { file, identity }] of loras.entries()) {
      const [now, path] = [this.#model.loras[i]?.identity, this.#loras[i]?.file]
      if (!now || !path || !(await isSameAdapter(identity, path, now))) changed.push(basename(file))
    }
    return changed
  }

  /** It includes the model's defaults, because models may change. */
  async recipeOf(edit: RecordedEdit): Promise<UnfinishedRecipe> {
    const { source, instruction, options, init, plan } = edit
    if (plan !== undefined) throw new EditError('input', 'plan: only the darkroom takes it (model darkroom)')
    return {
      pentimento: this.#version,
      algorithm: editAlgorithm,
      picture: recordedPicture(source),
      instruction,
      options: withDefaults(options, this.#editor.defaults),
      ...(init && { init: { ...recordedPicture(init), strength: init.strength } }),
      ...recordedMore(edit),
      ...recordedRegion(edit),
      model: this.#model,
      ...recordedSaving(edit),
    }
  }
}

/** The recipe's entry for the model. */
function describeModel(
  { family, variant, precision, plan, facts, provider, identities, loras }: ModelEditor,
  opened: OpenedModel,
): ModelRecipe['model'] {
  return {
    folder: modelName(opened.folder),
    ...(family !== step1xEdit.name && { family }),
    ...(variant !== undefined && { variant }),
    precision,
    plan,
    parts: facts,
    provider,
    quotes: opened.quotes,
    files: identities,
    loras: loras.map((lora) => ({ ...lora, file: basename(resolve(lora.file)) })),
  }
}

/** The seed first, then what models have defaults of, then the rest: the order of every recipe. */
function withDefaults(options: RecordedEdit['options'], defaults: EditDefaults): Recipe['options'] {
  const given = Object.fromEntries(
    Object.entries(options).filter(([name, value]) => name !== 'seed' && value !== undefined),
  )
  return recordOptions({ ...defaults, ...given, seed: options.seed })
}
