import {
  type EditHooks,
  encodeEdit,
  type NamedPicture,
  onWhite,
  type RecordedEdit,
  type RecordingEditor,
  readMask,
  recordedOptions,
  roundText,
} from '../../edit/index.ts'
import { encodeMask, type Mask, type OutputFormat, type PictureFile, readPicture } from '../../image/index.ts'
import type { EditOutput } from '../edits/rows.ts'
import type { EditTask, Owner, StoredPicture } from '../edits.ts'
import type { PictureStore } from '../pictures/pictureStore.ts'
import { resultName } from '../pictures/takeIn.ts'
import type { AttemptReporter } from './attemptReporter.ts'

/** An edit as stored in its row. */
export interface StoredEdit {
  readonly id: string
  readonly owner: Owner
  readonly task: EditTask
  /** The names of its pictures, by id. */
  readonly names: Readonly<Record<string, string>>
}

/** The inputs of an edit. */
interface Ingredients extends Pick<RecordedEdit, 'init' | 'more' | 'region' | 'maskName'> {
  readonly source: NamedPicture & { readonly picture: PictureFile }
}

/** Makes an edit with an open editor, and stores its pictures. @throws EditError and what the editor throws */
export async function makeEdit(
  { id, owner, task, names }: StoredEdit,
  editor: RecordingEditor,
  { store, reporter, signal }: { store: PictureStore; reporter: AttemptReporter; signal: AbortSignal },
): Promise<EditOutput> {
  const ingredients = await readIngredients(task, names, store)
  const { output = {} } = task
  const { format = 'png', quality, recipe: keepsRecipe = true } = output
  const notes: string[] = []
  const maps: Mask[] = []
  const edit: RecordedEdit = {
    ...ingredients,
    instruction: task.instruction,
    options: {
      ...(editor.editor.options.includes('seed') && { seed: 0 }),
      ...recordedOptions(task.options ?? {}),
    },
    plan: task.plan,
    saved: { quality: format === 'png' ? undefined : quality },
  }
  const recipe = await editor.recipeOf(edit, signal)
  const made = await editor.run(edit, recipe, {
    ...hooksOf(task, editor, reporter, notes),
    onChangeMap: (map) => void maps.push(map),
    signal,
  })
  const { source } = ingredients
  if (source.picture.frames > 1)
    notes.push(`${source.name}: ${source.picture.frames} frames; the first was edited`)
  const opaque = onWhite(made.picture, source.picture, format)
  if (opaque || (source.picture.alpha && format === 'jpeg'))
    notes.push('JPEG has no transparency; the picture is on white (PNG and WebP have it)')
  const bytes = await encodeEdit(opaque ?? made.picture, source.picture, {
    format,
    quality: edit.saved?.quality,
    recipe: keepsRecipe ? made.recipe : undefined,
  })
  signal.throwIfAborted()
  const result = await store.keep(owner, bytes, {
    ...sizeOf(made.picture),
    name: resultName(source.name, format),
    type: typeOf(format),
    kind: 'picture',
  })
  const changeMap = maps[0] && (await keepMap(owner, maps[0], store))
  await noteUses(store, id, owner, [result.id, ...(changeMap ? [changeMap] : [])])
  const plan = 'darkroom' in made.recipe ? made.recipe.darkroom.plan : undefined
  return {
    result,
    ...(changeMap && { changeMap }),
    ...(plan && { plan }),
    ...(made.report && { did: made.report.did }),
    ...(made.usage && { usage: made.usage }),
    ...(notes.length > 0 && { notes }),
  }
}

const sizeOf = ({ width, height }: { width: number; height: number }): { width: number; height: number } => ({
  width,
  height,
})

const typeOf = (format: OutputFormat): StoredPicture['type'] => `image/${format}`

async function readIngredients(
  { picture, others = [], mask, box, init }: EditTask,
  names: StoredEdit['names'],
  store: PictureStore,
): Promise<Ingredients> {
  const read = async (id: string): Promise<NamedPicture & { picture: PictureFile }> => ({
    name: names[id] ?? 'picture',
    picture: await readPicture(await store.bytes(id)),
  })
  const source = await read(picture)
  const more: NamedPicture[] = []
  for (const id of others) more.push(await read(id))
  return {
    source,
    ...(init && { init: { ...(await read(init.picture)), strength: init.strength } }),
    ...(more.length > 0 && { more }),
    region: mask === undefined ? box : await readMask(await store.bytes(mask)),
    ...(mask !== undefined && { maskName: names[mask] }),
  }
}

/** Reports while it runs. Each preview costs a decoding, and only models make previews. */
function hooksOf(
  { previews = 4 }: EditTask,
  { editor }: RecordingEditor,
  reporter: AttemptReporter,
  notes: string[],
): EditHooks {
  return {
    onProgress: (progress) => reporter.progress(progress),
    onInstruction: ({ read, tokens }) => {
      if (read < tokens) notes.push(`instruction: read ${read} of ${tokens} tokens; shorten it`)
    },
    onRound: (round, _, number) => void notes.push(`try ${number}: ${roundText(round)}`),
    onThought: ({ rewritten }) => {
      if (rewritten !== undefined) notes.push(`rewritten: ${rewritten}`)
    },
    ...(previews > 0 &&
      editor.options.includes('steps') &&
      editor.options.includes('init') && {
        previewEvery: previews,
        onPreview: (picture) => reporter.preview(picture),
      }),
  }
}

async function keepMap(owner: Owner, map: Mask, store: PictureStore): Promise<string> {
  const kept = await store.keep(owner, await encodeMask(map), {
    ...sizeOf(map),
    name: 'changes.png',
    type: 'image/png',
    kind: 'map',
  })
  return kept.id
}

/** Results of an edit are not deleted while the edit exists. */
async function noteUses(
  store: PictureStore,
  id: string,
  owner: Owner,
  pictures: readonly string[],
): Promise<void> {
  const { sql } = store
  await sql.transaction(async (session) => {
    await store.hold(session, owner, pictures)
    await session.query(
      `INSERT INTO ${sql.schema}.uses (edit, owner, picture)
       SELECT id, owner, picture FROM ${sql.schema}.edits CROSS JOIN unnest($2::text[]) AS made (picture)
        WHERE id = $1 ON CONFLICT DO NOTHING`,
      [id, pictures],
    )
  })
}
