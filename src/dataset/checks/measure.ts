import { differenceMap, type Mask } from '../../image/index.ts'
import type { Toolbox } from '../../tools/index.ts'
import type { Measure } from '../pairs/pair.ts'
import { checks, checksOf } from './all.ts'
import type { Check, CheckContext } from './check.ts'
import { areOneSize, intact } from './intact.ts'

/** Measures a draft by all checks of its kind whose tools are installed; of damaged pictures only the damage. */
export async function measureDraft(
  draft: CheckContext['draft'],
  tools: Toolbox,
  of: readonly Check[] = checks,
): Promise<readonly Measure[]> {
  const { kind } = draft.facts
  let difference: Mask | undefined
  const context: CheckContext = {
    kind,
    draft,
    tools,
    get difference() {
      difference ??= differenceMap(draft.source, draft.target)
      return difference
    },
  }
  const comparable = areOneSize(draft.source, draft.target)
  const measures: Measure[] = []
  for (const check of checksOf(kind, tools, of)) {
    if (!comparable && check.name !== intact.name) continue
    const asked = toolsOf(check, tools)
    measures.push({
      check: check.name,
      version: check.version,
      values: await check.measure(context),
      ...(asked === '' ? {} : { tools: asked }),
    })
  }
  return measures
}

/** Implementations and versions of the tools that a check uses. */
export function toolsOf({ needs, uses = [] }: Check, tools: Toolbox): string {
  const jobs = [...needs, ...uses.filter((job) => tools.has(job))]
  return jobs
    .map((job) => {
      const { implementation, version } = tools.get(job).facts
      return `${implementation} ${version}`
    })
    .join(', ')
}
