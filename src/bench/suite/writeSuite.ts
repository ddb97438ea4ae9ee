import { createHash } from 'node:crypto'
import { copyFile, mkdir, open, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { writeFolderWhole } from '../../files/index.ts'
import { BenchError } from '../error.ts'
import { ItemCheck, pathsOf } from './openSuite.ts'
import { factsFile, itemsFile } from './places.ts'
import { Problems } from './problems.ts'
import { misfits, staysInside, suiteFactsSchema, suiteItemSchema } from './schema.ts'
import type { SuiteFacts, SuiteItem } from './suite.ts'

/** An item, and those of its files that no entry before it brought. */
export interface SuiteEntry {
  readonly item: SuiteItem
  readonly files: readonly SuiteFile[]
  /** Where it comes from, for messages: `train-00000.parquet row 12`. Default: its number. */
  readonly where?: string
}

/** A file of a suite. */
export interface SuiteFile {
  /** Its path in the suite's folder, with `/`. */
  readonly path: string
  /** Its bytes, or the file to copy. */
  readonly content: Uint8Array | { readonly file: string }
}

/** Options of writing a suite. */
export interface WriteSuiteOptions {
  /** Whether a suite of that folder may be replaced. Default: true. */
  readonly overwrite?: boolean
  /** Called after each entry. */
  readonly onEntry?: (count: number) => void
  readonly signal?: AbortSignal
  /** Files that belong to the suite beside its items, such as the record of how it was built. */
  readonly beside?: readonly SuiteFile[]
}

/**
 * Writes a suite: whole or not at all, one entry in memory at a time. Facts may depend on the entries, such as the kinds
 * that were met, and are asked for after the last one.
 * @returns the number of items
 * @throws BenchError `suite` that tells every problem of the entries; FileError
 */
export function writeSuite(
  folder: string,
  facts: SuiteFacts | (() => SuiteFacts),
  entries: AsyncIterable<SuiteEntry> | Iterable<SuiteEntry>,
  options: WriteSuiteOptions = {},
): Promise<number> {
  const { overwrite = true, onEntry, signal, beside = [] } = options
  return writeFolderWhole(
    folder,
    async (part) => {
      const writer = new SuiteWriter(part, folder)
      const items = await open(join(part, itemsFile), 'wx')
      const written: { readonly item: SuiteItem; readonly where: string }[] = []
      try {
        for await (const entry of entries) {
          if (signal?.aborted)
            throw new BenchError('cancelled', `${folder}: cancelled, nothing was written`, {
              cause: signal.reason,
            })
          const where = entry.where ?? `item ${written.length + 1}`
          const item = await writer.add(entry, where)
          await items.write(`${JSON.stringify(item)}\n`)
          written.push({ item: onlyNames(item), where })
          onEntry?.(written.length)
        }
        await items.sync()
      } finally {
        await items.close()
      }
      for (const file of beside) await writer.put(file)
      const known = typeof facts === 'function' ? facts() : facts
      writer.finish(known, written)
      await writeFile(join(part, factsFile), `${JSON.stringify(known, null, 2)}\n`)
      return written.length
    },
    { overwrite },
  )
}

/** The data of an item that is needed after writing it. */
function onlyNames({ key, kind, language, turn }: SuiteItem): SuiteItem {
  return { key, kind, language, instruction: '', picture: '', ...(turn && { turn }) }
}

class SuiteWriter {
  readonly #part: string
  readonly #folder: string
  readonly #problems: Problems
  /** The hash of what lies at each path. */
  readonly #files = new Map<string, string>()

  constructor(part: string, folder: string) {
    this.#part = part
    this.#folder = folder
    this.#problems = new Problems(folder)
  }

  async add({ item, files }: SuiteEntry, where: string): Promise<SuiteItem> {
    const parsed = suiteItemSchema.safeParse(item)
    if (!parsed.success) {
      for (const misfit of misfits(parsed.error)) this.#problems.add(`${where}: ${misfit}`)
      return item
    }
    for (const file of files) {
      const problem = await this.put(file)
      if (problem !== undefined) this.#problems.add(`${where}: ${problem}`)
    }
    for (const path of pathsOf(parsed.data))
      if (!this.#files.has(path)) this.#problems.add(`${where}: ${path}: no such picture`)
    return parsed.data
  }

  /** Writes a file once. @returns what is wrong with it */
  async put({ path, content }: SuiteFile): Promise<string | undefined> {
    if (!staysInside(path)) return `${path}: leads out of the suite's folder`
    const bytes = content instanceof Uint8Array ? content : await readFile(content.file)
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    const before = this.#files.get(path)
    if (before === sha256) return undefined
    if (before !== undefined) return `${path}: two different files have this name`
    const target = join(this.#part, ...path.split('/'))
    await mkdir(dirname(target), { recursive: true })
    if (content instanceof Uint8Array) await writeFile(target, content, { flag: 'wx' })
    else await copyFile(content.file, target)
    this.#files.set(path, sha256)
    return undefined
  }

  /** @throws BenchError `suite` where anything was wrong */
  finish(facts: SuiteFacts, written: readonly { readonly item: SuiteItem; readonly where: string }[]): void {
    const parsed = suiteFactsSchema.safeParse(facts)
    if (!parsed.success)
      for (const misfit of misfits(parsed.error)) this.#problems.add(`${factsFile}: ${misfit}`)
    const check = new ItemCheck(facts)
    for (const { item, where } of written)
      for (const problem of check.problemsOf(item, where)) this.#problems.add(`${where}: ${problem}`)
    if (written.length === 0) this.#problems.add('no items')
    this.#problems.throwIfAny(`nothing was written to ${this.#folder}`)
  }
}
