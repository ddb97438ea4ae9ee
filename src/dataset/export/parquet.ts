import { rename } from 'node:fs/promises'
import { join } from 'node:path'
import { ByteWriter, ParquetWriter } from 'hyparquet-writer'
import type { Split } from '../sources/catalog.ts'
import { columns, huggingFaceFeatures, parquetSchema } from './columns.ts'
import { type ExportFile, FileWriter } from './files.ts'
import type { ExportRow } from './row.ts'

/** A row group is what a reader takes into memory at once; a file, what it downloads. */
const most = { groupRows: 100, groupBytes: 48e6, fileBytes: 450e6 } as const

/** Writes a split's triplets as Parquet files, pictures inside: `data/train-00000-of-00003.parquet`. */
export async function writeParquet(
  folder: string,
  split: Split,
  rows: AsyncIterable<ExportRow>,
): Promise<readonly ExportFile[]> {
  const parts: ExportFile[] = []
  let file: ParquetFile | undefined
  try {
    for await (const row of rows) {
      if (file !== undefined && file.bytes >= most.fileBytes) {
        parts.push(await file.close())
        file = undefined
      }
      file ??= await ParquetFile.create(folder, `data/${split}-${parts.length}.part`)
      await file.add(row)
    }
    if (file !== undefined) parts.push(await file.close())
  } catch (error) {
    await file?.abort()
    throw error
  }
  return Promise.all(
    parts.map(async (part, i) => {
      const path = `data/${split}-${number(i)}-of-${number(parts.length)}.parquet`
      await rename(join(folder, part.path), join(folder, path))
      return { ...part, path }
    }),
  )
}

const number = (i: number): string => String(i).padStart(5, '0')

class ParquetFile {
  readonly #file: FileWriter
  readonly #buffer: ByteWriter = new ByteWriter(1 << 20)
  readonly #parquet: ParquetWriter
  #pending: ExportRow[] = []
  #pendingBytes = 0
  #rows = 0

  private constructor(file: FileWriter) {
    this.#file = file
    this.#parquet = new ParquetWriter({
      writer: this.#buffer,
      schema: parquetSchema(),
      kvMetadata: [{ key: 'huggingface', value: huggingFaceFeatures() }],
      createdBy: 'pentimento',
    })
  }

  static async create(folder: string, path: string): Promise<ParquetFile> {
    return new ParquetFile(await FileWriter.create(folder, path))
  }

  get bytes(): number {
    return this.#file.bytes + this.#pendingBytes
  }

  async add(row: ExportRow): Promise<void> {
    this.#pending.push(row)
    this.#pendingBytes += row.source.length + row.target.length + (row.mask?.length ?? 0)
    if (this.#pending.length >= most.groupRows || this.#pendingBytes >= most.groupBytes) await this.#flush()
  }

  abort(): Promise<void> {
    return this.#file.abort()
  }

  async close(): Promise<ExportFile> {
    await this.#flush()
    await this.#parquet.finish()
    await this.#drain()
    return this.#file.close(this.#rows)
  }

  async #flush(): Promise<void> {
    const rows = this.#pending
    if (rows.length === 0) return
    await this.#parquet.write({
      // PNG files neither shrink further nor have a least and a greatest.
      columnData: columns.map(({ name, type, value }) => ({
        name,
        data: rows.map(value),
        ...(type === 'picture'
          ? { codec: 'UNCOMPRESSED' as const, statistics: false, encoding: 'PLAIN' as const }
          : {}),
      })),
      rowGroupSize: rows.length,
    })
    this.#rows += rows.length
    this.#pending = []
    this.#pendingBytes = 0
    await this.#drain()
  }

  /** Offsets in the file go on counting; only the buffer starts anew. */
  async #drain(): Promise<void> {
    await this.#file.write(this.#buffer.getBytes())
    this.#buffer.index = 0
  }
}
