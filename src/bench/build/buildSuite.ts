import { join } from 'node:path'
import { makeFolder, tryLock, writeFileWhole } from '../../files/index.ts'
import type { Toolbox } from '../../tools/index.ts'
import { BenchError } from '../error.ts'
import { type Assembly, assemble } from './assemble.ts'
import { DecisionLog } from './decisions.ts'
import { examinePicture, pictureName } from './examine.ts'
import { missingJobs } from './findings.ts'
import { reviewPage } from './page.ts'
import { type PicturedRequest, proposeForRequest, proposeIntents, waitsFor } from './propose.ts'
import { folderSource } from './replacements.ts'
import { readRequests } from './requests.ts'
import { applyReview, reviewTable } from './review.ts'
import { modelRewriter, ruleRewriter } from './rewrite.ts'
import { type SearchConfig, searchSource } from './searchService.ts'

/** How collected requests become a suite. */
export interface BuildOptions {
  /** The list or folder of requests. */
  readonly from: string
  /** The folder of the build: the record, crops, tables for the review, and the suite. It is private but for the suite. */
  readonly folder: string
  readonly tools: Toolbox
  readonly name: string
  readonly licence: string
  readonly title?: string
  readonly version?: string
  /** A folder of pictures that may be published, and their licence. */
  readonly replacements?: { readonly folder: string; readonly licence: string }
  /** A search service; without it nothing leaves the machine but questions to tools that are configured. */
  readonly search?: SearchConfig
  readonly env?: NodeJS.ProcessEnv
  /** Requests of one intent that are kept. Default: 3. */
  readonly perIntent?: number
  /** A table that a person has filled in. */
  readonly review?: string
  /** Takes every proposal without a person. Default: false. */
  readonly acceptAll?: boolean
  readonly onProgress?: (progress: {
    readonly doing: string
    readonly done: number
    readonly total: number
  }) => void
  readonly signal?: AbortSignal
  readonly now?: () => Date
}

/** The result of a build. */
export interface BuildResult extends Assembly {
  readonly requests: number
  readonly pictures: number
  readonly decisions: number
  /** Decisions that wait for a person. */
  readonly undecided: number
  /** Decisions that were taken from the review. */
  readonly reviewed: number
  /** Missing tools, whose searches were skipped. */
  readonly missingTools: readonly string[]
  /** The suite's folder; undefined where no item is left. */
  readonly suite: string | undefined
  readonly page: string
  readonly table: string
}

/**
 * The de-identification protocol of section 4.1 as a tool. Pictures are examined one after another, each result is a row
 * of `decisions.jsonl`, and a run that was broken off goes on. Metadata are never taken along. A picture with something
 * personal is replaced by a public one that is like it, or coarsened there, or left out; instructions are changed where
 * they tell of somebody; requests of the same intent are thinned. What would show a private picture, or another one in
 * its place, waits for a person. @throws BenchError `suite`, `cancelled`; ToolError; FileError
 */
export async function buildSuite(options: BuildOptions): Promise<BuildResult> {
  const { folder, tools, replacements, search, env = process.env } = options
  const signal = options.signal ?? new AbortController().signal
  await makeFolder(folder)
  const attempt = await tryLock(join(folder, '.lock'))
  if (!('lock' in attempt))
    throw new BenchError('suite', `${folder}: process ${attempt.holder.pid} is building in it; wait for it`)
  const log = await DecisionLog.open(join(folder, 'decisions.jsonl'), options.now).catch(
    async (error: unknown) => {
      await attempt.lock.release()
      throw error
    },
  )
  try {
    const requests = await picturedRequests(options.from)
    const sources = [
      ...(replacements
        ? [folderSource(replacements.folder, replacements.licence, join(folder, 'replacements.json'))]
        : []),
      ...(search ? [searchSource(search, env)] : []),
    ]
    const reviewed = options.review === undefined ? 0 : await applyReview(log, options.review)
    const pictures = [...new Set(requests.map(({ picture }) => picture))]
    for (const [i, picture] of pictures.entries()) {
      stopIf(signal)
      options.onProgress?.({ doing: 'looking at pictures', done: i, total: pictures.length })
      const its = requests.filter((request) => request.picture === picture)
      await examinePicture(log, picture, its, { tools, sources, folder, signal })
    }
    const vision = tools.has('vision') ? tools.get('vision') : undefined
    const rewriter = vision ? modelRewriter(vision) : ruleRewriter()
    for (const [i, request] of requests.entries()) {
      stopIf(signal)
      options.onProgress?.({ doing: 'reading instructions', done: i, total: requests.length })
      await proposeForRequest(log, request, rewriter)
    }
    await proposeIntents(log, requests, { perIntent: options.perIntent ?? 3, vision })
    const assembly = await assemble(log, requests, {
      facts: {
        name: options.name,
        version: options.version ?? '1',
        title: options.title ?? options.name,
        source: 'collected requests, de-identified by pentimento bench build',
        licence: options.licence,
      },
      folder,
      sources,
      tools,
      acceptAll: options.acceptAll ?? false,
      signal,
    })
    const [page, table] = [join(folder, 'decisions.html'), join(folder, 'decisions.csv')]
    await writeFileWhole(page, reviewPage(log))
    await writeFileWhole(table, `\ufeff${reviewTable(log)}`)
    const rows = log.rows().filter(({ type }) => type !== 'examined')
    return {
      ...assembly,
      requests: requests.length,
      pictures: pictures.length,
      decisions: rows.length,
      undecided: rows.filter((row) => waitsFor(log, row)).length,
      reviewed,
      missingTools: missingJobs(tools),
      suite: assembly.items > 0 ? join(folder, 'suite') : undefined,
      page,
      table,
    }
  } finally {
    await log.close()
    await attempt.lock.release()
  }
}

async function picturedRequests(from: string): Promise<readonly PicturedRequest[]> {
  const names = new Map<string, string>()
  const requests: PicturedRequest[] = []
  for (const request of await readRequests(from)) {
    const picture = names.get(request.file) ?? (await pictureName(request.file))
    names.set(request.file, picture)
    requests.push({ ...request, picture })
  }
  return requests
}

function stopIf(signal: AbortSignal): void {
  if (signal.aborted)
    throw new BenchError('cancelled', 'build: cancelled; run it again to continue', { cause: signal.reason })
}
