import type { Draft } from '../edit/draft.ts'
import type { Stroke } from '../edit/strokes.ts'
import type { Recall, SessionNode } from '../shared/server.ts'

/** The draft that makes the edit of a recipe on a picture; exactly the same edit where it is the original. */
export function recalledDraft({ task, pictures }: Recall, node: SessionNode): Partial<Draft> {
  const { instruction, options = {}, loras = [], output, init, plan, others = [] } = task
  const strokes = strokesOf({ task, pictures }, node)
  const isOriginal = node.picture?.id === task.picture
  const start = isOriginal && init?.picture !== task.picture ? init?.picture : undefined
  return {
    instruction,
    ...(task.model !== undefined && { editors: [task.model] }),
    variations: 1,
    options,
    strength: init?.strength,
    loras,
    output,
    others: others.flatMap((id) => pictures.find((each) => each.id === id) ?? []),
    region: strokes.length > 0 ? { node: node.id, strokes } : undefined,
    recalled: { instruction: instruction.trim(), plan, start },
  }
}

/** The region, where it fits the picture. */
function strokesOf(
  { task, pictures }: Pick<Recall, 'task' | 'pictures'>,
  { picture }: SessionNode,
): Stroke[] {
  const { box, mask } = task
  if (!picture) return []
  if (box)
    return box.x + box.width <= picture.width && box.y + box.height <= picture.height
      ? [{ kind: 'box', box, erases: false }]
      : []
  const found = pictures.find(({ id }) => id === mask)
  return found && found.width === picture.width && found.height === picture.height
    ? [{ kind: 'stored', picture: found.id }]
    : []
}
