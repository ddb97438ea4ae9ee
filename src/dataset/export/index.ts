import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { writeFolderWhole } from '../../files/index.ts'
import { writeFailure } from '../atomic.ts'
import { type Collection, collect } from '../collect.ts'
import { DatasetError } from '../error.ts'
import type { Split } from '../sources/catalog.ts'
import type { Workspace } from '../workspace.ts'
import { datasetCard } from './card.ts'
import { type ExportFile, writeFileOf } from './files.ts'
import type { Format } from './format.ts'
import { type Language, writeOfficial } from './official.ts'
import { writeParquet } from './parquet.ts'
import { type ExportRow, exportRows, filledSplits } from './row.ts'
import { writeWebDataset } from './webdataset.ts'

/** The name of the file that lists an export. */
export const manifestFile = 'manifest.json'

/** What an export holds; `verify` goes by it. */
export interface Manifest {
  readonly version: 1
  readonly name: string
  readonly format: Format
  readonly triplets: number
  readonly splits: { readonly [S in Split]?: number }
  readonly files: readonly ExportFile[]
}

/** How to write. */
export interface ExportOptions {
  readonly format: Format
  /** The folder to write; an export that is there already is replaced by the new one once that is whole. */
  readonly output: string
  /** Of the captions in the official layout. Default: English. */
  readonly language?: Language
  readonly signal?: AbortSignal
  readonly onProgress?: (done: number, total: number) => void
}

/**
 * Writes the triplets that are kept, a split after another, each by key: the same dataset gives the same bytes. The
 * folder appears whole or not at all. @throws DatasetError `export`
 */
export async function exportDataset(workspace: Workspace, options: ExportOptions): Promise<Manifest> {
  const { format, output } = options
  const collection = await collect(workspace)
  if (collection.kept.length === 0)
    throw new DatasetError(
      'export',
      `${workspace.folder}: no triplets to export yet; 'pentimento dataset run ${workspace.folder}' makes them`,
    )
  await refuseOthers(output)
  try {
    return await writeFolderWhole(output, (part) => writeAll(part, workspace, collection, options))
  } catch (error) {
    throw writeFailure(`${output} (${format})`, error, 'export')
  }
}

/** What is there must be an export. @throws DatasetError */
async function refuseOthers(output: string): Promise<void> {
  const found = await stat(output).catch(() => undefined)
  if (found === undefined || (await stat(join(output, manifestFile)).catch(() => undefined))) return
  throw new DatasetError(
    'export',
    `${output}: is there already and is no export; remove it or give another --output`,
  )
}

async function writeAll(
  folder: string,
  workspace: Workspace,
  collection: Collection,
  { format, language = 'en', signal, onProgress }: ExportOptions,
): Promise<Manifest> {
  const counts: { [S in Split]?: number } = {}
  const licences = new Map<string, Set<string>>()
  const total = collection.kept.length
  let done = 0
  async function* counted(split: Split): AsyncGenerator<ExportRow> {
    for await (const row of exportRows(workspace, collection, split, signal)) {
      const { origin, donors } = row.provenance
      for (const { id, licence } of [origin, ...donors])
        licences.set(licence, (licences.get(licence) ?? new Set()).add(id))
      counts[split] = (counts[split] ?? 0) + 1
      done++
      onProgress?.(done, total)
      yield row
    }
  }
  const files: ExportFile[] = []
  for (const split of filledSplits(collection)) {
    const rows = counted(split)
    if (format === 'parquet') files.push(...(await writeParquet(folder, split, rows)))
    else if (format === 'webdataset') files.push(...(await writeWebDataset(folder, split, rows)))
    else files.push(...(await writeOfficial(folder, split, rows, language)))
  }
  const splits = filledSplits(collection).map((split) => ({ split, rows: counts[split] ?? 0 }))
  const used = [...licences].map(([licence, ids]) => [licence, ids.size] as const)
  const card = datasetCard({
    format,
    collection,
    splits,
    licences: used.sort(([a], [b]) => (a < b ? -1 : 1)),
  })
  files.push(await writeFileOf(folder, 'README.md', card))
  const manifest: Manifest = {
    version: 1,
    name: collection.plan.name,
    format,
    triplets: total,
    splits: counts,
    files: files.sort((a, b) => (a.path < b.path ? -1 : 1)),
  }
  await writeFileOf(folder, manifestFile, `${JSON.stringify(manifest, null, 1)}\n`)
  return manifest
}
