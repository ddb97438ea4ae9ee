/** A cell: its text, and a smaller line under it, such as an interval. */
export interface Cell {
  readonly text: string
  readonly small?: string
  /** The best of its column, or something to pale. */
  readonly mark?: 'best' | 'soft'
}

/** A table as data, for the terminal, Markdown and HTML alike. */
export interface Table {
  readonly title: string
  /** Columns that belong together, from the second column on: their labels and widths. */
  readonly groups?: readonly { readonly label: string; readonly span: number }[]
  /** The first one heads the rows. */
  readonly columns: readonly string[]
  readonly rows: readonly {
    readonly head: string
    /** Under the head, such as a source. */
    readonly small?: string
    readonly cells: readonly Cell[]
  }[]
  readonly notes: readonly string[]
}

/** The text of an empty cell. */
export const nothing = '–'

export const cell = (text: string, small?: string, mark?: Cell['mark']): Cell => ({
  text,
  ...(small === undefined ? {} : { small }),
  ...(mark === undefined ? {} : { mark }),
})

/** As people read it in a terminal: columns aligned, notes under it. */
export function textTable({ title, groups, columns, rows, notes }: Table): string {
  const lines = [
    labels(groups, columns),
    ...rows.map(({ head, small, cells }) => [
      small === undefined ? head : `${head} (${small})`,
      ...cells.map(oneLine),
    ]),
  ]
  return [
    title,
    ...alignedColumns(lines, lineWidth - 2).map((line) => `  ${line}`.trimEnd()),
    ...notes.flatMap((note) => wrapped(note, lineWidth - 2).map((line) => `  ${line}`)),
  ].join('\n')
}

/** Characters of a line in a terminal. */
const lineWidth = 80

/**
 * Rows as lines of aligned columns, the first to the left and the others to the right. Columns that do not fit the width
 * follow in further blocks, each of which begins with the first column again.
 */
export function alignedColumns(rows: readonly (readonly string[])[], width: number = lineWidth): string[] {
  const widths = (rows[0] ?? []).map((_, c) => Math.max(...rows.map((row) => row[c]?.length ?? 0)))
  const blocks: number[][] = [[]]
  let used = widths[0] ?? 0
  for (let c = 1; c < widths.length; c++) {
    const block = blocks.at(-1)!
    if (block.length > 0 && used + 2 + widths[c]! > width) {
      blocks.push([c])
      used = widths[0]! + 2 + widths[c]!
    } else {
      block.push(c)
      used += 2 + widths[c]!
    }
  }
  return blocks.flatMap((block, b) => [
    ...(b === 0 ? [] : ['']),
    ...rows.map((row) =>
      [0, ...block]
        .map((c) => (c === 0 ? (row[c] ?? '').padEnd(widths[c]!) : (row[c] ?? '').padStart(widths[c]!)))
        .join('  ')
        .trimEnd(),
    ),
  ])
}

/** Words in lines of at most that width. */
function wrapped(text: string, width: number): string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    if (last === undefined || last.length + 1 + word.length > width) lines.push(word)
    else lines[lines.length - 1] = `${last} ${word}`
  }
  return lines
}

/** As GitHub shows it. */
export function markdownTable({ title, groups, columns, rows, notes }: Table): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((each) => each.replaceAll('\\', '\\\\').replaceAll('|', '\\|').replaceAll('\n', ' ').replaceAll('<', '&lt;')).join(' | ')} |`
  return [
    `**${title}**`,
    '',
    line(labels(groups, columns)),
    `|${columns.map((_, c) => (c === 0 ? '---' : '--:')).join('|')}|`,
    ...rows.map(({ head, small, cells }) =>
      line([small === undefined ? head : `${head} (${small})`, ...cells.map(oneLine)]),
    ),
    ...(notes.length > 0 ? ['', ...notes.map((note) => `${note}  `)] : []),
  ].join('\n')
}

function labels(groups: Table['groups'], columns: readonly string[]): string[] {
  if (groups === undefined) return [...columns]
  const over = groups.flatMap(({ label, span }) => Array.from({ length: span }, () => label))
  return columns.map((column, c) => (c === 0 ? column : `${over[c - 1]!} ${column}`))
}

const oneLine = ({ text, small }: Cell): string => (small === undefined ? text : `${text} ${small}`)
