import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { defaultCache, readTextFile } from '../../files/index.ts'
import { type FilePicture, readFilePicture } from '../../image/index.ts'
import { canonicalJson } from '../../jobs/index.ts'
import { BenchError } from '../error.ts'
import { FileHashes } from './fileHashes.ts'
import { itemLines } from './items.ts'
import { factsFile, findSuite, itemsFile, type SuitePlace, suitesFolder } from './places.ts'
import { Problems } from './problems.ts'
import { misfits, suiteFactsSchema } from './schema.ts'
import { itemName, type Suite, type SuiteFacts, type SuiteItem } from './suite.ts'

/** Options of opening a suite. */
export interface SuiteOptions {
  /** The folder of pulled suites. Default: {@link suitesFolder}. */
  readonly suites?: string
  /** Where the hashes of pictures are remembered. Default: the cache folder. */
  readonly cache?: string
}

/**
 * Opens a suite: `embedded`, the name of a pulled one, or a folder with `suite.json` and `items.jsonl`. Every item is
 * checked, and every picture is there; items stream from the file again each time they are asked for.
 * @throws BenchError `suite` that tells every problem: how many, and the first ten by line
 */
export async function openSuite(nameOrFolder: string, options: SuiteOptions = {}): Promise<Suite> {
  const { suites = suitesFolder(), cache = defaultCache() } = options
  const place = await findSuite(nameOrFolder, suites)
  const facts = await readFacts(join(place.folder, factsFile))
  const { identity, size } = await examine(place, facts, cache)
  const fileOf = (path: string): string => join(place.pictures, ...path.split('/'))
  return {
    facts,
    identity,
    size,
    items: () => readItems(join(place.folder, itemsFile)),
    fileOf,
    read: (path) => readSuitePicture(facts.name, fileOf(path)),
  }
}

async function readFacts(file: string): Promise<SuiteFacts> {
  const text = await readTextFile(file)
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw new BenchError('suite', `${file}: not JSON (${(error as Error).message})`, { cause: error })
  }
  const parsed = suiteFactsSchema.safeParse(value)
  if (!parsed.success) throw new BenchError('suite', `${file}: ${misfits(parsed.error).join('; ')}`)
  return parsed.data
}

/** Checks a suite whole. Its identity is the hash of its facts, its items in their order, and their pictures' hashes. */
async function examine(
  { folder, pictures }: SuitePlace,
  facts: SuiteFacts,
  cache: string,
): Promise<{ readonly identity: string; readonly size: number }> {
  const file = join(folder, itemsFile)
  const problems = new Problems(file)
  const check = new ItemCheck(facts)
  const hash = createHash('sha256').update(canonicalJson(facts))
  const hashes = await FileHashes.open(pictures, cache)
  const met = new Set<string>()
  let size = 0
  for await (const read of itemLines(file)) {
    if ('problems' in read) {
      for (const problem of read.problems) problems.add(`line ${read.line}: ${problem}`)
      continue
    }
    const { item, line } = read
    size++
    for (const problem of check.problemsOf(item, `line ${line}`)) problems.add(`line ${line}: ${problem}`)
    hash.update(`\n${canonicalJson(item)}`)
    for (const path of pathsOf(item)) {
      if (met.has(path)) continue
      met.add(path)
      const sha256 = await hashes.of(join(pictures, ...path.split('/')))
      if (sha256 === undefined) problems.add(`line ${line}: ${path}: no such picture`)
      hash.update(`\n${path} ${sha256}`)
    }
  }
  if (size === 0 && problems.count === 0) problems.add('no items')
  await hashes.remember()
  problems.throwIfAny('correct them, or pull the suite again')
  return { identity: hash.digest('hex'), size }
}

/** Checks what only several items together show: names met twice, kinds that the suite does not name. */
export class ItemCheck {
  readonly #facts: SuiteFacts
  readonly #met = new Map<string, string>()

  constructor(facts: SuiteFacts) {
    this.#facts = facts
  }

  /** @param where the place that later messages give for this item */
  problemsOf(item: SuiteItem, where: string): string[] {
    const problems: string[] = []
    const { kinds } = this.#facts
    if (!kinds.includes(item.kind))
      problems.push(`kind: expected one of ${kinds.join(', ')}, got '${item.kind}'`)
    const before = this.#meet(itemName(item), where)
    if (before !== undefined) problems.push(`key: '${itemName(item)}' stands on ${before} already`)
    if (item.turn) {
      const { session, number } = item.turn
      const same = this.#meet(`${item.language}\n${session}\n${number}`, where)
      if (same !== undefined) problems.push(`turn: turn ${number} of '${session}' stands on ${same} already`)
    }
    return problems
  }

  #meet(name: string, where: string): string | undefined {
    const before = this.#met.get(name)
    if (before === undefined) this.#met.set(name, where)
    return before
  }
}

/** The files that an item names. */
export function pathsOf({ picture, more = [], target, mask }: SuiteItem): readonly string[] {
  return [picture, ...more, target, mask].filter((path) => path !== undefined)
}

async function* readItems(file: string): AsyncGenerator<SuiteItem> {
  for await (const read of itemLines(file)) {
    if ('problems' in read)
      throw new BenchError(
        'suite',
        `${file} line ${read.line}: ${read.problems.join('; ')}; the file was changed after it was opened`,
      )
    yield read.item
  }
}

async function readSuitePicture(suite: string, file: string): Promise<FilePicture> {
  try {
    return await readFilePicture(file)
  } catch (error) {
    throw new BenchError('suite', `${suite}: ${(error as Error).message}`, { cause: error })
  }
}
