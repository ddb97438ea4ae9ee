import { alignedColumns, type BenchResults } from '../../bench/index.ts'
import type { Estimate } from '../../statistics/index.ts'

/** Rows as lines of aligned columns that fit a terminal. */
export function columnsText(rows: readonly (readonly string[])[]): string {
  return alignedColumns(rows)
    .map((line) => `${line}\n`)
    .join('')
}

/** `7.09 (6.90–7.28)` */
export function estimateText(estimate: Estimate | undefined): string {
  if (estimate === undefined) return '–'
  const { value, low, high } = estimate
  return low === undefined || high === undefined
    ? value.toFixed(2)
    : `${value.toFixed(2)} (${low.toFixed(2)}–${high.toFixed(2)})`
}

/** `62 % (41–79)` */
export function shareText(estimate: Estimate | undefined): string {
  if (estimate === undefined) return '–'
  const percent = (share: number): string => String(Math.round(100 * share))
  const { value, low, high } = estimate
  const range = low === undefined || high === undefined ? '' : ` (${percent(low)}–${percent(high)})`
  return `${percent(value)} %${range}`
}

/** How many edits of each system came to what, and refusals by kind. */
export function editsText({ systems, edits }: BenchResults): string {
  const lines = [['', 'pictures', 'refused', 'failed', 'missing', 'refused as']]
  for (const { name } of systems) {
    const of = edits.filter(({ system }) => system === name)
    const count = (outcome: string): string => String(of.filter((edit) => edit.outcome === outcome).length)
    const kinds = new Map<string, number>()
    for (const edit of of)
      if (edit.outcome === 'refused') kinds.set(edit.kind, (kinds.get(edit.kind) ?? 0) + 1)
    const told = [...kinds].map(([kind, n]) => `${kind} ${n}`).join(', ')
    lines.push([name, count('picture'), count('refused'), count('failed'), count('missing'), told])
  }
  return columnsText(lines)
}

const shown = 10

/** Edits, questions and checks that were given up, with their reasons; those of one reason are one line. */
export function failuresText({ edits, unanswered = [] }: BenchResults): string {
  const lines = edits.flatMap((edit) =>
    edit.outcome === 'failed' ? [`${edit.system} ${edit.item}: ${edit.reason}`] : [],
  )
  const asked = new Map<string, string[]>()
  for (const { item, systems, question, judge, reason } of unanswered) {
    const what = `${systems.join(' and ')} ${item} ${question}`
    const key = `${judge ?? 'checks'}: ${reason}`
    asked.set(key, [...(asked.get(key) ?? []), what])
  }
  for (const [key, [first, ...more]] of asked)
    lines.push(`${key} (${first}${more.length > 0 ? ` and ${more.length} more` : ''})`)
  if (lines.length === 0) return ''
  const rest = lines.length > shown ? `  and ${lines.length - shown} more; --json lists all of them\n` : ''
  return `Failed; --retry-failed retries them:\n${lines
    .slice(0, shown)
    .map((line) => `  ${line}\n`)
    .join('')}${rest}`
}
