import { type Picture, pictureHash } from '../../image/index.ts'
import type { EditPlan } from '../darkroom/plan.ts'
import type { EditedPicture } from '../editor.ts'
import type { EditOptions } from '../options.ts'
import type { Recipe, SavedAs, UnfinishedRecipe, UsedPicture } from '../recipe.ts'
import { type EditRegion, maskHash } from '../region.ts'

/** A picture with the name that a recipe calls it by. */
export interface NamedPicture {
  /** A path from the folder of the edited picture, or a file's name: never the folders above. */
  readonly name: string
  readonly picture: Picture
}

/** An edit with the names of what goes into it, so that its recipe can be written. */
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
  /** How the file will be written, where that is not left to the defaults. */
  readonly saved?: SavedAs | undefined
}

/** What recipes say of an editor, and whether it is still the one of a recipe. */
export interface RecipeKeeper {
  /** The recipe of an edit without its result, with all that decides it: of the darkroom the plan. @throws EditError */
  recipeOf(edit: RecordedEdit, signal?: AbortSignal): Promise<UnfinishedRecipe>
  /** What of a recipe's model or tools is not what this editor has, as far as that is known before an edit. */
  changedSince(recipe: Recipe): Promise<readonly string[]>
}

/** What all recipes hold of the pictures that went into an edit. */
export function recordedPicture({ name, picture }: NamedPicture): UsedPicture {
  return { path: name, sha256: pictureHash(picture) }
}

/** What a recipe says of further pictures. */
export function recordedMore({ more = [] }: Pick<RecordedEdit, 'more'>): Pick<Recipe, 'more'> {
  return more.length > 0 ? { more: more.map(recordedPicture) } : {}
}

/** What a recipe says of the part of the picture that an edit kept to. */
export function recordedRegion({
  region,
  maskName = 'mask.png',
}: Pick<RecordedEdit, 'region' | 'maskName'>): Pick<Recipe, 'box' | 'mask'> {
  if (!region) return {}
  if (!('data' in region)) return { box: [region.x, region.y, region.width, region.height] }
  return { mask: { path: maskName, sha256: maskHash(region) } }
}

/** What a recipe says of the file, where that was not left to the defaults. */
export function recordedSaving({ saved }: Pick<RecordedEdit, 'saved'>): Pick<Recipe, 'saved'> {
  return (saved?.quality ?? saved?.metadata) === undefined
    ? {}
    : { saved: { quality: saved?.quality, metadata: saved?.metadata } }
}
