import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { tryLock } from '../../files/index.ts'
import { type HubSettings, hubSettings, listHub, type PullProgress, pullFiles } from '../../weights/index.ts'
import { BenchError } from '../error.ts'
import { chosenFiles, inputAtHand, inputOfHub } from './loaders/input.ts'
import type { LeftOut, Loader, LoaderInput } from './loaders/loader.ts'
import { loaders } from './loaders/loaders.ts'
import { installedSuites, suitesFolder } from './places.ts'
import { languages } from './suite.ts'
import { type SuiteEntry, writeSuite } from './writeSuite.ts'

/** Options of pulling a suite. */
export interface PullSuiteOptions {
  /** The folder of pulled suites. Default: {@link suitesFolder}. */
  readonly suites?: string
  /** Files or a folder at hand, in place of the hub. */
  readonly from?: readonly string[]
  /** Branch, tag or commit of the hub's repository. */
  readonly revision?: string
  /** At most this many items, the first ones; then the suite's counts are not checked. */
  readonly limit?: number
  /** Where the hub is and who asks. Default: {@link hubSettings} of this process. */
  readonly hub?: HubSettings
  /** Milliseconds before a second try of the hub. */
  readonly retryDelay?: number
  readonly onDownload?: (progress: PullProgress) => void
  readonly onItem?: (count: number) => void
  readonly signal?: AbortSignal
}

/** A suite that was pulled. */
export interface PulledSuite {
  readonly name: string
  readonly folder: string
  readonly items: number
  readonly licence: string
  readonly version: string
  /** Rows that are no items, by reason. */
  readonly leftOut: Readonly<Record<string, number>>
}

/** A suite that can be pulled. */
export interface KnownSuite {
  readonly name: string
  readonly title: string
  readonly source: string
  readonly licence: string
  readonly size: string
  /** Manual steps if it is not on the hub. */
  readonly byHand: string | undefined
  readonly isInstalled: boolean
}

/** The suites that can be pulled. */
export async function knownSuites(suites: string = suitesFolder()): Promise<readonly KnownSuite[]> {
  const installed = await installedSuites(suites)
  return loaders.map(({ name, title, source, licence, size, byHand }) => ({
    name,
    title,
    source,
    licence,
    size,
    byHand,
    isInstalled: installed.includes(name),
  }))
}

/**
 * Makes a published suite one of ours, from the hub or from files at hand: whole or not at all, one item in memory at a
 * time. A download that was broken off goes on; the downloaded files are removed once the suite is there.
 * @throws BenchError `suite`, `cancelled`; WeightsError of the hub; FileError
 */
export async function pullSuite(name: string, options: PullSuiteOptions = {}): Promise<PulledSuite> {
  const loader = loaders.find((each) => each.name === name)
  if (!loader)
    throw new BenchError(
      'suite',
      `${name}: ${/^ice-?bench$/i.test(name) ? 'ICE-Bench was not public' : 'no such published suite'}; expected one of ${loaders.map((each) => each.name).join(', ')}`,
    )
  const suites = options.suites ?? suitesFolder()
  const scratch = join(suites, `.${name}.download`)
  const attempt = await tryLock(`${scratch}.lock`)
  if (!('lock' in attempt))
    throw new BenchError('suite', `${name}: process ${attempt.holder.pid} is pulling it; wait for it`)
  try {
    const { input, version } = options.from
      ? { input: await inputAtHand(loader, options.from, scratch), version: 'files at hand' }
      : await openHub(loader, scratch, options)
    const pulled = await write(loader, input, version, join(suites, name), options)
    await rm(scratch, { recursive: true, force: true })
    return pulled
  } finally {
    if (options.from) await rm(scratch, { recursive: true, force: true })
    await attempt.lock.release()
  }
}

