import { type Picture, pictureHash } from '../../image/index.ts'
import type { EditPlan } from '../darkroom/plan.ts'
import type { EditedPicture } from '../editor.ts'
import type { EditOptions } from '../options.ts'
import type { Recipe, SavedAs, UnfinishedRecipe, UsedPicture } from '../recipe.ts'
import { type EditRegion, maskHash } from '../region.ts'

/** A picture with its name in the recipe. */
export interface NamedPicture {
  /** A path from the folder of the edited picture, or a file's name: never the folders above. */
  readonly name: string
  readonly picture: Picture
}

/** An edit with the names of its inputs, so that its recipe can be written. */
export interface RecordedEdit {
  readonly source: NamedPicture & { readonly picture: EditedPicture }
  readonly instruction: string
  readonly options: Omit<EditOptions, 'init' | 'plan' | 'more' | 'region'>
  readonly init?: (NamedPicture & { readonly strength: number }) | undefined
  /** Further pictures, for editors that take several. */
  readonly more?: readonly NamedPicture[] | undefined
  readonly region?: EditRegion | undefined
  /** Of a region that is a mask. */
  readonly maskName?: string | undefined
  /** The plan of the darkroom in place of the instruction. */
  readonly plan?: EditPlan | undefined
  /** Options of writing the file that differ from the defaults. */
  readonly saved?: SavedAs | undefined
}

/** Writes the recipes of an editor, and compares it with that of a recipe. */
export interface RecipeKeeper {
  /**
   * The recipe of an edit without its result, with everything that determines it: for the darkroom the plan. @throws
   * EditError
   */
  recipeOf(edit: RecordedEdit, signal?: AbortSignal): Promise<UnfinishedRecipe>
  /** Parts of a recipe's model or tools that differ from this editor's, as far as known before an edit. */
  changedSince(recipe: Recipe): Promise<readonly string[]>
}

/** The input pictures in a recipe. */
export function recordedPicture({ name, picture }: NamedPicture): UsedPicture {
  return { path: name, sha256: pictureHash(picture) }
}

/** The further pictures in a recipe. */
export function recordedMore({ more = [] }: Pick<RecordedEdit, 'more'>): Pick<Recipe, 'more'> {
  return more.length > 0 ? { more: more.map(recordedPicture) } : {}
}

/** The region in a recipe. */
export function recordedRegion({
  region,
  maskName = 'mask.png',
}: Pick<RecordedEdit, 'region' | 'maskName'>): Pick<Recipe, 'box' | 'mask'> {
  if (!region) return {}
  if (!('data' in region)) return { box: [region.x, region.y, region.width, region.height] }
  return { mask: { path: maskName, sha256: maskHash(region) } }
}

/** The options of writing the file in a recipe, where they differ from the defaults. */
export function recordedSaving({ saved }: Pick<RecordedEdit, 'saved'>): Pick<Recipe, 'saved'> {
  return (saved?.quality ?? saved?.metadata) === undefined
    ? {}
    : { saved: { quality: saved?.quality, metadata: saved?.metadata } }
}
