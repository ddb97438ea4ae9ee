import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { writeFolderWhole } from '../../files/index.ts'
import { writeFailure } from '../atomic.ts'
import { DatasetError } from '../error.ts'
import { openView } from '../reading/openView.ts'
import { type SelectionChoice, selectionOf } from '../selection/choice.ts'
import { judgeSet } from '../selection/pick.ts'
import type { Split } from '../sources/catalog.ts'
import type { Kind } from '../taxonomy.ts'
import type { Workspace } from '../workspace.ts'
import { datasetCard } from './card.ts'
import { columnsOf } from './columns.ts'
import { type ExportFile, type ExportFolder, writeFileOf } from './files.ts'
import type { Format } from './format.ts'
import { type Manifest, manifestFile, manifestText } from './manifest.ts'
import { type MultiTurnRow, multiTurnColumns, multiTurnRows } from './multiTurn.ts'
import { type Language, OfficialFiles } from './official.ts'
import { ParquetFiles } from './parquet.ts'
import { PreferenceFiles, preferenceColumns, preferenceRows } from './preference.ts'
import { type ExportRow, exportRows, type RowSource } from './row.ts'
import { ScoreCollector } from './scoreNames.ts'
import { Tally } from './tally.ts'
import { type ExportBucket, writeToBucket } from './toBucket.ts'
import { WebDatasetFiles } from './webdataset.ts'

/** How to write. */
export interface ExportOptions {
  readonly format: Format
  /** The folder to write; an export that is there already is replaced by the new one once that is whole. */
  readonly output: string
  /** A bucket to write to instead of the folder: files first, the manifest last. */
  readonly bucket?: ExportBucket
  /** Of the captions in the official layout. Default: English. */
  readonly language?: Language
  /** On top of the configuration's selection. */
  readonly selection?: SelectionChoice
  /** Also writes pairs that are not kept, with the stage and the reason. */
  readonly all?: boolean
  readonly signal?: AbortSignal
  readonly onProgress?: (done: number, total: number) => void
}

/**
 * Writes the pairs that the selection keeps, each split in the order of their ids: the same dataset and selection give
 * the same bytes. The folder appears whole or not at all. Memory holds one row group a split.
 * @throws DatasetError `export`
 */
export async function exportDataset(workspace: Workspace, options: ExportOptions): Promise<Manifest> {
  const { format, output, bucket, all = false } = options
  if (all && format !== 'parquet' && format !== 'webdataset')
    throw new DatasetError('export', `--all: expected --format parquet or webdataset, got ${format}`)
  const view = await openView(workspace)
  const selection = selectionOf(workspace.configuration.selection, options.selection ?? {})
  const scores = new ScoreCollector()
  const verdicts = await judgeSet(view, selection, ({ dossier }) => {
    scores.add(dossier)
    return 0
  })
  if (all ? scores.pairs === 0 : verdicts.kept === 0)
    throw new DatasetError(
      'export',
      `${workspace.folder}: no triplets to export yet (${scores.pairs} pairs, none is kept); ` +
        `'pentimento dataset run ${workspace.folder}' makes them`,
    )
  const rows: RowSource = { workspace, view, selection, verdicts, all }
  const total = all ? scores.pairs : verdicts.kept
  const fill = (folder: ExportFolder) => writeAll(folder, { rows, scores, total, options })
  try {
    if (bucket) return await writeToBucket(bucket, fill)
    await refuseOthers(output)
    return await writeFolderWhole(output, async (path) => {
      const manifest = await fill({ path })
      await writeFileOf({ path }, manifestFile, manifestText(manifest))
      return manifest
    })
  } catch (error) {
    throw writeFailure(`${output} (${format})`, error, 'export')
  }
}

/** Refuses a folder that is not an export. @throws DatasetError */
async function refuseOthers(output: string): Promise<void> {
  const found = await stat(output).catch(() => undefined)
  if (found === undefined || (await stat(join(output, manifestFile)).catch(() => undefined))) return
  throw new DatasetError(
    'export',
    `${output}: exists already and is not an export; remove it or give another --output`,
  )
}