async function openHub(
  loader: Loader,
  scratch: string,
  { revision, hub = hubSettings(), retryDelay, onDownload, signal }: PullSuiteOptions,
): Promise<{ readonly input: LoaderInput; readonly version: string }> {
  if (!loader.hub)
    throw new BenchError('suite', `${loader.name}: it is not on the hub; ${loader.byHand}: --from <folder>`)
  const repo = {
    ...hub,
    type: 'dataset' as const,
    name: loader.hub.repo,
    revision: revision ?? loader.hub.revision,
  }
  const tries = { ...(retryDelay !== undefined && { retryDelay }), ...(signal && { signal }) }
  const listing = await listHub(repo, tries)
  const names = chosenFiles(
    loader.hub.files,
    listing.files.map(({ path }) => path),
  )
  if (names.length === 0)
    throw new BenchError(
      'suite',
      `${loader.name}: ${loader.hub.repo} holds none of its files (${loader.hub.files.map(String).join(', ')}); got ${
        listing.files
          .slice(0, 10)
          .map(({ path }) => path)
          .join(', ') || 'no files'
      }; try --revision refs/convert/parquet, or files at hand by --from`,
    )
  const bring = async (path: string): Promise<string> => {
    const target = join(scratch, listing.commit, ...path.split('/'))
    const file = listing.files.find((each) => each.path === path)!
    await pullFiles([{ listing, file, target }], {
      ...tries,
      hubCache: hub.cache,
      ...(onDownload && { onProgress: onDownload }),
    })
    return target
  }
  return { input: inputOfHub(loader, names, bring, scratch), version: listing.commit }
}

async function write(
  loader: Loader,
  input: LoaderInput,
  version: string,
  folder: string,
  { limit, onItem, signal }: PullSuiteOptions,
): Promise<PulledSuite> {
  const tally = new Tally(loader, limit)
  const named = limit === undefined ? version : `${version}, first ${limit}`
  const facts = () => ({
    name: loader.name,
    version: named,
    title: loader.title,
    source: loader.source,
    licence: loader.licence,
    kinds: tally.kinds(),
  })
  const items = await writeSuite(folder, facts, tally.counted(loader.entries(input)), {
    ...(onItem && { onEntry: onItem }),
    ...(signal && { signal }),
  })
  const leftOut = Object.fromEntries(tally.leftOut)
  return { name: loader.name, folder, items, licence: loader.licence, version: named, leftOut }
}

/** Counts items, stops at the limit, and compares a complete suite with its expected counts. */
class Tally {
  readonly #loader: Loader
  readonly #limit: number | undefined
  readonly leftOut = new Map<string, number>()
  readonly #kinds = new Map<string, Map<string, number>>()

  constructor(loader: Loader, limit: number | undefined) {
    this.#loader = loader
    this.#limit = limit
  }

  async *counted(entries: AsyncIterable<SuiteEntry | LeftOut>): AsyncGenerator<SuiteEntry> {
    let count = 0
    for await (const entry of entries) {
      if ('leftOut' in entry) {
        this.leftOut.set(entry.leftOut, (this.leftOut.get(entry.leftOut) ?? 0) + 1)
        continue
      }
      const { kind, language } = entry.item
      const counts = this.#kinds.get(kind) ?? new Map<string, number>()
      this.#kinds.set(kind, counts.set(language, (counts.get(language) ?? 0) + 1))
      yield entry
      if (++count === this.#limit) return
    }
    if (this.#limit === undefined) this.#check()
  }

  /** The kinds that were met, in the order of tables. */
  kinds(): string[] {
    const known = this.#loader.kinds.filter((kind) => this.#kinds.has(kind))
    return [...known, ...[...this.#kinds.keys()].filter((kind) => !known.includes(kind))]
  }

  /** @throws BenchError `suite` where a whole suite has other counts */
  #check(): void {
    const { name, expected } = this.#loader
    if (!expected) return
    const wrong: string[] = []
    for (const language of languages) {
      const wanted = expected.items[language] ?? 0
      let got = 0
      for (const counts of this.#kinds.values()) got += counts.get(language) ?? 0
      if (got !== wanted) wrong.push(`${wanted} items in ${language}, got ${got}`)
    }
    for (const [kind, wanted] of Object.entries(expected.kinds ?? {})) {
      const got = this.#kinds.get(kind)?.get('en') ?? 0
      if (got !== wanted) wrong.push(`${wanted} of ${kind} in en, got ${got}`)
    }
    if (wrong.length > 0)
      throw new BenchError(
        'suite',
        `${name}: expected ${wrong.join('; ')}; give all of its files, or take a part by --limit`,
      )
  }
}
