import type { Picture } from '../../image/index.ts'
import type { Toolbox } from '../../tools/index.ts'
import type { SuiteItem } from '../suite/suite.ts'
import { appears } from './appears.ts'
import { background } from './background.ts'
import type { Check, CheckReport, CheckResult } from './check.ts'
import { colour } from './colour.ts'
import { facePart } from './facePart.ts'
import { sameFaces } from './faces.ts'
import { filled } from './filled.ts'
import type { CheckOf, CheckRule, Finding } from './finding.ts'
import { gone } from './gone.ts'
import { intact } from './intact.ts'
import { kept, preservationOf } from './kept.ts'
import { moved } from './moved.ts'
import { style } from './style.ts'
import { surface } from './surface.ts'
import { reads, readsNot } from './text.ts'
import { tone } from './tone.ts'
import { EditView } from './view.ts'

/** Increased whenever the results of the same edit may change. */
export const checksVersion = 4

/** An edit to be checked. */
export interface CheckRequest {
  readonly item: Pick<SuiteItem, 'checks'>
  readonly source: Picture
  readonly edited: Picture
  /** Checks whose tool is missing are `unknown`. With `cachedToolbox` tools run once per source. */
  readonly tools: Toolbox
  readonly signal?: AbortSignal
}

const rules: { readonly [N in Check['check']]: CheckRule<N> } = {
  reads,
  'reads-not': readsNot,
  appears,
  gone,
  filled,
  colour,
  surface,
  background,
  tone,
  style,
  moved,
  'same-faces': sameFaces,
  'face-part': facePart,
  kept,
}

/**
 * Checks an edit without a judge: the item's checks in their order, then, where it has any, whether the frame is intact; and
 * how much of the picture stayed. It costs one to two seconds for a megapixel beside what the tools take.
 * @throws what a tool throws, and the signal's reason
 */
export async function checkEdit({ item, source, edited, tools, signal }: CheckRequest): Promise<CheckReport> {
  const checks = item.checks ?? []
  const view = new EditView(source, edited, checks, tools)
  const results: CheckResult[] = []
  for (const check of checks) {
    signal?.throwIfAborted()
    results.push({ check: check.check, ...(await run(check, view)) })
  }
  const passes = results.some(({ verdict }) => verdict === 'pass')
  if (checks.length > 0) results.push({ check: 'intact', ...intact(view) })
  signal?.throwIfAborted()
  const fails = results.some(({ verdict }) => verdict === 'fail')
  return {
    results,
    verdict: fails ? 'fail' : passes ? 'pass' : 'unknown',
    preservation: await preservationOf(view),
  }
}

function run<N extends Check['check']>(check: CheckOf<N>, view: EditView): Promise<Finding> | Finding {
  return (rules[check.check] as CheckRule<N>)(check, view)
}
