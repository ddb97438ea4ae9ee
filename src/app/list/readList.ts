import { extname } from 'node:path'
import { type Delimiter, delimiterOf, parseTable, type TableRow } from '../../files/index.ts'
import { UsageError } from '../failure.ts'

/** An entry of a list before it is checked: the values by the list's own names, or what is wrong with the whole entry. */
export interface ListEntry {
  /** The line of the file that it starts in, from 1. */
  readonly line: number
  readonly values: Readonly<Record<string, unknown>>
  readonly problem?: string | undefined
}

/** Names that entries may have. */
export interface KnownNames {
  /** The known name that a heading stands for, if any. */
  find(heading: string): string | undefined
  readonly all: readonly string[]
  readonly required: readonly string[]
}

/**
 * Reads a list of edits: a table separated by commas, semicolons or tabs (`.csv`, `.tsv`), JSON lines (`.jsonl`,
 * `.ndjson`), or JSON (a list, or one object). Where the ending says nothing, the first sign does.
 * @throws UsageError where the list as a whole cannot be read
 */
export function readList(name: string, text: string, known: KnownNames): ListEntry[] {
  const entries = entriesOf(name, text, known)
  if (entries.length === 0) throw new UsageError(`${name}: expected at least one edit, got an empty list`)
  return entries
}

function entriesOf(name: string, text: string, known: KnownNames): ListEntry[] {
  switch (extname(name).toLowerCase()) {
    case '.csv':
      return fromTable(name, text, delimiterOf(text), known)
    case '.tsv':
    case '.tab':
      return fromTable(name, text, '\t', known)
    case '.jsonl':
    case '.ndjson':
      return fromLines(text)
    case '.json':
      return fromJson(name, text)
    default: {
      if (!/^\s*[[{]/.test(text)) return fromTable(name, text, delimiterOf(text), known)
      return /^\s*\{.*\}\s*\n\s*\{/.test(text) ? fromLines(text) : fromJson(name, text)
    }
  }
}

function fromTable(name: string, text: string, delimiter: Delimiter, known: KnownNames): ListEntry[] {
  const [head, ...rows] = parseTable(text, delimiter)
  if (head === undefined) return []
  const columns = columnsOf(name, head, rows, known)
  // Spreadsheets leave rows of empty cells at the end.
  const filled = rows.filter(
    ({ cells, problem }) => problem !== undefined || cells.some((cell) => cell !== ''),
  )
  return filled.map((row) => entryOf(row, columns, delimiter))
}

/** The known name of each column; of an empty column at the end, as spreadsheets leave it, none. */
function columnsOf(
  name: string,
  { cells, problem }: TableRow,
  rows: readonly TableRow[],
  known: KnownNames,
): readonly (string | undefined)[] {
  if (problem !== undefined) throw new UsageError(`${name}: line 1: ${problem}`)
  const columns = cells.map((heading, i) => {
    const found = known.find(heading)
    if (found !== undefined) return found
    if (heading === '' && rows.every((row) => (row.cells[i] ?? '') === '')) return undefined
    throw new UsageError(
      `${name}: column ${heading === '' ? `${i + 1} has no heading` : `'${heading}' is not known`}, expected ${known.all.join(', ')}`,
    )
  })
  const named = columns.filter((column) => column !== undefined)
  const twice = named.find((column, i) => named.indexOf(column) !== i)
  if (twice !== undefined) throw new UsageError(`${name}: expected one column '${twice}', got two`)
  const missing = known.required.filter((column) => !named.includes(column))
  if (missing.length > 0)
    throw new UsageError(
      `${name}: expected a heading in the first line with the columns ${known.required.join(' and ')}, got ${cells.join(', ')}`,
    )
  return columns
}

function entryOf(
  { line, cells, problem }: TableRow,
  columns: readonly (string | undefined)[],
  delimiter: Delimiter,
): ListEntry {
  if (problem !== undefined) return { line, values: {}, problem }
  if (cells.slice(columns.length).some((cell) => cell !== ''))
    return {
      line,
      values: {},
      problem: `expected ${columns.length} cells, got ${cells.length}; put a cell that holds '${delimiter}' in quotes`,
    }
  const values: Record<string, unknown> = {}
  for (const [i, column] of columns.entries()) if (column !== undefined && cells[i]) values[column] = cells[i]
  return { line, values }
}

function fromLines(text: string): ListEntry[] {
  return text.split(/\r\n|\r|\n/).flatMap((content, i) => {
    if (content.trim() === '') return []
    const line = i + 1
    try {
      return [objectEntry(line, JSON.parse(content))]
    } catch (error) {
      return [{ line, values: {}, problem: `not JSON (${(error as Error).message})` }]
    }
  })
}

function fromJson(name: string, text: string): ListEntry[] {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (error) {
    throw new UsageError(`${name}: not JSON (${(error as Error).message})`, { cause: error })
  }
  if (!Array.isArray(json)) return [objectEntry(1, json)]
  const lines = elementLines(text)
  return json.map((value, i) => objectEntry(lines[i] ?? 1, value))
}

function objectEntry(line: number, value: unknown): ListEntry {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return {
      line,
      values: {},
      problem: `expected an object such as {"picture": "a.jpg", "instruction": "…"}, got ${JSON.stringify(value)?.slice(0, 80)}`,
    }
  return { line, values: value as Record<string, unknown> }
}

/** The lines that the elements of a JSON array start in. The text is known to be JSON. */
function elementLines(text: string): number[] {
  const lines: number[] = []
  let [depth, line, fresh] = [0, 1, false]
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|\r\n|[\s\S]/g)) {
    if (/^(\r\n|\r|\n)$/.test(token)) line++
    if (/^\s/.test(token)) continue
    if (fresh && token !== ']') {
      lines.push(line)
      fresh = false
    }
    if (token === '[' || token === '{') depth++
    if (token === ']' || token === '}') depth--
    if (depth === 1 && (token === ',' || token === '[')) fresh = true
  }
  return lines
}
