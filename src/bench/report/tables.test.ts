import { expect, it } from 'vitest'
import { judged, madeItems, madeResults, pictured, refusedEdit } from '../../../test/bench/madeResults.ts'
import type { EditJudgeCall } from '../judges/judge.ts'
import { numbersOf } from './data.ts'
import { reportTables, tablesText } from './markdown.ts'
import { paperTables } from './paperTables.ts'
import { radarChart } from './radar.ts'
import { markdownTable, textTable } from './table.ts'

const items = madeItems({ a: 4, b: 3 })
const results = madeResults({
  items,
  systems: ['s', 't'],
  edits: items.flatMap(({ key }, i) => [
    pictured('s', `en/${key}`),
    i === 0 ? refusedEdit('t', `en/${key}`) : pictured('t', `en/${key}`),
  ]),
  judgements: items.flatMap(({ key }, i) => [
    {
      ...judged('s', `en/${key}`, { sc: 8, pq: 2 }),
      calls: { sc: { convention: 'gpt-4.1' } as EditJudgeCall },
    },
    ...(i === 0 ? [] : [judged('t', `en/${key}`, { sc: 4, pq: 4 })]),
  ]),
})
const options = { samples: 100 }

it('prints aligned text', () => {
  const tables = reportTables(results, numbersOf(results, options))
  expect(tablesText(tables, 'text')).toMatchInlineSnapshot(`
    "English, full set (7 items), judge gpt
      system                SC                PQ                 O       n
      s       8.00 (8.00–8.00)  2.00 (2.00–2.00)  4.00 (4.00–4.00)  7 of 7
      t       4.00 (4.00–4.00)  4.00 (4.00–4.00)  4.00 (4.00–4.00)  6 of 7

      system       refused  missing  groups
      s                  0        0  2 of 2
      t       1 (safety 1)        0  2 of 2

    English, intersection of these systems (6 items), judge gpt
      system                SC                PQ                 O       n  refused
      s       8.00 (8.00–8.00)  2.00 (2.00–2.00)  4.00 (4.00–4.00)  6 of 6        0
      t       4.00 (4.00–4.00)  4.00 (4.00–4.00)  4.00 (4.00–4.00)  6 of 6        0

      system  missing  groups
      s             0  2 of 2
      t             0  2 of 2

    O by kind, English, judge gpt
      kind                     s                     t
      a     4.00 (4.00–4.00) n 4  4.00 (4.00–4.00) n 3
      b     4.00 (4.00–4.00) n 3  4.00 (4.00–4.00) n 3

    Differences, English, O, judge gpt
      systems         difference      p  corrected p  n
      s − t    +0.00 (0.00–0.00)  1.000        1.000  6
      Paired bootstrap on the items that both have, two-sided; p corrected by Holm
      over this table.
    "
  `)
})

it('withholds what is not covered, and says so under the table', () => {
  const less = { ...results, judgements: results.judgements.slice(1) }
  const [table] = reportTables(less, numbersOf(less, options))
  expect(table!.rows[0]!.cells.slice(0, 4).map(({ text }) => text)).toEqual(['–', '–', '–', '6 of 7'])
  expect(table!.notes).toEqual(['No number for s: 1 without a score of 7. --allow-missing gives one.'])
})

it('lays scores out as the paper does, with its rows below', () => {
  const { scores } = numbersOf(results, options)
  const [table, ...rest] = paperTables(results, scores, { published: true, intervals: false })
  expect(rest).toEqual([])
  expect(table!.groups).toEqual([
    { label: 'intersection, 6 items', span: 6 },
    { label: 'full set, 7 items', span: 6 },
  ])
  expect(table!.columns.slice(0, 7)).toEqual(['system', 'G_SC', 'G_PQ', 'G_O', 'Q_SC', 'Q_PQ', 'Q_O'])
  const row = (name: string) => table!.rows.find(({ head }) => head === name)!.cells.map(({ text }) => text)
  expect(row('t').slice(6, 9)).toEqual(['4.000', '4.000', '4.000'])
  expect(row('GPT-4o')).toEqual(
    '7.844 7.592 7.517 7.873 7.690 7.694 7.850 7.620 7.534 7.826 7.689 7.646'.split(' '),
  )
})

it('continues columns below that do not fit 80 characters, and wraps notes', () => {
  const columns = ['system', ...Array.from({ length: 6 }, (_, i) => `a long column ${i}`)]
  const cells = columns.slice(1).map((_, i) => ({ text: String(i) }))
  const table = { title: 'A', columns, rows: [{ head: 's', cells }], notes: ['word '.repeat(30).trim()] }
  const lines = textTable(table).split('\n')
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80)
  expect(lines.filter((line) => line.startsWith('  system'))).toHaveLength(2)
  expect(lines.join(' ').match(/\b[0-5](?= |$)/g)).toHaveLength(12)
})

it('escapes what Markdown would take as a column', () => {
  const table = {
    title: 'A',
    columns: ['x', 'y'],
    rows: [{ head: 'a|b', cells: [{ text: '<i>', small: '(1–2)' }] }],
    notes: ['n'],
  }
  expect(markdownTable(table)).toBe('**A**\n\n| x | y |\n|---|--:|\n| a\\|b | &lt;i> (1–2) |\n\nn  ')
  expect(textTable(table)).toBe('A\n  x            y\n  a|b  <i> (1–2)\n  n')
})

it('draws a radar whose points lie on their axes, open where a value is missing', () => {
  const svg = radarChart('O', ['up', 'right_side', 'left'], [{ name: 's', values: [10, 5, undefined] }], 10)
  expect(svg).toContain('<path d="M0.0,-190.0L82.3,47.5M0.0,-190.0"')
  expect(svg).toContain('<title>s, right_side: 5.00</title>')
  expect(svg).toContain('<tspan x=')
})
