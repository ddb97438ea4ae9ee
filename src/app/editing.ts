import { basename, dirname, isAbsolute, relative, resolve } from 'node:path'
import {
  changedFiles,
  type EditDefaults,
  type EditorOptions,
  editAlgorithm,
  isSameAdapter,
  type LoraChoice,
  type ModelEditor,
  modelName,
  openEditor,
  type Quotes,
  type Recipe,
  recordOptions,
  type StageReport,
} from '../edit/index.ts'
import { FileError, writeFileWhole } from '../files/index.ts'
import {
  encodePicture,
  type Mask,
  outputFormat,
  type Picture,
  type PictureFile,
  pictureHash,
  writeMask,
} from '../image/index.ts'
import { writeTrace } from '../onnx/index.ts'
import { type EditJob, encodeOptions, formatOf, type WriteChoice } from './job.ts'
import { openingHooks } from './opening.ts'
import { numberedName, stream, withAdvice } from './outputs.ts'
import type { ReadJob } from './readJob.ts'
import { ProgressLine, progressText, type Terminal } from './terminal.ts'
import { packageVersion } from './version.ts'

/** How the model of a command is opened. */
export interface ModelChoice extends EditorOptions {
  readonly folder: string
  readonly quotes: Quotes
  readonly loras: readonly LoraChoice[]
}

/** What was made. */
export interface EditReport {
  readonly output: string
  readonly width: number
  readonly height: number
  readonly seconds: number
  readonly recipe: Recipe
  /** The edited picture, before the file's format lost some of it. */
  readonly picture: Picture
  /** Time and memory of each stage, with the option `profile`. */
  readonly stages?: readonly StageReport[]
}

/** An opened model that makes picture files with their recipes inside. */
export class FileEditor {
  readonly #editor: ModelEditor
  readonly #model: Recipe['model']
  readonly #loras: readonly LoraChoice[]
  readonly #terminal: Terminal

  private constructor(
    editor: ModelEditor,
    model: Recipe['model'],
    loras: readonly LoraChoice[],
    terminal: Terminal,
  ) {
    this.#editor = editor
    this.#model = model
    this.#loras = loras
    this.#terminal = terminal
  }

  static async open(choice: ModelChoice, terminal: Terminal): Promise<FileEditor> {
    const line = new ProgressLine(terminal)
    const editor = await openEditor(choice.folder, {
      ...choice,
      signal: terminal.signal,
      ...openingHooks(line),
    }).finally(() => line.end())
    try {
      const model = describeModel(editor, choice)
      return new FileEditor(editor, model, choice.loras, terminal)
    } catch (error) {
      await editor.close()
      throw error
    }
  }

  /** What of a recipe's weights is not what this editor has: parts of the checkpoint, and LoRAs by their files. */
  async changedSince({ files, loras }: Recipe['model']): Promise<readonly string[]> {
    const { checkpoint, identities } = this.#editor
    const changed = [...(await changedFiles(files, checkpoint, identities))]
    for (const [i, { file, identity }] of loras.entries()) {
      const [now, path] = [this.#model.loras[i]?.identity, this.#loras[i]?.file]
      if (!now || !path || !(await isSameAdapter(identity, path, now))) changed.push(basename(file))
    }
    return changed
  }

  /** The recipe of a job without its result. It includes the model's defaults, because models may change. */
  recipeOf({ job, picture, init }: ReadJob, { quality, metadata }: WriteChoice): Omit<Recipe, 'result'> {
    return {
      pentimento: packageVersion(),
      algorithm: editAlgorithm,
      picture: { path: recordedPath(job.picture, job.output), sha256: pictureHash(picture) },
      instruction: job.instruction,
      options: withDefaults(job.options, this.#editor.defaults),
      ...(job.init &&
        init && {
          init: {
            path: recordedPath(job.init.picture, job.output),
            sha256: pictureHash(init.picture),
            strength: init.strength,
          },
        }),
      model: this.#model,
      ...((quality ?? metadata) !== undefined && { saved: { quality, metadata } }),
    }
  }

  /** Makes an edit and writes its files. @param recipe what to keep inside the picture */
  async run(
    { job, picture, init }: ReadJob,
    recipe: Omit<Recipe, 'result'>,
    choice: WriteChoice,
  ): Promise<EditReport> {
    const started = performance.now()
    const line = new ProgressLine(this.#terminal)
    const { preview, changeMap, profile } = job
    const stages: StageReport[] = []
    const maps: Mask[] = []
    const result = await this.#editor
      .edit(picture, job.instruction, {
        ...job.options,
        init,
        signal: this.#terminal.signal,
        onProgress: (progress) =>
          line.show(progressText(progress), `${progress.stage} ${Math.floor(progress.done)}`),
        onInstruction: ({ read, tokens }) => {
          if (read < tokens) line.say(`instruction: read ${read} of ${tokens} tokens; shorten it`)
        },
        onPreview: preview === undefined ? undefined : previewWriter(preview, choice.overwrite),
        onChangeMap: changeMap === undefined ? undefined : (map) => void maps.push(map),
        onStage: profile === undefined ? undefined : (stage) => void stages.push(stage),
      })
      .finally(() => line.end())
    const whole = { ...recipe, result: pictureHash(result) }
    const output = await this.#write(result, picture, whole, job, choice)
    for (const map of maps) await writeMask(map, changeMap!, choice)
    const seconds = (performance.now() - started) / 1000
    if (profile !== undefined) await writeTrace(profile, await this.#editor.profile())
    const { width, height } = result
    const report = { output, width, height, seconds, recipe: whole, picture: result }
    return profile === undefined ? report : { ...report, stages }
  }

  /** @returns where the picture went: another name of the row where the job's own was taken meanwhile */
  async #write(
    picture: Picture,
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

/** What recipes say of the model. */
function describeModel(
  { variant, precision, plan, facts, provider, identities, loras }: ModelEditor,
  choice: ModelChoice,
): Recipe['model'] {
  return {
    folder: modelName(choice.folder),
    variant,
    precision,
    plan,
    parts: facts,
    provider,
    quotes: choice.quotes,
    files: identities,
    loras: loras.map((lora) => ({ ...lora, file: basename(resolve(lora.file)) })),
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

/** The seed first, then what models have defaults of, then the rest: the order of every recipe. */
function withDefaults(options: EditJob['options'], defaults: EditDefaults): Recipe['options'] {
  const given = Object.fromEntries(
    Object.entries(options).filter(([name, value]) => name !== 'seed' && value !== undefined),
  )
  return recordOptions({ ...defaults, ...given, seed: options.seed })
}

/**
 * What a recipe calls a picture: its path from the output's folder where it lies there or below, else its name. The
 * folders above say who made the picture, and where.
 */
function recordedPath(picture: string, output: string): string {
  if (picture === stream) return picture
  const path = relative(dirname(resolve(output)), resolve(picture)).replaceAll('\\', '/')
  return path.startsWith('../') || isAbsolute(path) ? basename(picture) : path
}
