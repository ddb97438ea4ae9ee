import { ByteWriter, ParquetWriter } from 'hyparquet-writer'
import { type Column, huggingFaceFeatures, parquetSchema } from './columns.ts'
import { type ExportFile, type ExportFolder, FileWriter } from './files.ts'

/** A row group is what a reader takes into memory at once; a file, what it downloads. */
const most = { groupRows: 100, groupBytes: 48e6, fileBytes: 450e6 } as const

/** Writes rows as Parquet files, pictures inside, one after another: `<name>-00000.parquet`. */
export class ParquetFiles<Row extends object> {
  readonly #folder: ExportFolder
  readonly #name: string
  readonly #columns: readonly Column<Row>[]
  readonly #bytesOf: (row: Row) => number
  readonly #files: ExportFile[] = []
  #file: ParquetFile<Row> | undefined

  /** @param bytesOf roughly, what a row takes */
  constructor(
    folder: ExportFolder,
    name: string,
    columns: readonly Column<Row>[],
    bytesOf: (row: Row) => number,
  ) {
    this.#folder = folder
    this.#name = name
    this.#columns = columns
    this.#bytesOf = bytesOf
  }

  async add(row: Row): Promise<void> {
    if (this.#file !== undefined && this.#file.bytes >= most.fileBytes) {
      this.#files.push(await this.#file.close())
      this.#file = undefined
    }
    const path = `${this.#name}-${String(this.#files.length).padStart(5, '0')}.parquet`
    this.#file ??= new ParquetFile(await FileWriter.create(this.#folder, path), this.#columns)
    await this.#file.add(row, this.#bytesOf(row))
  }

  async close(): Promise<readonly ExportFile[]> {
    if (this.#file !== undefined) this.#files.push(await this.#file.close())
    this.#file = undefined
    return this.#files
  }

  async abort(): Promise<void> {
    await this.#file?.abort()
  }
}

class ParquetFile<Row> {
  readonly #file: FileWriter
  readonly #columns: readonly Column<Row>[]
  readonly #buffer: ByteWriter = new ByteWriter(1 << 20)
  readonly #parquet: ParquetWriter
  #pending: Row[] = []
  #pendingBytes = 0
  #rows = 0

  constructor(file: FileWriter, columns: readonly Column<Row>[]) {
    this.#file = file
    this.#columns = columns
    this.#parquet = new ParquetWriter({
      writer: this.#buffer,
      schema: parquetSchema(columns),
      kvMetadata: [{ key: 'huggingface', value: huggingFaceFeatures(columns) }],
      createdBy: 'pentimento',
    })
  }

  get bytes(): number {
    return this.#file.bytes + this.#pendingBytes
  }

  async add(row: Row, bytes: number): Promise<void> {
    this.#pending.push(row)
    this.#pendingBytes += bytes
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
      columnData: this.#columns.map(({ name, type, value }) => ({
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
