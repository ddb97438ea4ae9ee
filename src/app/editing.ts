import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import {
  adapterIdentity,
  changedFiles,
  checkEdit,
  type EditDefaults,
  type EditOptions,
  type EditorOptions,
  isSameAdapter,
  type LoraChoice,
  type ModelEditor,
  openEditor,
  type Quotes,
  type Recipe,
} from '../edit/index.ts'
import {
  checkMaskWritable,
  checkWritable,
  type Mask,
  type Picture,
  pictureHash,
  readPicture,
  writeMask,
  writePicture,
} from '../image/index.ts'
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
}

/** Bytes of a file that take a second or so to read. */
const worthShowing = 1e9

/** An opened model that makes picture files with their recipes inside. */
export class FileEditor {
  readonly #editor: ModelEditor
  readonly #model: Recipe['model']
  readonly #terminal: Terminal

  private constructor(editor: ModelEditor, model: Recipe['model'], terminal: Terminal) {
    this.#editor = editor
    this.#model = model
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
        file,
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
    return new FileEditor(editor, model, terminal)
  }

  /** What of a recipe's weights is not what this editor has: parts of the checkpoint, and LoRAs by their files. */
  async changedSince({ files, loras }: Recipe['model']): Promise<readonly string[]> {
    const { checkpoint, identities } = this.#editor
    const changed = [...(await changedFiles(files, checkpoint, identities))]
    for (const [i, { file, identity }] of loras.entries()) {
      const now = this.#model.loras[i]
      if (!now || !(await isSameAdapter(identity, now.file, now.identity))) changed.push(file)
    }
    return changed
  }

  /** The recipe of a job but for its result. What the job leaves to the model is in it: models may change. */
  recipeOf({ job, picture, init }: ReadJob): Omit<Recipe, 'result'> {
    return {
      pentimento: packageVersion(),
      picture: { path: job.picture, sha256: pictureHash(picture) },
      instruction: job.instruction,
      options: withDefaults(job.options, this.#editor.defaults),
      ...(job.init &&
        init && {
          init: { path: job.init.picture, sha256: pictureHash(init.picture), strength: init.strength },
        }),
      model: this.#model,
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
      ...(preview !== undefined && { onPreview: (seen: Picture) => writePicture(seen, preview) }),
      ...(changeMap !== undefined && {
        onChangeMap: (found: Mask) => {
          map = found
        },
      }),
    })
    line.end()
    const whole = { ...recipe, result: pictureHash(result) }
    await writePicture(result, job.output, { recipe: JSON.stringify(whole) })
    if (map && changeMap !== undefined) await writeMask(map, changeMap)
    const seconds = (performance.now() - started) / 1000
    return { output: job.output, width: result.width, height: result.height, seconds, recipe: whole }
  }

  close(): Promise<void> {
    return this.#editor.close()
  }
}

function withDefaults({ seed, ...rest }: EditJob['options'], defaults: EditDefaults): EditJob['options'] {
  return { ...(seed !== undefined && { seed }), ...defaults, ...rest }
}

/** A job with its pictures read. */
export interface ReadJob {
  readonly job: EditJob
  readonly picture: Picture
  readonly init: { readonly picture: Picture; readonly strength: number } | undefined
}

/** Reads a job's pictures and checks all that can be checked before a model is opened. */
export async function readJob(job: EditJob): Promise<ReadJob> {
  const picture = await readPicture(job.picture)
  const init = job.init && { picture: await readPicture(job.init.picture), strength: job.init.strength }
  checkEdit(picture, job.instruction, { ...job.options, ...(init && { init }) })
  await checkWritable(job.output)
  if (job.changeMap !== undefined) await checkMaskWritable(job.changeMap)
  return { job, picture, init }
}

export function packageVersion(): string {
  const manifest = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  return (JSON.parse(manifest) as { version: string }).version
}