/** The files of one split. */
interface SplitFiles<Row> {
  add(row: Row): Promise<void>
  close(): Promise<readonly ExportFile[]>
  abort(): Promise<void>
}

interface Writing {
  readonly rows: RowSource
  readonly scores: ScoreCollector
  readonly total: number
  readonly options: ExportOptions
}

async function writeAll(folder: ExportFolder, { rows, scores, total, options }: Writing): Promise<Manifest> {
  const { format, language = 'en', signal } = options
  const tally = new Tally()
  const lost: string[] = []
  let [done, lostCount] = [0, 0]
  const write = async <Row extends { readonly split: Split; readonly kind: Kind }>(
    all: AsyncIterable<Row | { readonly key: string; readonly lost: string }>,
    open: (split: Split) => SplitFiles<Row>,
    tell: (row: Row) => void,
  ): Promise<ExportFile[]> => {
    const writers = new Map<Split, SplitFiles<Row>>()
    try {
      for await (const row of all) {
        options.onProgress?.(++done, Math.max(done, total))
        if ('lost' in row) {
          lostCount++
          if (lost.length < 100) lost.push(`${row.key.slice(0, 12)}: ${row.lost}`)
          continue
        }
        const writer = writers.get(row.split) ?? open(row.split)
        writers.set(row.split, writer)
        await writer.add(row)
        tell(row)
      }
      const files: ExportFile[] = []
      for (const writer of writers.values()) files.push(...(await writer.close()))
      return files
    } catch (error) {
      for (const writer of writers.values()) await writer.abort()
      throw error
    }
  }
  const columns = columnsOf(scores.names)
  const size = ({ source, target, mask }: ExportRow): number =>
    source.length + target.length + (mask?.length ?? 0)
  const files =
    format === 'preference'
      ? await write(
          preferenceRows(rows, signal),
          (split) => new PreferenceFiles(folder, split),
          (row) => {
            tally.add(row.split, row.chosenProvenance)
            tally.use(row.rejectedProvenance)
          },
        )
      : format === 'multi-turn'
        ? await write(
            multiTurnRows(rows, signal),
            (split) => new ParquetFiles(folder, `data/${split}`, multiTurnColumns, sizeOfTurns),
            (row) => {
              tally.add(row.split, row.turns[0]!)
              for (const turn of row.turns.slice(1)) tally.use(turn)
            },
          )
        : await write(
            exportRows(rows, signal),
            (split) =>
              format === 'parquet'
                ? new ParquetFiles(folder, `data/${split}`, columns, size)
                : format === 'webdataset'
                  ? new WebDatasetFiles(folder, split)
                  : new OfficialFiles(folder, split, language),
            (row) => tally.add(row.split, row.provenance),
          )
  if (tally.rows === 0)
    throw new DatasetError(
      'export',
      format === 'preference'
        ? `no preference pairs: no source has a kept and a refused pair of one kind (${total} pairs are kept)`
        : format === 'multi-turn'
          ? `no chains: no source has two kept edits in parts of the picture that lie apart (${total} pairs are kept)`
          : `no triplets: files of all ${lostCount} are lost (${lost[0]}); 'pentimento dataset verify' tells more`,
    )
  const overview = await rows.view.overview()
  files.push(await writeFileOf(folder, 'README.md', datasetCard({ format, overview, tally })))
  return {
    version: 2,
    name: overview.name,
    format,
    triplets: tally.rows,
    splits: tally.splits,
    ...(format === 'parquet' ? { columns: columns.map(({ name }) => name) } : {}),
    ...(format === 'multi-turn' ? { columns: multiTurnColumns.map(({ name }) => name) } : {}),
    ...(format === 'preference' ? { columns: preferenceColumns.map(({ name }) => name) } : {}),
    ...(lostCount === 0 ? {} : { lost: { count: lostCount, first: lost } }),
    files: files.sort((a, b) => (a.path < b.path ? -1 : 1)),
  }
}

const sizeOfTurns = ({ source, pictures }: MultiTurnRow): number =>
  pictures.reduce((sum, { length }) => sum + length, source.length)

export type { Manifest } from './manifest.ts'
export { manifestFile } from './manifest.ts'
