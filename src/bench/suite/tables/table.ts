import { basename } from 'node:path'
import { BenchError } from '../../error.ts'
import { linesOf } from '../items.ts'
import { openArrow } from './arrow.ts'
import { openParquet } from './parquet.ts'

/** The cells of a row by their columns. A picture is `{ bytes, path }`, its bytes, or in JSON lines its path. */
export type Cells = Readonly<Record<string, unknown>>

/** Which columns a table must have, and which it may. */
export interface Columns {
  readonly required: readonly string[]
  readonly optional?: readonly string[]
}

/** A row, and its place for messages: `train-00000.parquet row 12`. */
export interface FoundRow {
  readonly file: string
  readonly where: string
  readonly cells: Cells
}

/** Whether a file is a table that {@link tableRows} reads. */
export function isTable(name: string): boolean {
  return /\.(parquet|arrow|jsonl)$/i.test(name)
}

/**
 * The rows of a Parquet file, an Arrow stream or a file of JSON lines, one after another; only the columns asked for.
 * @throws BenchError `suite` that says which columns it expected and got
 */
export async function* tableRows(
  file: string,
  { required, optional = [] }: Columns,
): AsyncGenerator<FoundRow> {
  const table = await openTable(file)
  const missing = required.filter((name) => !table.columns.includes(name))
  if (missing.length > 0)
    throw new BenchError(
      'suite',
      `${file}: expected the columns ${required.join(', ')}; got ${table.columns.join(', ') || 'none'}, without ${missing.join(', ')}`,
    )
  const wanted = [...required, ...optional].filter((name) => table.columns.includes(name))
  let row = 0
  for await (const cells of table.rows(wanted)) yield { file, where: `${basename(file)} row ${++row}`, cells }
}

interface OpenTable {
  readonly columns: readonly string[]
  rows(columns: readonly string[]): AsyncGenerator<Cells>
}

function openTable(file: string): Promise<OpenTable> {
  if (/\.parquet$/i.test(file)) return openParquet(file)
  if (/\.arrow$/i.test(file)) return openArrow(file)
  return openLines(file)
}

/** JSON lines; its columns are the keys of the first line. */
async function openLines(file: string): Promise<OpenTable> {
  let columns: readonly string[] = []
  for await (const cells of lineObjects(file)) {
    columns = Object.keys(cells)
    break
  }
  return { columns, rows: () => lineObjects(file) }
}

async function* lineObjects(file: string): AsyncGenerator<Cells> {
  for await (const { line, text } of linesOf(file)) {
    if (text.trim() === '') continue
    let value: unknown
    try {
      value = JSON.parse(text)
    } catch (error) {
      throw new BenchError('suite', `${file} line ${line}: not JSON (${(error as Error).message})`)
    }
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw new BenchError('suite', `${file} line ${line}: expected an object, got ${text.slice(0, 40)}`)
    yield value as Cells
  }
}
