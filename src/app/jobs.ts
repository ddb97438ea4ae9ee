import { EditError, parseRecipe, sameEdit, type UnfinishedRecipe } from '../edit/index.ts'
import { FileError } from '../files/index.ts'
import { ImageError, readRecipe } from '../image/index.ts'
import { FileEditor } from './editing.ts'
import { describeFailure, UsageError } from './failure.ts'
import type { EditJob, WriteChoice } from './job.ts'
import type { EditorChoice } from './modelFlags.ts'
import { checkOutputs, exists, numberedName, placeOf, withAdvice } from './outputs.ts'
import { notesOf, PictureReader, type ReadJob, readJob } from './readJob.ts'
import { duration, type Terminal } from './terminal.ts'

/** An edit of a list, or what is wrong with its entry. */
export interface ListedJob {
  /** What messages call it: `line 4`, or the picture. */
  readonly label: string
  /** The line of the list that it starts in. */
  readonly line?: number | undefined
  readonly job?: EditJob | undefined
  readonly problem?: string | undefined
}

interface JobList {
  /** What messages call the list. */
  readonly name: string
  readonly jobs: readonly ListedJob[]
  readonly model: EditorChoice
  readonly write: WriteChoice
  /** Whether one line of JSON is printed for each edit. */
  readonly json: boolean
}

/**
 * Makes the edits of a list and prints a line for each. An edit that is there by the same recipe is skipped; one that
 * cannot be made is named and left out. What would fail every edit (no memory, a broken model, a full disk) ends the
 * list at once. @throws UsageError at the end where edits failed
 */
export async function runJobs(list: JobList, terminal: Terminal): Promise<void> {
  const run = new ListRun(list, terminal)
  try {
    for (const i of list.jobs.keys()) {
      terminal.signal.throwIfAborted()
      await run.take(i)
    }
  } catch (error) {
    terminal.error(
      `${list.name}: ${run.done} of ${list.jobs.length} edits are there; the rest was not tried\n`,
    )
    throw error
  } finally {
    await run.close()
  }
  if (run.failures.length === 0) return
  for (const failure of run.failures) terminal.error(`${failure}\n`)
  throw new UsageError(
    `${list.name}: ${run.failures.length} of ${list.jobs.length} edits failed; correct them and run it again`,
  )
}

class ListRun {
  readonly #list: JobList
  readonly #terminal: Terminal
  readonly #reader: PictureReader
  /** The places of this run's outputs. */
  readonly #taken = new Set<string>()
  #editor: FileEditor | undefined
  readonly failures: string[] = []
  /** Edits that were made or skipped. */
  done = 0

  constructor(list: JobList, terminal: Terminal) {
    this.#list = list
    this.#terminal = terminal
    this.#reader = new PictureReader(terminal)
  }

  /** Makes one edit, or returns why it failed. @throws an error that would affect every edit */
  async take(i: number): Promise<void> {
    const read = await this.#attempt(i, () => this.#read(this.#list.jobs[i]!))
    if (read === undefined) return
    // Opened once an edit is known to be possible; where that fails, no edit is.
    this.#editor ??= await FileEditor.open(this.#list.model, this.#terminal)
    await this.#attempt(i, () => this.#make(i, read, this.#editor!))
  }

  async close(): Promise<void> {
    await this.#editor?.close()
  }

  async #read({ job, problem }: ListedJob): Promise<ReadJob> {
    if (job === undefined) throw new UsageError(problem ?? 'not an edit')
    // Existing outputs are compared once the recipe is known.
    await checkOutputs(job, true)
    if (!job.numbered && this.#taken.has(await placeOf(job.output)))
      throw new UsageError(
        `${job.output}: another edit of this list writes the same file; choose another output`,
      )
    return readJob(job, this.#reader)
  }

  async #make(i: number, read: ReadJob, editor: FileEditor): Promise<void> {
    const { write } = this.#list
    const recipe = await editor.recipeOf(read, write)
    const { output, isDone } = await this.#placeFor(read.job, recipe)
    this.#taken.add(await placeOf(output))
    if (isDone) this.#tell(i, output, { skipped: true }, 'exists, skipped')
    else {
      for (const note of notesOf(read, write)) this.#terminal.error(`${note}\n`)
      const made = await editor.run({ ...read, job: { ...read.job, output } }, recipe, write)
      this.#tell(i, made.output, { seconds: made.seconds, recipe: made.recipe }, duration(made.seconds))
    }
    this.done++
  }

  /** Where an edit goes, and whether it is there. @throws FileError where another file is in its place */
  async #placeFor(
    { output, numbered }: EditJob,
    recipe: UnfinishedRecipe,
  ): Promise<{ readonly output: string; readonly isDone: boolean }> {
    const { overwrite } = this.#list.write
    for (let number = 1; ; number++) {
      const path = numberedName(output, number)
      if (this.#taken.has(await placeOf(path))) continue
      if (!(await exists(path))) return { output: path, isDone: false }
      if (await isSameEdit(path, recipe)) return { output: path, isDone: true }
      if (overwrite) return { output: path, isDone: false }
      if (!numbered)
        throw withAdvice(
          path,
          new FileError('exists', `${path}: exists already, from another edit`),
          overwrite,
        )
    }
  }

  async #attempt<T>(i: number, work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work()
    } catch (error) {
      if (!concernsOneEdit(error)) throw error
      const { label, job } = this.#list.jobs[i]!
      const { code, line } = describeFailure(error)
      this.failures.push(line.startsWith(`${label}: `) ? line : `${label}: ${line}`)
      this.#tell(i, job?.output, { error: { code, message: line } }, `failed: ${line}`)
      return undefined
    }
  }

  #tell(i: number, output: string | undefined, result: object, text: string): void {
    const { jobs, json } = this.#list
    const { label, line } = jobs[i]!
    this.#terminal.out(
      json
        ? `${JSON.stringify({ index: i, line, output, ...result })}\n`
        : `[${i + 1}/${jobs.length}] ${output ?? label}  ${text}\n`,
    )
  }
}

/** Whether an error comes from one edit's own entry, picture, options or output, and says nothing of the others. */
export function concernsOneEdit(error: unknown): boolean {
  if (error instanceof UsageError || error instanceof ImageError) return true
  if (error instanceof FileError) return error.code !== 'full'
  return error instanceof EditError && ofOneEdit.has(error.code)
}

/** Codes of errors that come from one edit's own picture, instruction or options. */
const ofOneEdit: ReadonlySet<string> = new Set([
  ...['input', 'unclear', 'beyond', 'not-found', 'ambiguous', 'unfit', 'refused'],
])

/** Whether a file is an edit by the same recipe, wherever its pictures and weights lay. */
async function isSameEdit(output: string, recipe: UnfinishedRecipe): Promise<boolean> {
  const found = await readRecipe(output).catch(() => undefined)
  if (found === undefined) return false
  try {
    return sameEdit(parseRecipe(output, found), recipe)
  } catch {
    return false
  }
}
