import { openView } from '../reading/openView.ts'
import type { Workspace } from '../workspace.ts'
import { type SelectionChoice, selectionOf } from './choice.ts'
import { judgeSet, type Picked, pickAll } from './pick.ts'

/**
 * All pairs of a dataset in the order of their ids, each with what the selection makes of it.
 * @param choice on top of the configuration's selection
 */
export async function* pickPairs(workspace: Workspace, choice: SelectionChoice = {}): AsyncGenerator<Picked> {
  const view = await openView(workspace)
  const selection = selectionOf(workspace.configuration.selection, choice)
  yield* pickAll(view, selection, await judgeSet(view, selection))
}
