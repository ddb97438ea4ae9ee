import { mkdir } from 'node:fs/promises'
import { basename, extname, join } from 'node:path'
import {
  type EditedPicture,
  type Editor,
  type EditUsage,
  encodeEdit,
  onWhite,
  openModelEditor,
  type Recipe,
  type RecordedEdit,
  RecordingEditor,
  RemoteEditor,
  roundText,
  type StageReport,
  type ThoughtReport,
  type UnfinishedRecipe,
} from '../edit/index.ts'
import { FileError, writeFileWhole } from '../files/index.ts'
import {
  encodePicture,
  type Mask,
  outputFormat,
  type Picture,
  type PictureFile,
  writeMask,
} from '../image/index.ts'
import { type Profile, writeTrace } from '../onnx/index.ts'
import { openDarkroomFor } from './darkroom.ts'
import { UsageError } from './failure.ts'
import { type EditJob, formatOf, optionsFor, type WriteChoice } from './job.ts'
import type { EditorChoice } from './modelFlags.ts'
import { openingHooks } from './opening.ts'
import { numberedName, stream, withAdvice } from './outputs.ts'
import type { ReadJob } from './readJob.ts'
import { recordedPath } from './recordedPath.ts'
import { openRemoteFor } from './remote.ts'
import { ProgressLine, progressText, type Terminal } from './terminal.ts'
import { packageVersion } from './version.ts'

/** What was made. */
export interface EditReport {
  readonly output: string
  readonly width: number
  readonly height: number
  readonly seconds: number
  readonly recipe: Recipe
  /** What a remote editor used, and what it cost. */
  readonly usage?: EditUsage
  /** What a model that thinks thought of it; it is in the recipe, too. */
  readonly thought?: ThoughtReport
  /** Pictures of the tries that were kept. */
  readonly rounds?: readonly string[]
  /** What the darkroom did, a line each step. */
  readonly did?: readonly string[]
  /** The edited picture, before the file's format lost some of it. */
  readonly picture: Picture
  /** Time and memory of each stage, with the option `profile`. */
  readonly stages?: readonly StageReport[]
}

/** An opened editor that makes picture files with their recipes inside. */
export class FileEditor {
  readonly #recording: RecordingEditor
  /** Where the time of a model went, by its parts. */
  readonly #profile: (() => Promise<Readonly<Record<string, Profile>>>) | undefined
  readonly #terminal: Terminal

  private constructor(
    recording: RecordingEditor,
    profile: (() => Promise<Readonly<Record<string, Profile>>>) | undefined,
    terminal: Terminal,
  ) {
    this.#recording = recording
    this.#profile = profile
    this.#terminal = terminal
  }

  static async open(choice: EditorChoice, terminal: Terminal): Promise<FileEditor> {
    const version = packageVersion()
    if (choice.type === 'darkroom') {
      const editor = await openDarkroomFor(choice, terminal)
      return new FileEditor(new RecordingEditor(editor, { version }), undefined, terminal)
    }
    if (choice.type === 'remote') {
      const editor = await openRemoteFor(choice, terminal)
      return new FileEditor(new RecordingEditor(editor, { version }), undefined, terminal)
    }
    const line = new ProgressLine(terminal)
    const editor = await openModelEditor(choice.folder, {
      ...choice,
      signal: terminal.signal,
      ...openingHooks(line),
    }).finally(() => line.end())
    const recording = new RecordingEditor(editor, { version, opened: choice })
    return new FileEditor(recording, () => editor.profile(), terminal)
  }

  /** Edits that it makes at a time. */
  get concurrency(): number {
    return this.#recording.editor.concurrency
  }

  /** What of a recipe's model or tools is not what this editor has. */
  changedSince(recipe: Recipe): Promise<readonly string[]> {
    return this.#recording.changedSince(recipe)
  }

