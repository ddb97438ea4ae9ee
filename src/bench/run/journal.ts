/**
 * What was made and is not in the database yet. A kill -9 between an answer and the commit of its unit would lose the
 * answer, and it would have to be asked for, and paid, again. So each output is written to a file of its process first,
 * one line, in one call of the system: from then on it outlives the process. The next process reads the files that
 * killed ones have left, and finishes their units with what stands there.
 *
 * What stays is the time between the moment when a server has answered and the moment when we have read the answer: a
 * call in flight at a kill is made again.
 */
import { randomUUID } from 'node:crypto'
import { closeSync, openSync, writeSync } from 'node:fs'
import { readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileError, makeFolder } from '../../files/index.ts'
import type { Json } from '../../jobs/index.ts'

export class Journal {
  readonly #file: string
  readonly #left: ReadonlyMap<string, Json>
  readonly #leftFiles: readonly string[]
  #open: number | undefined

  private constructor(folder: string, left: ReadonlyMap<string, Json>, leftFiles: readonly string[]) {
    this.#file = join(folder, `${process.pid}-${randomUUID()}.jsonl`)
    this.#left = left
    this.#leftFiles = leftFiles
  }

  /** @param folder of the journals of all processes of a bench */
  static async open(folder: string): Promise<Journal> {
    await makeFolder(folder)
    const names = (await readdir(folder)).filter((name) => name.endsWith('.jsonl'))
    const files = names.map((name) => join(folder, name))
    const left = new Map<string, Json>()
    for (const file of files) {
      const text = await readFile(file, 'utf8').catch(() => '')
      for (const line of text.split('\n')) {
        const entry = entryOf(line)
        if (entry) left.set(...entry)
      }
    }
    return new Journal(folder, left, files)
  }

  /** The output of a unit that a killed process made. */
  of(key: string): Json | undefined {
    return this.#left.get(key)
  }

  /** Records the output of a unit. @throws FileError if the disk is full */
  add(key: string, output: Json): void {
    const line = Buffer.from(`${JSON.stringify([key, output])}\n`)
    try {
      this.#open ??= openSync(this.#file, 'ax')
      for (let written = 0; written < line.length; ) written += writeSync(this.#open, line, written)
    } catch (error) {
      throw fileError(this.#file, 'write it', error)
    }
  }

  /**
   * Closes the file.
   * @param stored whether all that stands in it is in the database; then it is removed
   * @param allDone whether nothing waits any more, so that what killed processes have left is of no use either
   */
  async close({ stored, allDone }: { readonly stored: boolean; readonly allDone: boolean }): Promise<void> {
    if (this.#open !== undefined) closeSync(this.#open)
    this.#open = undefined
    if (!stored) return
    await rm(this.#file, { force: true })
    if (allDone) for (const file of this.#leftFiles) await rm(file, { force: true })
  }
}

/** A line as it was written; nothing where its process was killed within the call, or the disk was full. */
function entryOf(line: string): [key: string, output: Json] | undefined {
  try {
    return JSON.parse(line) as [string, Json]
  } catch {
    return undefined
  }
}
