import {
  darkroomName,
  embeddedPlanner,
  initStrength,
  morePictures,
  parseRecipe,
  planSchema,
  type Recipe,
  type UsedPicture,
} from '../../../edit/index.ts'
import { readRecipe } from '../../../image/index.ts'
import type { EditTask, Owner, StoredPicture } from '../../edits.ts'
import type { MissingPart, Recall } from '../../history.ts'
import type { Models, ServiceModel } from '../../models.ts'
import type { Pictures } from '../../pictures.ts'
import { acceptsOption } from '../options.ts'
import type { PictureFinder, WantedPicture } from './findPictures.ts'

/** Dependencies of recalling. */
export interface RecallParts {
  readonly pictures: Pictures
  readonly finder: PictureFinder
  readonly models: Pick<Models, 'models' | 'loras'>
}

/** Maximum length of an instruction. */
const mostLetters = 32_000

/**
 * How a picture was made, from its recipe, as far as this can be repeated here. The recipe is untrusted: only valid
 * options of an edit are returned.
 * @returns undefined where the picture holds no recipe, or a damaged one
 * @throws ServiceError `missing`
 */
export async function recallPicture(
  owner: Owner,
  id: string,
  { pictures, finder, models }: RecallParts,
): Promise<Recall | undefined> {
  const stored = await pictures.get(owner, id)
  const recipe = await recipeIn(stored.name, await pictures.read(owner, id))
  if (!recipe || recipe.instruction.length > mostLetters) return undefined
  const missing: MissingPart[] = []
  const made = editorOf(recipe)
  const listed = await models.models()
  const model = listed.find(({ name, state }) => name === made && state === 'ready')
  if (!model) missing.push({ part: 'model', name: made })
  const wanted = wantedBy(recipe)
  const found = await finder.find(
    owner,
    wanted.map((each) => each.picture),
  )
  const picturesOf = (part: Part): readonly StoredPicture[] =>
    wanted
      .filter((each) => each.part === part)
      .flatMap(({ picture: each }) => {
        const there = found.get(each.hash)
        if (!there) missing.push({ part, name: each.name })
        return there ?? []
      })
  const [[source], more, [init], [mask]] = [
    picturesOf('picture'),
    picturesOf('more'),
    picturesOf('init'),
    picturesOf('mask'),
  ]
  const loras = await lorasOf(recipe, models, missing)
  const strength = 'init' in recipe ? recipe.init?.strength : undefined
  const task: Recall['task'] = {
    ...(model && { model: model.name }),
    instruction: recipe.instruction,
    options: optionsOf(recipe, model),
    ...(source && { picture: source.id }),
    ...(more.length > 0 && { others: more.map((each) => each.id) }),
    ...(init && initStrength.accepts(strength) && { init: { picture: init.id, strength: strength! } }),
    ...(mask ? { mask: mask.id } : boxOf(recipe)),
    ...planOf(recipe),
    ...(loras.length > 0 && { loras }),
    ...outputOf(recipe, stored),
  }
  const used = new Map([source, ...more, init, mask].flatMap((each) => (each ? [[each.id, each]] : [])))
  return { editor: made, task, pictures: [...used.values()], missing }
}

async function recipeIn(name: string, bytes: Uint8Array): Promise<Recipe | undefined> {
  try {
    const text = await readRecipe(bytes)
    return text === undefined ? undefined : parseRecipe(name, text)
  } catch {
    return undefined
  }
}

function editorOf(recipe: Recipe): string {
  if ('darkroom' in recipe) return darkroomName
  return 'remote' in recipe ? recipe.remote.name : recipe.model.folder
}

type Part = 'picture' | 'more' | 'init' | 'mask'

function wantedBy(recipe: Recipe): readonly { readonly part: Part; readonly picture: WantedPicture }[] {
  const want = (
    part: Part,
    used: UsedPicture | undefined,
    by: WantedPicture['by'] = 'pixels',
  ): ReturnType<typeof wantedBy> =>
    used ? [{ part, picture: { name: used.path.split(/[/\\]/).at(-1) ?? '', hash: used.sha256, by } }] : []
  return [
    ...want('picture', recipe.picture),
    ...morePictures(recipe).flatMap((each) => want('more', each)),
    ...want('init', 'init' in recipe ? recipe.init : undefined),
    ...want('mask', recipe.mask, 'coverage'),
  ]
}

async function lorasOf(
  recipe: Recipe,
  models: RecallParts['models'],
  missing: MissingPart[],
): Promise<NonNullable<EditTask['loras']>> {
  if (!('model' in recipe) || recipe.model.loras.length === 0) return []
  const there = await models.loras()
  return recipe.model.loras.flatMap(({ file, strength }) => {
    const name = file.replace(/\.safetensors$/, '')
    if (there.some((lora) => lora.name === name)) return { name, strength }
    missing.push({ part: 'lora', name })
    return []
  })
}

/** The options that the editor takes, or all options if the editor is unknown. */
function optionsOf({ options }: Recipe, model: ServiceModel | undefined): NonNullable<EditTask['options']> {
  return Object.fromEntries(
    Object.entries(options).filter(
      ([name, value]) => acceptsOption(name, value) && (!model || model.options.includes(name)),
    ),
  )
}

function boxOf({ box }: Recipe): Pick<EditTask, 'box'> {
  if (!box) return {}
  const [x, y, width, height] = box
  return x >= 0 && y >= 0 && width >= 1 && height >= 1 ? { box: { x, y, width, height } } : {}
}

/**
 * The plan, if this server's planner would read the instruction differently; otherwise the recipe is the same without
 * it.
 */
function planOf(recipe: Recipe): Pick<EditTask, 'plan'> {
  if (!('darkroom' in recipe)) return {}
  const { name, version } = embeddedPlanner()
  if (recipe.darkroom.planner === `${name} ${version}`) return {}
  const { data } = planSchema.safeParse(recipe.darkroom.plan)
  return data ? { plan: data } : {}
}

/** The stored file: anything but PNG has a format and a quality. */
function outputOf({ saved }: Recipe, { type }: StoredPicture): Pick<EditTask, 'output'> {
  if (type !== 'image/jpeg' && type !== 'image/webp') return {}
  const quality = saved?.quality
  const isQuality = quality !== undefined && Number.isInteger(quality) && quality >= 1 && quality <= 100
  return { output: { format: type === 'image/jpeg' ? 'jpeg' : 'webp', ...(isQuality && { quality }) } }
}
