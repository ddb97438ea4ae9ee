import { basename, dirname, isAbsolute, relative, resolve } from 'node:path'
import {
  changedFiles,
  checkEdit,
  type EditDefaults,
  type EditOptions,
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
import { decodeText, FileError, readTextFile, writeFileWhole } from '../files/index.ts'
import {
  checkFormatSize,
  type EncodeOptions,
  encodePicture,
  hasAlphaChannel,
  type Mask,
  type MetadataPolicy,
  type OutputFormat,
  outputFormat,
  type Picture,
  type PictureFile,
  pictureHash,
  readPicture,
  resizeMask,
  writeMask,
} from '../image/index.ts'
import { writeTrace } from '../onnx/index.ts'
import { UsageError } from './failure.ts'
import { numberedName, type OutputFiles, stream, withAdvice } from './outputs.ts'
import { bytesText, ProgressLine, progressText, type Terminal } from './terminal.ts'
import { packageVersion } from './version.ts'

/** One edit from picture to files. */
export interface EditJob extends OutputFiles {
  /** A file, or `-` for standard input. */
  readonly picture: string
  readonly instruction: string
  /** A file, or `-` for standard output. */
  readonly output: string
  /** Takes `name-2.png` and so on where the output's name is taken. Default: false. */
  readonly numbered?: boolean | undefined
  readonly options: Omit<EditOptions, 'init'>
  readonly init?: { readonly picture: string; readonly strength: number } | undefined
  /** A file that shows how the edit will look while it is made. */
  readonly preview?: string | undefined
  /** A PNG file that shows what changed. */
  readonly changeMap?: string | undefined
  /** A JSON file that shows where the time went; the model is opened with `profile` for it. */
  readonly profile?: string | undefined
}

/** How outputs are written. */
export interface WriteChoice {
  /** Whether files that are there may be replaced. */
  readonly overwrite: boolean
  /** The format on standard output. Default: png. */
  readonly format?: OutputFormat | undefined
  /** Of JPEG, WebP and AVIF, 1 to 100. */
  readonly quality?: number | undefined
  /** What is taken over of the picture's metadata. Default: safe. */
  readonly metadata?: MetadataPolicy | undefined
  /** Whether the recipe goes into the picture. Default: true. */
  readonly recipe?: boolean | undefined
}

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
  /** What each stage took, where a profile was asked for. */
  readonly stages?: readonly StageReport[]
}

/** Bytes of a file that take a second or so to read. */
const worthShowing = 1e9

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
      onIdentify: ({ file, done, total }) => {
        if (total >= worthShowing)
          line.show(
            `reading once: ${basename(file)}, ${bytesText(done)} of ${bytesText(total)}`,
            `${file} ${Math.floor((10 * done) / total)}`,
          )
      },
      onQuantize: ({ done, total }) =>
        line.show(
          `quantising once: ${bytesText(done)} of ${bytesText(total)}`,
          `${Math.floor((10 * done) / total)}`,
        ),
      onMerge: ({ done, total }) =>
        line.show(`merging LoRAs once: ${done} of ${total} weights`, `${Math.floor((10 * done) / total)}`),
      onWarning: (warning) => line.say(warning),
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

  /** The recipe of a job but for its result. What the job leaves to the model is in it: models may change. */
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

function formatOf(output: string, { format = 'png' }: WriteChoice): OutputFormat {
  return output === stream ? format : outputFormat(output)
}

/** How an edited picture is written, but for its recipe: with alpha and metadata of the picture it was made from. */
export function encodeOptions(
  { quality, metadata: policy }: Pick<WriteChoice, 'quality' | 'metadata'>,
  { alpha, metadata }: PictureFile,
  { width, height }: Picture,
): EncodeOptions {
  const isSameSize = alpha?.width === width && alpha.height === height
  return {
    quality,
    policy,
    metadata,
    alpha: alpha && !isSameSize ? resizeMask(alpha, { width, height }) : alpha,
  }
}

/** A job with its pictures read. */
export interface ReadJob {
  readonly job: EditJob
  readonly picture: PictureFile
  readonly init: { readonly picture: Picture; readonly strength: number } | undefined
}

/** Reads pictures, standard input once. */
export class PictureReader {
  readonly #terminal: Terminal
  #input: Promise<Uint8Array> | undefined

  constructor(terminal: Terminal) {
    this.#terminal = terminal
  }

  async read(path: string): Promise<PictureFile> {
    return readPicture(path === stream ? await this.#fromInput() : path)
  }

  #fromInput(): Promise<Uint8Array> {
    this.#input ??= readInput(this.#terminal)
    return this.#input
  }
}

/** All of standard input. @throws UsageError where there is none */
async function readInput({ input }: Terminal): Promise<Uint8Array> {
  if (input === undefined) throw new UsageError("'-': there is no standard input")
  return input()
}

/** The text of a file, or of standard input by `-`. @throws FileError, UsageError */
export async function readText(file: string, terminal: Terminal): Promise<string> {
  return file === stream ? decodeText('standard input', await readInput(terminal)) : readTextFile(file)
}

/**
 * Reads a job's pictures and checks all that can be checked before a model is opened.
 * @throws ImageError, EditError, UsageError
 */
export async function readJob(job: EditJob, reader: PictureReader): Promise<ReadJob> {
  const picture = await reader.read(job.picture)
  const init = job.init && { picture: await reader.read(job.init.picture), strength: job.init.strength }
  checkEdit(picture, job.instruction, { ...job.options, ...(init && { init }) })
  if (job.output !== stream && !job.options.keepEditSize) checkFormatSize(outputFormat(job.output), picture)
  return { job, picture, init }
}

/** What a user should know before an edit, a line each. */
export function notesOf({ job, picture: { frames, alpha } }: ReadJob, choice: WriteChoice): string[] {
  const { picture: name, output } = job
  const notes: string[] = []
  if (frames > 1) notes.push(`${name}: ${frames} frames; the first is edited`)
  if (alpha && !hasAlphaChannel(formatOf(output, choice)))
    notes.push(`${output}: JPEG holds no transparency; the picture is set on white`)
  return notes
}
