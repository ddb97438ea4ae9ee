import type { Estimate } from '../../statistics/index.ts'
import { type Cell, cell, nothing } from './table.ts'

/** `6.70` with `6.41–6.99` under it. */
export function scoreCell(estimate: Estimate | undefined, digits = 2, mark?: Cell['mark']): Cell {
  if (estimate === undefined) return cell(nothing)
  return cell(estimate.value.toFixed(digits), intervalOf(estimate, digits), mark)
}

/** `(6.41–6.99)`, or undefined where the estimate has no interval. */
export function intervalOf({ low, high }: Pick<Estimate, 'low' | 'high'>, digits = 2): string | undefined {
  if (low === undefined || high === undefined) return undefined
  const [from, to] = [low.toFixed(digits), high.toFixed(digits)]
  return `(${from}${to.startsWith('-') || from.startsWith('-') ? ' to ' : '–'}${to})`
}

/** A share as `83 %`, with its interval. */
export function shareCell(estimate: Estimate | undefined, mark?: Cell['mark']): Cell {
  if (estimate === undefined) return cell(nothing)
  const percent = (value: number): string => (100 * value).toFixed(0)
  const { value, low, high } = estimate
  return cell(
    `${percent(value)} %`,
    low === undefined || high === undefined ? undefined : `(${percent(low)}–${percent(high)})`,
    mark,
  )
}

/** `0.012`, `< 0.001`. */
export function pText(p: number | undefined): string {
  if (p === undefined) return nothing
  return p < 0.001 ? '< 0.001' : p.toFixed(3)
}

/** `safety 3, unclear 1`, or undefined. */
export function countsText(counts: { readonly [name: string]: number | undefined }): string {
  const told = Object.entries(counts).filter(([, n]) => n !== undefined && n > 0) as [string, number][]
  return told
    .sort(([, a], [, b]) => b - a)
    .map(([name, n]) => `${name} ${n}`)
    .join(', ')
}
