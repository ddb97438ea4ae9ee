import { open } from 'node:fs/promises'
import { type AsyncBuffer, type FileMetaData, parquetMetadataAsync, parquetReadObjects } from 'hyparquet'
import { fileError } from '../../../files/index.ts'
import { BenchError } from '../../error.ts'
import type { Cells } from './table.ts'

/** Bytes of a row group that are taken into memory at once, where its pages can be read alone. */
const groupBytes = 64e6

/**
 * Reads a Parquet file row group by row group, and of large groups whose pages have an index part by part.
 * @throws BenchError `suite`, FileError
 */
export async function openParquet(file: string): Promise<{
  readonly columns: readonly string[]
  rows(columns: readonly string[]): AsyncGenerator<Cells>
}> {
  const reading = await openBuffer(file)
  try {
    const metadata = await parquetMetadataAsync(reading.buffer).catch((error: Error) => {
      throw new BenchError('suite', `${file}: not a readable Parquet file (${error.message})`)
    })
    return {
      columns: topColumns(metadata),
      rows: (columns) => readRows(file, metadata, columns),
    }
  } finally {
    await reading.close()
  }
}

async function* readRows(
  file: string,
  metadata: FileMetaData,
  columns: readonly string[],
): AsyncGenerator<Cells> {
  const { buffer, close } = await openBuffer(file)
  try {
    let first = 0
    for (const { num_rows, columns: chunks } of metadata.row_groups) {
      const rows = Number(num_rows)
      const wanted = chunks.filter(({ meta_data }) => columns.includes(meta_data?.path_in_schema[0] ?? ''))
      const bytes = wanted.reduce(
        (sum, chunk) => sum + Number(chunk.meta_data?.total_compressed_size ?? 0),
        0,
      )
      const isIndexed = wanted.every((chunk) => chunk.offset_index_offset !== undefined)
      const step =
        isIndexed && bytes > groupBytes ? Math.max(1, Math.floor((rows * groupBytes) / bytes)) : rows
      for (let start = first; start < first + rows; start += step)
        yield* await parquetReadObjects({
          file: buffer,
          metadata,
          columns: [...columns],
          rowStart: start,
          rowEnd: Math.min(first + rows, start + step),
          utf8: false,
          useOffsetIndex: true,
        }).catch((error: Error) => {
          throw new BenchError(
            'suite',
            `${file}: cannot read its rows from ${start + 1} on (${error.message})`,
          )
        })
      first += rows
    }
  } finally {
    await close()
  }
}

/** Names of the columns themselves, without the parts of structs. */
function topColumns({ schema }: FileMetaData): string[] {
  const names: string[] = []
  let at = 1
  const skip = (): void => {
    const { num_children = 0 } = schema[at++] ?? {}
    for (let i = 0; i < num_children; i++) skip()
  }
  while (at < schema.length) {
    names.push(schema[at]!.name)
    skip()
  }
  return names
}

async function openBuffer(file: string): Promise<{ readonly buffer: AsyncBuffer; close(): Promise<void> }> {
  const handle = await open(file).catch((error: unknown) => {
    throw fileError(file, 'read it', error)
  })
  const { size } = await handle.stat()
  return {
    buffer: {
      byteLength: size,
      async slice(start, end = size) {
        const bytes = new Uint8Array(end - start)
        await handle.read(bytes, 0, bytes.length, start)
        return bytes.buffer
      },
    },
    close: () => handle.close(),
  }
}
