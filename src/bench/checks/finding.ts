import type { Toolbox } from '../../tools/index.ts'
import type { Check, CheckResult } from './check.ts'
import type { EditView } from './view.ts'

/** One check by its name. */
export type CheckOf<N extends Check['check']> = Extract<Check, { readonly check: N }>

/** The function of a check; it throws only if a tool fails. */
export type CheckRule<N extends Check['check']> = (
  check: CheckOf<N>,
  view: EditView,
) => Promise<Finding> | Finding

/** The result of a check, without its name. */
export type Finding = Omit<CheckResult, 'check'>

/** A number as text, with at most two decimals. */
export const told = (value: number): string => String(Math.round(100 * value) / 100)

/** A share as text: `37 %`. */
export const percent = (share: number): string => `${Math.round(100 * share)} %`

/** It passes where the value reaches the bound. */
export function atLeast(value: number, bound: number, seen: string): Finding {
  return { verdict: value >= bound ? 'pass' : 'fail', value, bound, seen }
}

/** It passes where the value does not exceed the bound. */
export function atMost(value: number, bound: number, seen: string): Finding {
  return { verdict: value <= bound ? 'pass' : 'fail', value, bound, seen }
}

export function unknown(seen: string): Finding {
  return { verdict: 'unknown', seen }
}

/** The first of some findings that fails, else the first that is unknown, else the last. */
export function first(findings: readonly [Finding, ...Finding[]]): Finding {
  return (
    findings.find(({ verdict }) => verdict === 'fail') ??
    findings.find(({ verdict }) => verdict === 'unknown') ??
    findings.at(-1)!
  )
}

/** The result if a tool is missing. */
export function missing(job: Parameters<Toolbox['has']>[0]): Finding {
  return unknown(`no tool for ${job} is installed`)
}
