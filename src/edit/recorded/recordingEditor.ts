import { pictureHash } from '../../image/index.ts'
import { DarkroomEditor } from '../darkroom/editor.ts'
import type { DarkroomReport } from '../darkroom/plan.ts'
import type { EditedPicture, Editor } from '../editor.ts'
import { EditError } from '../error.ts'
import { ModelEditor } from '../modelEditor.ts'
import type { EditHooks, EditUsage } from '../progress.ts'
import type { Recipe, UnfinishedRecipe } from '../recipe.ts'
import type { ThoughtReport } from '../reflection/report.ts'
import { RemoteEditor } from '../remote/remoteEditor.ts'
import { DarkroomRecipes } from './darkroomRecipes.ts'
import { ModelRecipes, type OpenedModel } from './modelRecipes.ts'
import type { RecipeKeeper, RecordedEdit } from './recordedEdit.ts'
import { RemoteRecipes, withUsage } from './remoteRecipes.ts'

/** A finished edit with its recipe. */
export interface MadeEdit {
  readonly picture: EditedPicture
  readonly recipe: Recipe
  /** The darkroom's report. */
  readonly report?: DarkroomReport
  /** The thoughts of a model that thinks. */
  readonly thought?: ThoughtReport
  /** The usage of a remote editor. */
  readonly usage?: EditUsage
}

/** The content of a recipe apart from the editor. */
export interface RecordingOptions {
  /** The version of Pentimento that recipes name. */
  readonly version: string
  /** Of a model: how it was opened. */
  readonly opened?: OpenedModel | undefined
}

/** An editor that gives each picture with its recipe. It is the editor's owner: closing it closes the editor. */
export class RecordingEditor {
  readonly editor: Editor
  readonly #keeper: RecipeKeeper

  /** @throws EditError `input` for an editor of another kind, whose recipes nobody can write */
  constructor(editor: Editor, options: RecordingOptions) {
    this.editor = editor
    this.#keeper = keeperOf(editor, options)
  }

  /** Parts of a recipe's model or tools that differ from this editor's, as far as known before an edit. */
  changedSince(recipe: Recipe): Promise<readonly string[]> {
    return this.#keeper.changedSince(recipe)
  }

  /** The recipe of an edit without its result. @throws EditError where no plan can be made */
  recipeOf(edit: RecordedEdit, signal?: AbortSignal): Promise<UnfinishedRecipe> {
    return this.#keeper.recipeOf(edit, signal)
  }

  /** Makes an edit by its recipe. @throws EditError as {@link Editor.edit} */
  async run(edit: RecordedEdit, recipe: UnfinishedRecipe, hooks: EditHooks = {}): Promise<MadeEdit> {
    let report: DarkroomReport | undefined
    let thought: ThoughtReport | undefined
    let usage: EditUsage | undefined
    const { source, instruction, options, init, more, region } = edit
    const picture = await this.editor.edit(source.picture, instruction, {
      ...options,
      init: init && { picture: init.picture, strength: init.strength },
      more: more?.map(({ picture }) => picture),
      region,
      plan: 'darkroom' in recipe ? recipe.darkroom.plan : undefined,
      ...hooks,
      onReport: async (made) => {
        report = made
        await hooks.onReport?.(made)
      },
      onThought: async (made) => {
        thought = made
        await hooks.onThought?.(made)
      },
      onUsage: (used) => {
        usage = used
        hooks.onUsage?.(used)
      },
    })
    return {
      picture,
      recipe: finished(withUsage(recipe, usage), pictureHash(picture), { report, thought }),
      ...(report && { report }),
      ...(thought && { thought }),
      ...(usage && { usage }),
    }
  }

  close(): Promise<void> {
    return this.editor.close()
  }
}

function keeperOf(editor: Editor, { version, opened }: RecordingOptions): RecipeKeeper {
  if (editor instanceof DarkroomEditor) return new DarkroomRecipes(editor, version)
  if (editor instanceof RemoteEditor) return new RemoteRecipes(editor, version)
  if (editor instanceof ModelEditor && opened) return new ModelRecipes(editor, opened, version)
  throw new EditError('input', `${editor.name}: expected the darkroom, a model or a remote editor`)
}

/** A recipe with its result, what was thought, and with the tools that an edit turned out to use. */
function finished(
  recipe: UnfinishedRecipe,
  result: string,
  { report, thought }: { report: DarkroomReport | undefined; thought: ThoughtReport | undefined },
): Recipe {
  if ('model' in recipe && thought) return { ...recipe, thought, result }
  if (!('darkroom' in recipe) || report === undefined) return { ...recipe, result }
  // A replay keeps the recipe as it is, so that the same pixels give the same bytes.
  const { tools } = recipe.darkroom
  const isReplay = Object.keys(tools).length > 0
  return { ...recipe, darkroom: { ...recipe.darkroom, tools: isReplay ? tools : report.tools }, result }
}
