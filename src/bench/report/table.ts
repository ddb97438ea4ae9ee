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

/** The text of a cell where there is nothing to tell. */
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
  const widths = columns.map((_, c) => Math.max(...lines.map((line) => line[c]!.length)))
  const body = lines.map((line) =>
    line
      .map((each, c) => (c === 0 ? each.padEnd(widths[c]!) : each.padStart(widths[c]!)))
      .join('  ')
      .trimEnd(),
  )
  return [title, ...body.map((line) => `  ${line}`), ...notes.map((note) => `  ${note}`)].join('\n')
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
