import { checkMore } from '../checkEdit.ts'
import { type DarkroomEditor, darkroomAlgorithm } from '../darkroom/editor.ts'
import { EditError } from '../error.ts'
import { type DarkroomRecipe, type Recipe, recordOptions, type UnfinishedRecipe } from '../recipe.ts'
import {
  type RecipeKeeper,
  type RecordedEdit,
  recordedMore,
  recordedPicture,
  recordedRegion,
  recordedSaving,
} from './recordedEdit.ts'

/** Recipes of the darkroom's edits. */
export class DarkroomRecipes implements RecipeKeeper {
  readonly #editor: DarkroomEditor
  readonly #version: string

  constructor(editor: DarkroomEditor, version: string) {
    this.#editor = editor
    this.#version = version
  }

  async recipeOf(edit: RecordedEdit, signal?: AbortSignal): Promise<UnfinishedRecipe> {
    const { source, instruction, options, more, region, plan: given } = edit
    checkMore({ more: more?.map(({ picture }) => picture) }, this.#editor)
    const { planner } = this.#editor
    const asked = { more: more?.map(({ picture }) => picture), region, signal }
    const plan = given ?? (await this.#editor.plan(source.picture, instruction, asked))
    const recipe: Omit<DarkroomRecipe, 'result'> = {
      pentimento: this.#version,
      algorithm: darkroomAlgorithm,
      picture: recordedPicture(source),
      instruction,
      options: recordOptions({ seed: options.seed }),
      ...recordedMore(edit),
      ...recordedRegion(edit),
      darkroom: { plan, planner: given ? 'given' : `${planner.name} ${planner.version}`, tools: {} },
      ...recordedSaving(edit),
    }
    return recipe
  }

  async changedSince(recipe: Recipe): Promise<readonly string[]> {
    if (!('darkroom' in recipe))
      throw new EditError('recipe', 'model: the recipe is one of a model, not of the darkroom')
    const changed = await this.#editor.changedTools(recipe.darkroom.tools)
    return recipe.algorithm === darkroomAlgorithm ? changed : ['the darkroom of another version', ...changed]
  }
}
