import {
  type DarkroomReport,
  type EditedPicture,
  type Editor,
  type EditUsage,
  openModelEditor,
  type Recipe,
  type StageReport,
  type UnfinishedRecipe,
} from '../edit/index.ts'
import { FileError, writeFileWhole } from '../files/index.ts'
import {
  encodePicture,
  hasAlphaChannel,
  type Mask,
  onGround,
  outputFormat,
  type Picture,
  type PictureFile,
  pictureHash,
  writeMask,
} from '../image/index.ts'
import { type Profile, writeTrace } from '../onnx/index.ts'
import { DarkroomRecipes, openDarkroomFor } from './darkroom.ts'
import { type EditJob, encodeOptions, formatOf, optionsFor, type WriteChoice } from './job.ts'
import type { EditorChoice } from './modelFlags.ts'
import { ModelRecipes } from './modelRecipes.ts'
import { openingHooks } from './opening.ts'
import { numberedName, stream, withAdvice } from './outputs.ts'
import type { ReadJob } from './readJob.ts'
import { openRemoteFor, RemoteRecipes, withUsage } from './remote.ts'
import { ProgressLine, progressText, type Terminal } from './terminal.ts'

/** What was made. */
export interface EditReport {
  readonly output: string
  readonly width: number
  readonly height: number
  readonly seconds: number
  readonly recipe: Recipe
  /** What a remote editor used, and what it cost. */
  readonly usage?: EditUsage
  /** What the darkroom did, a line each step. */
  readonly did?: readonly string[]
  /** The edited picture, before the file's format lost some of it. */
  readonly picture: Picture
  /** Time and memory of each stage, with the option `profile`. */
  readonly stages?: readonly StageReport[]
}

/** What recipes say of an editor, and whether it is still the one of a recipe. */
export interface RecipeKeeper {
  /** The recipe of a job without its result, with all that decides it: of the darkroom the plan. */
  recipeOf(read: ReadJob, choice: WriteChoice): Promise<UnfinishedRecipe>
  /** What of a recipe's model or tools is not what this editor has, as far as that is known before an edit. */
  changedSince(recipe: Recipe): Promise<readonly string[]>
  /** Where the time went, by part of the model. @throws UsageError of an editor without parts */
  profile(): Promise<Readonly<Record<string, Profile>>>
}

/** An opened editor that makes picture files with their recipes inside. */
export class FileEditor {
  readonly #editor: Editor
  readonly #keeper: RecipeKeeper
  readonly #terminal: Terminal

  private constructor(editor: Editor, keeper: RecipeKeeper, terminal: Terminal) {
    this.#editor = editor
    this.#keeper = keeper
    this.#terminal = terminal
  }

  static async open(choice: EditorChoice, terminal: Terminal): Promise<FileEditor> {
    if (choice.type === 'darkroom') {
      const editor = await openDarkroomFor(choice, terminal)
      return new FileEditor(editor, new DarkroomRecipes(editor, terminal), terminal)
    }
    if (choice.type === 'remote') {
      const editor = await openRemoteFor(choice, terminal)
      return new FileEditor(editor, new RemoteRecipes(editor), terminal)
    }
    const line = new ProgressLine(terminal)
    const editor = await openModelEditor(choice.folder, {
      ...choice,
      signal: terminal.signal,
      ...openingHooks(line),
    }).finally(() => line.end())
    try {
      return new FileEditor(editor, new ModelRecipes(editor, choice), terminal)
    } catch (error) {
      await editor.close()
      throw error
    }
  }

  /** What of a recipe's model or tools is not what this editor has. */
  changedSince(recipe: Recipe): Promise<readonly string[]> {
    return this.#keeper.changedSince(recipe)
  }

  /** The recipe of a job without its result, with all that decides it. @throws EditError where no plan can be made */
  recipeOf(read: ReadJob, choice: WriteChoice): Promise<UnfinishedRecipe> {
    return this.#keeper.recipeOf(read, choice)
  }

