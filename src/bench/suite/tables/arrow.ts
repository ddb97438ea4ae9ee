import { type FileHandle, open } from 'node:fs/promises'
import { fileError } from '../../../files/index.ts'
import { BenchError } from '../../error.ts'
import { FlatTable } from './flatbuffer.ts'
import type { Cells } from './table.ts'

/* Arrow's IPC stream (https://arrow.apache.org/docs/format/Columnar.html), as `datasets.save_to_disk` writes it. A batch
may hold hundreds of pictures: only its offsets are read whole, every value when its row is asked for. */

/** A column of a batch, or a part of a struct. */
interface Field {
  readonly name: string
  readonly type: 'null' | 'bool' | 'int' | 'float' | 'text' | 'bytes' | 'struct'
  /** Bytes of a number, or of an offset. */
  readonly width: number
  readonly children: readonly Field[]
}

interface Message {
  readonly type: number
  readonly header: FlatTable
  /** Where its body lies in the file. */
  readonly body: number
  readonly end: number
}

const headerTypes = { schema: 1, dictionary: 2, batch: 3 } as const

/** Reads an Arrow stream file row by row. @throws BenchError `suite`, FileError */
export async function openArrow(file: string): Promise<{
  readonly columns: readonly string[]
  rows(columns: readonly string[]): AsyncGenerator<Cells>
}> {
  const schema = await using(file, async (handle) => schemaOf(file, await messageAt(file, handle, 0)))
  return {
    columns: schema.fields.map(({ name }) => name),
    async *rows(columns) {
      const handle = await open(file)
      try {
        for (let at = schema.end; ; ) {
          const message = await messageAt(file, handle, at)
          if (!message) return
          if (message.type !== headerTypes.batch)
            throw notRead(file, 'dictionaries in it; write it without them')
          yield* batchRows(file, handle, message, schema.fields, columns)
          at = message.end
        }
      } finally {
        await handle.close()
      }
    },
  }
}

async function using<T>(file: string, run: (handle: FileHandle) => Promise<T>): Promise<T> {
  const handle = await open(file).catch((error: unknown) => {
    throw fileError(file, 'read it', error)
  })
  try {
    return await run(handle)
  } finally {
    await handle.close()
  }
}

const notRead = (file: string, reason: string): BenchError =>
  new BenchError('suite', `${file}: not a readable Arrow stream, ${reason}`)

async function readAt(file: string, handle: FileHandle, at: number, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length)
  const { bytesRead } = await handle.read(bytes, 0, length, at)
  if (bytesRead < length) throw notRead(file, 'it ends in the middle; download it again')
  return bytes
}

/** The message at a place of the file; undefined at its end. */
async function messageAt(file: string, handle: FileHandle, at: number): Promise<Message | undefined> {
  const { size } = await handle.stat()
  if (at + 8 > size) {
    if (at === size && at > 0) return undefined
    throw notRead(file, at === 0 ? `it has ${size} bytes` : 'it ends in the middle; download it again')
  }
  const start = new DataView((await readAt(file, handle, at, 8)).buffer)
  // Before Arrow 0.15 the mark of four bytes was not there.
  const hasMark = start.getUint32(0, true) === 0xffffffff
  const length = start.getInt32(hasMark ? 4 : 0, true)
  if (length === 0) return undefined
  const from = at + (hasMark ? 8 : 4)
  if (length < 8 || from + length > size) throw notRead(file, 'it does not begin with a message')
  try {
    const root = FlatTable.root(await readAt(file, handle, from, length))
    const header = root.table(2)
    if (!header) throw notRead(file, 'a message has no header')
    const body = from + length
    const end = body + root.long(3)
    if (end > size) throw notRead(file, 'it ends in the middle; download it again')
    return { type: root.byte(1), header, body, end }
  } catch (error) {
    throw error instanceof RangeError ? notRead(file, 'a message is damaged') : error
  }
}

function schemaOf(
  file: string,
  message: Message | undefined,
): { readonly fields: readonly Field[]; readonly end: number } {
  if (message?.type !== headerTypes.schema) throw notRead(file, 'it does not begin with a schema')
  return { fields: message.header.tables(1).map((field) => fieldOf(file, field)), end: message.end }
}

