import type { Json } from '../../jobs/index.ts'
import type { EditJudgeCall } from '../judges/judge.ts'
import type { BenchWorkspace } from '../workspace.ts'
import { readUnits } from './trace.ts'
import { type EditOutput, fromJson, queueOf } from './units.ts'

/** What all edits and questions of a bench have cost until now, in USD. */
export async function spentBefore(workspace: BenchWorkspace): Promise<number> {
  const { systems, judges } = workspace.facts
  const queues = [
    ...systems.map(({ name }) => queueOf.edit(name)),
    ...judges.flatMap(({ name }) => [queueOf.judge(name), queueOf.pair(name)]),
  ]
  let spent = 0
  for (const queue of queues)
    for (const { output } of (await readUnits(workspace, queue)).values())
      if (output !== undefined) spent += costOf(output)
  return spent
}

/** The cost of an edit or a question. */
export function costOf(output: Json): number {
  const { usage, cost } = fromJson<Pick<EditOutput, 'usage'> & Pick<EditJudgeCall, 'cost'>>(output)
  return usage?.cost ?? cost ?? 0
}