  /** Makes an edit and writes its files. @param recipe what to keep inside the picture */
  async run(
    { job, picture, init, second, region }: ReadJob,
    recipe: UnfinishedRecipe,
    choice: WriteChoice,
  ): Promise<EditReport> {
    const started = performance.now()
    const line = new ProgressLine(this.#terminal)
    const { preview, changeMap, profile } = job
    const stages: StageReport[] = []
    const maps: Mask[] = []
    let report: DarkroomReport | undefined
    let usage: EditUsage | undefined
    const result = await this.#editor
      .edit(picture, job.instruction, {
        ...optionsFor(job, this.#editor),
        init,
        second,
        region,
        plan: 'darkroom' in recipe ? recipe.darkroom.plan : undefined,
        signal: this.#terminal.signal,
        onProgress: (progress) =>
          line.show(
            progressText(progress),
            `${progress.stage} ${Math.floor(progress.done)} ${progress.doing ?? ''}`,
          ),
        onInstruction: ({ read, tokens }) => {
          if (read < tokens) line.say(`instruction: read ${read} of ${tokens} tokens; shorten it`)
        },
        onPreview: preview === undefined ? undefined : previewWriter(preview, choice.overwrite),
        onChangeMap: changeMap === undefined ? undefined : (map) => void maps.push(map),
        onStage: profile === undefined ? undefined : (stage) => void stages.push(stage),
        onReport: (made) => {
          report = made
        },
        onUsage: (used) => {
          usage = used
        },
      })
      .finally(() => line.end())
    for (const each of report?.did ?? []) this.#terminal.error(`${this.#editor.name}: ${each}\n`)
    const whole = finished(withUsage(recipe, usage), pictureHash(result), report)
    const shown = this.#opaque(result, picture, job, choice)
    const output = await this.#write(shown, picture, whole, job, choice)
    for (const map of maps) await writeMask(map, changeMap!, choice)
    const seconds = (performance.now() - started) / 1000
    if (profile !== undefined) await writeTrace(profile, await this.#keeper.profile())
    const { width, height } = result
    return {
      output,
      width,
      height,
      seconds,
      recipe: whole,
      ...(usage && { usage }),
      ...(report && { did: report.did }),
      picture: result,
      ...(profile !== undefined && { stages }),
    }
  }

  /** A result that the edit made transparent, on white where its file cannot be transparent. */
  #opaque(
    result: EditedPicture,
    { alpha }: PictureFile,
    { output }: EditJob,
    choice: WriteChoice,
  ): EditedPicture {
    const isNew = result.alpha !== undefined && result.alpha !== alpha
    if (!isNew || hasAlphaChannel(formatOf(output, choice))) return result
    this.#terminal.error(
      `${output}: JPEG has no transparency; the picture is on white (PNG and WebP have it)\n`,
    )
    const { width, height, data } = onGround(result, result.alpha)
    return { width, height, data }
  }

  /** @returns where the picture went: another name of the row where the job's own was taken meanwhile */
  async #write(
    picture: EditedPicture,
    source: PictureFile,
    recipe: Recipe,
    { output, numbered }: EditJob,
    choice: WriteChoice,
  ): Promise<string> {
    const { overwrite, recipe: keepsRecipe = true } = choice
    const bytes = await encodePicture(picture, formatOf(output, choice), {
      ...encodeOptions(choice, source, picture),
      ...(keepsRecipe && { recipe: JSON.stringify(recipe) }),
    })
    if (output === stream) {
      await this.#terminal.outBytes!(bytes)
      return output
    }
    for (let number = 1; ; number++) {
      const path = numberedName(output, number)
      try {
        await writeFileWhole(path, bytes, { overwrite })
        return path
      } catch (error) {
        if (!numbered || !(error instanceof FileError) || error.code !== 'exists')
          throw withAdvice(path, error, overwrite)
      }
    }
  }

  close(): Promise<void> {
    return this.#editor.close()
  }
}

/** A recipe with its result, and with the tools that an edit turned out to use. */
function finished(recipe: UnfinishedRecipe, result: string, report: DarkroomReport | undefined): Recipe {
  if (!('darkroom' in recipe) || report === undefined) return { ...recipe, result }
  // A replay keeps the recipe as it is, so that the same pixels give the same bytes.
  const { tools } = recipe.darkroom
  const isReplay = Object.keys(tools).length > 0
  return { ...recipe, darkroom: { ...recipe.darkroom, tools: isReplay ? tools : report.tools }, result }
}

/** Writes previews over each other; the first one replaces nothing unless it may. */
function previewWriter(path: string, overwrite: boolean): (picture: Picture) => Promise<void> {
  let replaces = overwrite
  return async (picture) => {
    const bytes = await encodePicture(picture, outputFormat(path))
    await writeFileWhole(path, bytes, { overwrite: replaces }).catch((error: unknown) => {
      throw withAdvice(path, error, replaces)
    })
    replaces = true
  }
}
