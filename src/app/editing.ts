import { readFileSync } from 'node:fs'
import { basename, dirname, isAbsolute, relative, resolve } from 'node:path'
import {
  adapterIdentity,
  changedFiles,
  checkEdit,
  type EditDefaults,
  type EditOptions,
  type EditorOptions,
  editAlgorithm,
  isSameAdapter,
  type LoraChoice,
  type ModelEditor,
  openEditor,
  type Quotes,
  type Recipe,
} from '../edit/index.ts'
import { isSameFile } from '../files/index.ts'
import {
  checkMaskWritable,
  checkWritable,
  type EncodeOptions,
  hasAlphaChannel,
  type Mask,
  type MetadataPolicy,
  outputFormat,
  type Picture,
  type PictureFile,
  pictureHash,
  readPicture,
  resizeMask,
  writeMask,
  writePicture,
} from '../image/index.ts'
import { UsageError } from './failure.ts'
import { nameOfModel } from './models.ts'
import { bytesText, ProgressLine, progressText, type Terminal } from './terminal.ts'

/** One edit from file to file. */
export interface EditJob {
  readonly picture: string
  readonly instruction: string
  readonly output: string
  readonly options: Omit<EditOptions, 'init'>
  readonly init?: { readonly picture: string; readonly strength: number } | undefined
  /** A file that shows how the edit will look while it is made. */
  readonly preview?: string | undefined
  /** A PNG file that shows what changed. */
  readonly changeMap?: string | undefined
  /** Of the output, see `EncodeOptions`. */
  readonly quality?: number | undefined
  /** What the output takes over of the picture's metadata. Default: `safe`. */
  readonly metadata?: MetadataPolicy | undefined
  /** Whether the recipe is kept inside the output. Default: true. */
  readonly recipe?: boolean | undefined
  /** Whether output, preview and change map may replace files. Default: true. */
  readonly overwrite?: boolean | undefined
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
    })
    line.end()
    const { variant, precision, plan, provider, identities: files } = editor
    const loras = await Promise.all(
      choice.loras.map(async ({ file, strength }) => ({
        file: basename(resolve(file)),
        strength,
        identity: await adapterIdentity(file, { ...choice, signal: terminal.signal }),
      })),
    )
    const model = {
      folder: nameOfModel(choice.folder),
      variant,
      precision,
      plan,
      provider,
      quotes: choice.quotes,
      files,
      loras,
    }
    return new FileEditor(editor, model, choice.loras, terminal)
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
  recipeOf({ job, picture, init }: ReadJob): Omit<Recipe, 'result'> {
    const { quality, metadata } = job
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

  /** @param recipe what to keep inside the picture */
  async run({ job, picture, init }: ReadJob, recipe: Omit<Recipe, 'result'>): Promise<EditReport> {
    const started = performance.now()
    const line = new ProgressLine(this.#terminal)
    const { preview, changeMap } = job
    let map: Mask | undefined
    const result = await this.#editor.edit(picture, job.instruction, {
      ...job.options,
      init,
      signal: this.#terminal.signal,
      onProgress: (progress) =>
        line.show(progressText(progress), `${progress.stage} ${Math.floor(progress.done)}`),
      ...(preview !== undefined && {
        // One preview replaces the other; whether the first may replace a file was checked before.
        onPreview: (seen: Picture) => writePicture(seen, preview),
      }),
      ...(changeMap !== undefined && {
        onChangeMap: (found: Mask) => {
          map = found
        },
      }),
    })
    line.end()
    const whole = { ...recipe, result: pictureHash(result) }
    const { overwrite } = job
    await writePicture(result, job.output, {
      ...encodeOptions(job, picture, result),
      ...(job.recipe !== false && { recipe: JSON.stringify(whole) }),
      overwrite,
    })
    if (map && changeMap !== undefined) await writeMask(map, changeMap, { overwrite })
    const seconds = (performance.now() - started) / 1000
    const { width, height } = result
    return { output: job.output, width, height, seconds, recipe: whole, picture: result }
  }

  close(): Promise<void> {
    return this.#editor.close()
  }
}

function withDefaults({ seed, ...rest }: EditJob['options'], defaults: EditDefaults): EditJob['options'] {
  return { ...(seed !== undefined && { seed }), ...defaults, ...rest }
}

/**
 * What a recipe calls a picture: its path from the output's folder where it lies there or below, else its name. The
 * folders above say who made the picture, and where.
 */
function recordedPath(picture: string, output: string): string {
  const path = relative(dirname(resolve(output)), resolve(picture)).replaceAll('\\', '/')
  return path.startsWith('../') || isAbsolute(path) ? basename(picture) : path
}

/** How an edited picture is written, but for its recipe: with the alpha and the metadata of the picture it was made from. */
export function encodeOptions(
  { quality, metadata: policy }: Pick<EditJob, 'quality' | 'metadata'>,
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
  /** What a user should know of the pictures, a line each. */
  readonly notes: readonly string[]
}

/**
 * Reads a job's pictures and checks all that can be checked before a model is opened.
 * @throws ImageError, FileError, EditError, UsageError
 */
export async function readJob(job: EditJob): Promise<ReadJob> {
  await checkOutputs(job)
  const picture = await readPicture(job.picture)
  const init = job.init && { picture: await readPicture(job.init.picture), strength: job.init.strength }
  checkEdit(picture, job.instruction, { ...job.options, ...(init && { init }) })
  return { job, picture, init, notes: notesOf(job, picture) }
}

/** Whether all files can be written, and are not one another. */
async function checkOutputs({ output, preview, changeMap, overwrite }: EditJob): Promise<void> {
  await checkWritable(output, { overwrite })
  if (preview !== undefined) await checkWritable(preview, { overwrite })
  if (changeMap !== undefined) await checkMaskWritable(changeMap, { overwrite })
  const files = [output, preview, changeMap].filter((file) => file !== undefined)
  for (const [i, file] of files.entries())
    for (const other of files.slice(i + 1))
      if (await isSameFile(file, other))
        throw new UsageError(
          `${other}: would replace ${file}; give output, preview and change map files of their own`,
        )
}

function notesOf({ picture: name, output }: EditJob, { frames, alpha }: PictureFile): string[] {
  const notes: string[] = []
  if (frames > 1) notes.push(`${name}: ${frames} frames; the first is edited`)
  if (alpha && !hasAlphaChannel(outputFormat(output)))
    notes.push(`${output}: JPEG holds no transparency; the picture is set on white`)
  return notes
}

export function packageVersion(): string {
  const manifest = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  return (JSON.parse(manifest) as { version: string }).version
}
