import { createHash } from 'node:crypto'
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { writeFolderWhole } from '../../files/index.ts'
import { encodePicture, readPicture, resizePicture } from '../../image/index.ts'
import type { SampleOptions } from '../../statistics/index.ts'
import { BenchError } from '../error.ts'
import type { BenchResults } from '../results.ts'
import { itemName } from '../suite/suite.ts'
import { type BenchNumbers, numbersOf } from './data.ts'
import { type ShownItem, shownItems } from './edits.ts'
import { indexPage } from './indexPage.ts'
import { kindFile, kindPage, type ShownPicture } from './kindPage.ts'

/** Reads the files of pictures. Both may throw: the page then says that the picture cannot be read. */
export interface PictureReader {
  /** By its name in the bench's file store. */
  edited(name: string): Promise<Uint8Array>
  /** By its path in the suite. */
  source(path: string): Promise<Uint8Array>
}

export interface ReportOptions extends SampleOptions {
  readonly allowMissing?: boolean
  /** Puts published figures beside ours. Default: false. */
  readonly withPublished?: boolean
  /** The longer side of pictures, which are not enlarged. Default: 640. */
  readonly pictureSize?: number
  readonly signal?: AbortSignal
  readonly onProgress?: (pictures: number, of: number) => void
}

/** What was written. */
export interface BenchReport {
  readonly html: string
  readonly json: string
  readonly pictures: number
  /** Pictures that could not be read, with the reason. */
  readonly unread: readonly { readonly picture: string; readonly reason: string }[]
  readonly numbers: BenchNumbers
}

/**
 * Writes a report: `index.html` with all numbers, a page for each kind, small pictures beside them, and `report.json`.
 * The pages ask for nothing outside the folder. The folder is written whole; an older report there is replaced.
 * @throws BenchError `export` where the folder holds something else
 */
export async function writeReport({
  results,
  pictures,
  folder,
  options = {},
}: {
  readonly results: BenchResults
  readonly pictures: PictureReader
  readonly folder: string
  readonly options?: ReportOptions
}): Promise<BenchReport> {
  await checkFolder(folder)
  const { allowMissing = false, withPublished = false } = options
  const numbers = numbersOf(results, { ...options, allowMissing })
  const items = shownItems(results)
  const kinds = byKind(results, items)
  return writeFolderWhole(folder, async (part) => {
    const { shown, unread } = await writePictures(results, items, pictures, part, options)
    const look = {
      edited: (name: string) => shown.get(`edited ${name}`),
      source: (path: string) => shown.get(`source ${path}`),
    }
    for (const [kind, own] of kinds)
      await writeFile(join(part, kindFile(kind)), kindPage(results, kind, [...kinds.keys()], own, look))
    await writeFile(
      join(part, 'index.html'),
      indexPage(results, numbers, kinds, { published: withPublished }),
    )
    await writeFile(join(part, 'report.json'), reportJson(results, numbers, items))
    return {
      html: join(folder, 'index.html'),
      json: join(folder, 'report.json'),
      pictures: shown.size,
      unread,
      numbers,
    }
  })
}

/** Only an older report is ever replaced. */
async function checkFolder(folder: string): Promise<void> {
  let names: string[]
  try {
    names = await readdir(folder)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return
    throw new BenchError('export', `${folder}: cannot write a report there, it is not a readable folder`, {
      cause: error,
    })
  }
  if (names.length > 0 && !(names.includes('report.json') && names.includes('index.html')))
    throw new BenchError(
      'export',
      `${folder}: expected an empty folder or an older report, got ${names.length} other files; choose another --output`,
    )
}

function byKind(results: BenchResults, items: readonly ShownItem[]): Map<string, ShownItem[]> {
  const kinds = new Map<string, ShownItem[]>(results.suite.kinds.map((kind) => [kind, []]))
  for (const each of items) kinds.set(each.item.kind, [...(kinds.get(each.item.kind) ?? []), each])
  return new Map([...kinds].filter(([, own]) => own.length > 0))
}

/** Writes the small pictures, one after another: memory holds one. */
async function writePictures(
  results: BenchResults,
  items: readonly ShownItem[],
  reader: PictureReader,
  part: string,
  { pictureSize = 640, signal, onProgress }: ReportOptions,
): Promise<{ shown: Map<string, ShownPicture>; unread: { picture: string; reason: string }[] }> {
  const sources = new Set(items.flatMap(({ item }) => [item.picture, ...(item.more ?? [])]))
  const edited = new Set(results.edits.flatMap((edit) => (edit.outcome === 'picture' ? [edit.picture] : [])))
  const all = [
    ...[...sources].map((path, i) => ({
      key: `source ${path}`,
      file: `source-${i + 1}`,
      read: () => reader.source(path),
    })),
    ...[...edited].map((name) => ({
      key: `edited ${name}`,
      file: createHash('sha256').update(name).digest('hex').slice(0, 16),
      read: () => reader.edited(name),
    })),
  ]
  const shown = new Map<string, ShownPicture>()
  const unread: { picture: string; reason: string }[] = []
  await mkdir(join(part, 'pictures'))
  for (const [done, { key, file, read }] of all.entries()) {
    signal?.throwIfAborted()
    onProgress?.(done, all.length)
    try {
      const picture = await readPicture(await read())
      const scale = Math.min(1, pictureSize / Math.max(picture.width, picture.height))
      const size = {
        width: Math.max(1, Math.round(scale * picture.width)),
        height: Math.max(1, Math.round(scale * picture.height)),
      }
      const path = `pictures/${file}.webp`
      const small = resizePicture(picture, { ...size, filter: 'bilinear' })
      await writeFile(join(part, path), await encodePicture(small, 'webp', { quality: 82 }))
      shown.set(key, { path, ...size })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOSPC') throw error
      unread.push({ picture: key, reason: (error as Error).message })
    }
  }
  onProgress?.(all.length, all.length)
  return { shown, unread }
}

function reportJson(results: BenchResults, numbers: BenchNumbers, items: readonly ShownItem[]): string {
  const { suite, systems, judges } = results
  const rows = items.map(({ item, edits, pairs }) => ({
    item: itemName(item),
    kind: item.kind,
    instruction: item.instruction,
    ...(pairs.length === 0 ? {} : { pairs }),
    edits: edits.map(({ system, edit, judgements, report }) => ({
      system,
      outcome: edit.outcome,
      ...(edit.outcome === 'picture' ? { picture: edit.picture } : {}),
      ...(edit.outcome === 'refused' ? { kind: edit.kind, reason: edit.reason } : {}),
      ...(edit.outcome === 'failed' ? { reason: edit.reason } : {}),
      judgements: judgements.map(({ judge, repeat, sc, pq, calls }) => ({
        judge,
        repeat,
        sc,
        pq,
        problems: [calls.sc?.problem, calls.pq?.problem].filter((problem) => problem !== undefined),
      })),
      ...(report === undefined ? {} : { checks: report }),
    })),
  }))
  return `${JSON.stringify({ suite, systems, judges, numbers, items: rows })}\n`
}
