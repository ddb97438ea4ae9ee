/** A row of a table: its cells, and the line of the file that it starts in, from 1. */
export interface TableRow {
  readonly line: number
  readonly cells: readonly string[]
  /** What is wrong with the row as a whole. */
  readonly problem?: string | undefined
}

/** What separates cells. */
export type Delimiter = ',' | ';' | '\t'

/** The delimiter of a table: the one that its first line has most of, outside quotes. */
export function delimiterOf(text: string): Delimiter {
  const first = /^(?:"(?:[^"]|"")*"|[^"\r\n])*/.exec(text)?.[0].replaceAll(/"(?:[^"]|"")*"/g, '') ?? ''
  const count = (delimiter: string) => first.split(delimiter).length
  return ([',', ';', '\t'] as const).reduce((best, each) => (count(each) > count(best) ? each : best))
}

/**
 * Cells of a delimited text, as RFC 4180 has it: a cell in quotes may hold delimiters, line ends, and quotes that are
 * doubled. A quote within a cell that does not begin with one stands for itself, and so do the quotes of a cell that
 * goes on behind its closing quote (`"OPEN" sign`). Blanks around cells are taken off; empty lines are skipped.
 */
export function parseTable(text: string, delimiter: Delimiter): TableRow[] {
  return rowsOf(text, delimiter, { line: 1, isAll: true }).rows
}

/** Rows as {@link parseTable} reads them, of a text that comes in pieces: memory holds a piece and a row. */
export async function* readTable(
  pieces: AsyncIterable<string>,
  delimiter: Delimiter,
): AsyncGenerator<TableRow> {
  let [text, line] = ['', 1]
  for await (const piece of pieces) {
    const found = rowsOf(text + piece, delimiter, { line, isAll: false })
    yield* found.rows
    text = found.rest
    line = found.line
  }
  yield* rowsOf(text, delimiter, { line, isAll: true }).rows
}

/** A quote that is not closed within so many characters is none. */
const longestRow = 1 << 20

/** The rows of a text from a line on, and what is left where more may come. */
function rowsOf(
  text: string,
  delimiter: Delimiter,
  { line: first, isAll }: { readonly line: number; readonly isAll: boolean },
): { readonly rows: TableRow[]; readonly rest: string; readonly line: number } {
  const rows: TableRow[] = []
  let [at, line] = [0, first]
  while (at < text.length) {
    const { cells, end, problem } = readRow(text, at, delimiter)
    // What comes next may belong to it: its last cell, or the second half of its line end.
    if (!isAll && (end === text.length || (problem !== undefined && text.length - at < longestRow))) break
    if (cells.length > 1 || cells[0] !== '' || problem !== undefined) rows.push({ line, cells, problem })
    line += text.slice(at, end).split(/\r\n|\r|\n/).length - 1
    at = end
  }
  return { rows, rest: text.slice(at), line }
}

interface ReadRow {
  readonly cells: readonly string[]
  /** Where the next row starts. */
  readonly end: number
  readonly problem?: string
}

function readRow(text: string, start: number, delimiter: Delimiter): ReadRow {
  const cells: string[] = []
  for (let at = start; ; ) {
    const cell = readCell(text, at, delimiter)
    if (cell === undefined)
      return {
        cells,
        end: lineEnd(text, start),
        problem: 'a quoted cell is not closed; double the quotes inside a quoted cell',
      }
    cells.push(cell.value)
    if (text[cell.end] !== delimiter) return { cells, end: afterLineEnd(text, cell.end) }
    at = cell.end + 1
  }
}

/** A cell and where it ends: at a delimiter or at the end of a line. Undefined where its quotes do not close it. */
function readCell(
  text: string,
  start: number,
  delimiter: Delimiter,
): { readonly value: string; readonly end: number } | undefined {
  let at = start
  while (text[at] === ' ') at++
  if (text[at] === '"') {
    const close = closingQuote(text, at)
    if (close === undefined) return undefined
    let end = close + 1
    while (text[end] === ' ') end++
    if (isEnd(text[end], delimiter))
      return {
        value: text
          .slice(at + 1, close)
          .replaceAll('""', '"')
          .trim(),
        end,
      }
    // Not a quoted cell; if the quotes are in two lines, their row is ambiguous.
    if (/[\r\n]/.test(text.slice(at, close))) return undefined
  }
  while (!isEnd(text[at], delimiter)) at++
  return { value: text.slice(start, at).trim(), end: at }
}

function closingQuote(text: string, open: number): number | undefined {
  for (let at = open + 1; ; at += 2) {
    at = text.indexOf('"', at)
    if (at < 0) return undefined
    if (text[at + 1] !== '"') return at
  }
}

const isEnd = (sign: string | undefined, delimiter: Delimiter): boolean =>
  sign === undefined || sign === delimiter || sign === '\n' || sign === '\r'

function lineEnd(text: string, start: number): number {
  let at = start
  while (at < text.length && text[at] !== '\n' && text[at] !== '\r') at++
  return afterLineEnd(text, at)
}

function afterLineEnd(text: string, at: number): number {
  if (text[at] === '\r' && text[at + 1] === '\n') return at + 2
  return Math.min(at + 1, text.length)
}

/** Rows as delimited text that {@link parseTable} reads back: quotes where a cell needs them, CRLF as RFC 4180 has it. */
export function formatTable(rows: Iterable<readonly string[]>, delimiter: Delimiter = ','): string {
  let text = ''
  for (const cells of rows)
    text += `${cells.map((cell) => (needsQuotes.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(delimiter)}\r\n`
  return text
}

const needsQuotes = /[",;\t\r\n]|^\s|\s$|^$/
