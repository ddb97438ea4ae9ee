import { EditError, parseRecipe, sameEdit, type UnfinishedRecipe } from '../edit/index.ts'
import { FileError } from '../files/index.ts'
import { ImageError, readRecipe } from '../image/index.ts'
import { FileEditor } from './editing.ts'
import { describeFailure, UsageError } from './failure.ts'
import type { EditJob, WriteChoice } from './job.ts'
import type { EditorChoice } from './modelFlags.ts'
import { checkOutputs, exists, numberedName, placeOf, withAdvice } from './outputs.ts'
import { notesOf, PictureReader, type ReadJob, readJob } from './readJob.ts'
import { duration, ProgressLine, type Terminal } from './terminal.ts'

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
 * Makes the edits of a list, as many at a time as the editor takes, and prints a line for each in the list's order. An edit that is there by the same recipe is skipped; one that
 * cannot be made is named and left out. What would fail every edit (no memory, a broken model, a full disk) ends the
 * list at once. @throws UsageError at the end where edits failed
 */
export async function runJobs(list: JobList, terminal: Terminal): Promise<void> {
  const run = new ListRun(list, terminal)
  const running = new Set<Promise<void>>()
  const fatal: unknown[] = []
  try {
    for (const i of list.jobs.keys()) {
      terminal.signal.throwIfAborted()
      const make = await run.prepare(i)
      if (make === undefined) continue
      const task = make()
        .catch((error: unknown) => void fatal.push(error))
        .finally(() => running.delete(task))
      running.add(task)
      if (running.size >= run.concurrency) await Promise.race(running)
      if (fatal.length > 0) break
    }
    await Promise.all(running)
    if (fatal.length > 0) throw fatal[0]
  } catch (error) {
    // What is under way may be paid for already.
    await Promise.all(running)
    run.tellRest()
    terminal.error(
      `${list.name}: ${run.done} of ${list.jobs.length} edits are done; the others were not tried\n`,
    )
    throw error
  } finally {
    await run.close()
  }
  if (run.failures.length === 0) return
  for (const failure of run.failures) terminal.error(`${failure}\n`)
  throw new UsageError(
    `${list.name}: ${run.failures.length} of ${list.jobs.length} edits failed; correct their rows and run it again`,
  )
}

class ListRun {
  readonly #list: JobList
  readonly #terminal: Terminal
  readonly #reader: PictureReader
  /** The places of this run's outputs. */
  readonly #taken = new Set<string>()
  #editor: FileEditor | undefined
  readonly #failures = new Map<number, string>()
  readonly #line: ProgressLine
  /** Lines of edits that wait for those before them. */
  readonly #told = new Map<number, string>()
  #next = 0
  /** Edits that were made or skipped. */
  done = 0

  constructor(list: JobList, terminal: Terminal) {
    this.#list = list
    this.#terminal = terminal
    this.#reader = new PictureReader(terminal)
    this.#line = new ProgressLine(terminal)
  }

  /** Edits at a time. */
  get concurrency(): number {
    return this.#editor?.concurrency ?? 1
  }

  /** In the list's order. */
  get failures(): readonly string[] {
    return [...this.#failures].sort(([one], [other]) => one - other).map(([, line]) => line)
  }

  /**
   * Reads an edit's entry and chooses its place, one edit after another.
   * @returns what makes it; nothing where it is there, or cannot be made
   * @throws an error that would affect every edit
   */
  async prepare(i: number): Promise<(() => Promise<void>) | undefined> {
    const read = await this.#attempt(i, () => this.#read(this.#list.jobs[i]!))
    if (read === undefined) return undefined
    // Opened once an edit is known to be possible; where that fails, no edit is.
    this.#editor ??= await FileEditor.open(this.#list.model, this.#terminal)
    const make = await this.#attempt(i, () => this.#place(i, read, this.#editor!))
    return make && (() => this.#attempt(i, make).then(() => undefined))
  }

  async close(): Promise<void> {
    this.#line.end()
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

  async #place(i: number, read: ReadJob, editor: FileEditor): Promise<(() => Promise<void>) | undefined> {
    const { write, jobs } = this.#list
    const recipe = await editor.recipeOf(read, write)
    const { output, isDone } = await this.#placeFor(read.job, recipe)
    this.#taken.add(await placeOf(output))
    if (isDone) {
      this.done++
      this.#tell(i, output, { skipped: true }, 'exists, skipped')
      return undefined
    }
    for (const note of notesOf(read, write)) this.#terminal.error(`${note}\n`)
    const isAlone = editor.concurrency === 1
    return async () => {
      const made = await editor.run({ ...read, job: { ...read.job, output } }, recipe, write, isAlone)
      this.done++
      this.#tell(i, made.output, { seconds: made.seconds, recipe: made.recipe }, duration(made.seconds))
      const tenth = Math.floor((10 * this.done) / jobs.length)
      if (!isAlone) this.#line.show(`${this.done} of ${jobs.length} edits are there`, String(tenth))
    }
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
      this.#failures.set(i, line.startsWith(`${label}: `) ? line : `${label}: ${line}`)
      this.#tell(i, job?.output, { error: { code, message: line } }, `failed: ${line}`)
      return undefined
    }
  }

  #tell(i: number, output: string | undefined, result: object, text: string): void {
    const { jobs, json } = this.#list
    const { label, line } = jobs[i]!
    this.#told.set(
      i,
      json
        ? `${JSON.stringify({ index: i, line, output, ...result })}\n`
        : `[${i + 1}/${jobs.length}] ${output ?? label}  ${text}\n`,
    )
    for (let told = this.#told.get(this.#next); told !== undefined; told = this.#told.get(this.#next)) {
      this.#say(told)
      this.#told.delete(this.#next++)
    }
  }

  /** Prints what waits for edits that were not tried. */
  tellRest(): void {
    for (const [, text] of [...this.#told].sort(([one], [other]) => one - other)) this.#say(text)
    this.#told.clear()
  }

  #say(text: string): void {
    this.#line.end()
    this.#terminal.out(text)
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