/** By the numbers of the union `Type` in Arrow's Schema.fbs. */
function fieldOf(file: string, field: FlatTable): Field {
  const name = field.text(0)
  const type = field.table(3)
  const children = field.tables(5).map((child) => fieldOf(file, child))
  if (field.table(4)) throw notRead(file, `the column ${name} has a dictionary`)
  switch (field.byte(2)) {
    case 1:
      return { name, type: 'null', width: 0, children }
    case 2:
      return { name, type: 'int', width: (type?.int(0) ?? 64) / 8, children }
    case 3:
      return { name, type: 'float', width: 0, children }
    case 4:
      return { name, type: 'bytes', width: 4, children }
    case 5:
      return { name, type: 'text', width: 4, children }
    case 6:
      return { name, type: 'bool', width: 0, children }
    case 13:
      return { name, type: 'struct', width: 0, children }
    case 19:
      return { name, type: 'bytes', width: 8, children }
    case 20:
      return { name, type: 'text', width: 8, children }
    default:
      throw notRead(
        file,
        `the column ${name} is of Arrow's type ${field.byte(2)}, expected text, pictures and numbers`,
      )
  }
}

type ReadValue = (row: number) => Promise<unknown>

async function* batchRows(
  file: string,
  handle: FileHandle,
  { header, body }: Message,
  fields: readonly Field[],
  columns: readonly string[],
): AsyncGenerator<Cells> {
  if (header.table(3)) throw notRead(file, 'its batches are compressed; write it without compression')
  const rows = header.long(0)
  const buffers = header.pairs(2)
  let next = 0
  const load = async (wanted: boolean): Promise<Uint8Array> => {
    const [offset = 0, length = 0] = buffers[next++] ?? []
    return wanted ? readAt(file, handle, body + offset, length) : new Uint8Array(0)
  }
  /* Depth first: the presence of each row, then what the type has, then its children. */
  const reader = async (field: Field, wanted: boolean): Promise<ReadValue> => {
    if (field.type === 'null') return async () => null
    const presence = await load(wanted)
    const isThere = (row: number): boolean =>
      presence.length === 0 || ((presence[row >> 3]! >> (row & 7)) & 1) === 1
    if (field.type === 'struct') {
      const children: [string, ReadValue][] = []
      for (const child of field.children) children.push([child.name, await reader(child, wanted)])
      return async (row) => {
        if (!isThere(row)) return null
        const value: Record<string, unknown> = {}
        for (const [name, read] of children) value[name] = await read(row)
        return value
      }
    }
    const data = await load(wanted)
    if (field.type !== 'text' && field.type !== 'bytes')
      return async (row) => (isThere(row) ? numberOf(field, data, row) : null)
    const [offset = 0] = buffers[next++] ?? []
    const view = new DataView(data.buffer)
    const at = (row: number): number =>
      field.width === 4 ? view.getInt32(4 * row, true) : Number(view.getBigInt64(8 * row, true))
    return async (row) => {
      if (!isThere(row)) return null
      const bytes = await readAt(file, handle, body + offset + at(row), at(row + 1) - at(row))
      return field.type === 'text' ? new TextDecoder().decode(bytes) : bytes
    }
  }
  const readers: [string, ReadValue][] = []
  for (const field of fields) {
    const wanted = columns.includes(field.name)
    const read = await reader(field, wanted)
    if (wanted) readers.push([field.name, read])
  }
  for (let row = 0; row < rows; row++) {
    const cells: Record<string, unknown> = {}
    for (const [name, read] of readers) cells[name] = await read(row)
    yield cells
  }
}

function numberOf({ type, width }: Field, data: Uint8Array, row: number): unknown {
  const view = new DataView(data.buffer)
  if (type === 'bool') return ((data[row >> 3]! >> (row & 7)) & 1) === 1
  if (type === 'float') return undefined
  if (width === 8) return Number(view.getBigInt64(8 * row, true))
  return width === 4
    ? view.getInt32(4 * row, true)
    : width === 2
      ? view.getInt16(2 * row, true)
      : view.getInt8(row)
}