  /** The recipe of a job without its result, with all that decides it. @throws EditError where no plan can be made */
  recipeOf(read: ReadJob, choice: WriteChoice): Promise<UnfinishedRecipe> {
    const { editor } = this.#recording
    if (read.job.profile !== undefined && !this.#profile)
      throw new UsageError(
        `--profile: ${editor.name} is not a local model, so there is nothing to profile; leave it out`,
      )
    if (read.job.preview !== undefined && editor instanceof RemoteEditor)
      throw new UsageError(`--preview: ${editor.name} is a remote editor and has no previews; leave it out`)
    return this.#recording.recipeOf(recordedEdit(read, choice, this.#recording.editor), this.#terminal.signal)
  }

  /**
   * Makes an edit and writes its files.
   * @param recipe what to keep inside the picture
   * @param isAlone whether its progress is shown: of several at a time it is not
   */
  async run(
    read: ReadJob,
    recipe: UnfinishedRecipe,
    choice: WriteChoice,
    isAlone = true,
  ): Promise<EditReport> {
    const started = performance.now()
    const line = new ProgressLine(this.#terminal)
    const { job, picture } = read
    const { preview, changeMap, profile } = job
    const stages: StageReport[] = []
    const maps: Mask[] = []
    const rounds: string[] = []
    const made = await this.#recording
      .run(recordedEdit(read, choice, this.#recording.editor), recipe, {
        signal: this.#terminal.signal,
        onProgress: (progress) => {
          if (isAlone)
            line.show(
              progressText(progress),
              `${progress.stage} ${Math.floor(progress.done)} ${progress.doing ?? ''}`,
            )
        },
        onInstruction: ({ read: taken, tokens }) => {
          if (taken < tokens) line.say(`instruction: read ${taken} of ${tokens} tokens; shorten it`)
        },
        onPreview: preview === undefined ? undefined : previewWriter(preview, choice.overwrite),
        onChangeMap: changeMap === undefined ? undefined : (map) => void maps.push(map),
        onRound: async (round, result, number) => {
          line.say(`try ${number}: ${roundText(round)}`)
          if (choice.keepRounds !== undefined)
            rounds.push(await keepRound(result, number, job.output, choice))
        },
        onStage: profile === undefined ? undefined : (stage) => void stages.push(stage),
      })
      .finally(() => line.end())
    const { picture: result, recipe: whole, report, thought, usage } = made
    if (thought?.rewritten !== undefined) this.#terminal.error(`rewritten: ${thought.rewritten}\n`)
    if (thought && thought.rounds.length > 1) this.#terminal.error(`taken: try ${thought.best}\n`)
    for (const each of report?.did ?? []) this.#terminal.error(`${this.#recording.editor.name}: ${each}\n`)
    const shown = this.#opaque(result, picture, job, choice)
    const output = await this.#write(shown, picture, whole, job, choice)
    for (const map of maps) await writeMask(map, changeMap!, choice)
    const seconds = (performance.now() - started) / 1000
    if (profile !== undefined) await writeTrace(profile, await this.#profile!())
    const { width, height } = result
    return {
      output,
      width,
      height,
      seconds,
      recipe: whole,
      ...(usage && { usage }),
      ...(report && { did: report.did }),
      ...(thought && { thought }),
      ...(rounds.length > 0 && { rounds }),
      picture: result,
      ...(profile !== undefined && { stages }),
    }
  }

  #opaque(
    result: EditedPicture,
    source: PictureFile,
    { output }: EditJob,
    choice: WriteChoice,
  ): EditedPicture {
    const opaque = onWhite(result, source, formatOf(output, choice))
    if (!opaque) return result
    this.#terminal.error(
      `${output}: JPEG has no transparency; the picture is on white (PNG and WebP have it)\n`,
    )
    return opaque
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
    const bytes = await encodeEdit(picture, source, {
      ...choice,
      format: formatOf(output, choice),
      recipe: keepsRecipe ? recipe : undefined,
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
    return this.#recording.close()
  }
}

/** Writes the result of a try next to others. @returns its file: `photo-edited-try2.png` */
async function keepRound(
  result: Picture,
  number: number,
  output: string,
  { keepRounds, overwrite }: WriteChoice,
): Promise<string> {
  const name = output === stream ? 'picture' : basename(output, extname(output))
  const file = join(keepRounds!, `${name}-try${number}.png`)
  await mkdir(keepRounds!, { recursive: true })
  await writeFileWhole(file, await encodePicture(result, 'png'), { overwrite }).catch((error: unknown) => {
    throw withAdvice(file, error, overwrite)
  })
  return file
}

/** A job as its recipe names it: pictures by their paths from the output's folder. */
function recordedEdit(
  { job, picture, init, more = [], region }: ReadJob,
  { quality, metadata }: WriteChoice,
  editor: Editor,
): RecordedEdit {
  const named = (path: string): string => recordedPath(path, job.output)
  return {
    source: { name: named(job.picture), picture },
    instruction: job.instruction,
    options: optionsFor(job, editor),
    ...(job.init && init && { init: { ...init, name: named(job.init.picture) } }),
    ...(more.length > 0 && { more: more.map((each, i) => ({ name: named(job.more![i]!), picture: each })) }),
    region,
    ...(job.mask !== undefined && { maskName: named(job.mask) }),
    plan: job.plan,
    saved: { quality, metadata },
  }
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
