import { delimiterOf, formatTable, parseTable, readTextFile } from '../../files/index.ts'
import { Problems } from '../suite/problems.ts'
import type { Decision, DecisionLog } from './decisions.ts'

const columns = [
  'id',
  'decision',
  'value',
  'type',
  'proposal',
  'options',
  'reason',
  'text',
  'file',
  'crop',
  'status',
] as const

/** The decisions as a table for a spreadsheet: fill in `decision` (accept, change, reject), and `value` for a change. */
export function reviewTable(log: DecisionLog): string {
  const rows = log
    .rows()
    .filter(({ type }) => type !== 'examined')
    .map((row) => [
      row.id,
      row.status === 'proposed' ? '' : answers[row.status],
      row.value ?? '',
      row.what === undefined ? row.type : `${row.type}: ${row.what}`,
      row.proposal,
      row.options?.join(' | ') ?? '',
      row.reason,
      row.private?.text ?? row.private?.instruction ?? '',
      row.private?.file ?? '',
      row.private?.crop ?? '',
      row.status,
    ])
  return formatTable([columns, ...rows])
}

const answers = { accepted: 'accept', changed: 'change', rejected: 'reject' } as const
const statuses: Readonly<Record<string, 'accepted' | 'changed' | 'rejected'>> = {
  accept: 'accepted',
  accepted: 'accepted',
  change: 'changed',
  changed: 'changed',
  reject: 'rejected',
  rejected: 'rejected',
}

/**
 * Takes what a person has filled in. All rows are checked before the first is taken; columns beside `id`, `decision` and
 * `value` are not read. @returns the number of decisions that are new
 * @throws BenchError `suite` that tells every problem
 */
export async function applyReview(log: DecisionLog, file: string): Promise<number> {
  const text = await readTextFile(file)
  const [head, ...rows] = parseTable(text, delimiterOf(text))
  const names = head?.cells.map((name) => name.toLowerCase()) ?? []
  const problems = new Problems(file)
  const missing = ['id', 'decision', 'value'].filter((name) => !names.includes(name))
  if (missing.length > 0)
    problems.add(`expected the columns id, decision, value; got ${names.join(', ') || 'none'}`)
  const taken: { id: string; status: 'accepted' | 'changed' | 'rejected'; value?: string }[] = []
  for (const { line, cells, problem } of missing.length > 0 ? [] : rows) {
    const cell = (name: string): string => cells[names.indexOf(name)] ?? ''
    const said = cell('decision').toLowerCase()
    if (problem !== undefined) problems.add(`line ${line}: ${problem}`)
    else if (said !== '') {
      const row = log.get(cell('id'))
      const status = statuses[said]
      const found =
        status === undefined
          ? `decision: expected accept, change or reject, got '${said}'`
          : misfit(row, status, cell('value'))
      if (found !== undefined) problems.add(`line ${line}: ${found}`)
      else if (status !== undefined && !isSame(row!, status, cell('value')))
        taken.push({ id: cell('id'), status, ...(status === 'changed' && { value: cell('value') }) })
    }
  }
  problems.throwIfAny('nothing was taken; correct the table')
  for (const { id, status, value } of taken) await log.decide(id, status, value)
  return taken.length
}

function misfit(row: Decision | undefined, status: string, value: string): string | undefined {
  if (!row) return 'id: no decision of this build'
  if (status !== 'changed') return undefined
  if (value === '') return 'value: expected what it is changed to, got none'
  // Another picture than those listed may be named by its file.
  if (row.options && row.type !== 'replacement' && !row.options.includes(value))
    return `value: expected one of ${row.options.join(', ')}, got '${value}'`
  return undefined
}

const isSame = (row: Decision, status: string, value: string): boolean =>
  row.status === status && (status !== 'changed' || row.value === value)
