import { useTranslation } from 'react-i18next'
import { type SessionNode, thumbnailUrl } from '../shared/server.ts'
import { useStudio } from './useStudio.tsx'

/** Results of the same instruction on the same picture, beside each other: variations, and those of two editors. */
export function Variations() {
  const { t } = useTranslation()
  const { nodes, chosen, compared, choose } = useStudio()
  const all = siblingsOf(nodes, chosen)
  if (all.length < 2) return null
  const isMixed = new Set(all.map(({ edit }) => edit?.task.model)).size > 1
  return (
    <ul className="variations" aria-label={t('edit.variations')}>
      {all.map((node, i) => (
        <li key={node.id}>
          <button
            type="button"
            aria-current={node.id === chosen?.id ? 'true' : undefined}
            className={node.id === compared?.id ? 'compared' : ''}
            aria-label={t('edit.variation', {
              number: i + 1,
              editor: node.edit?.task.model,
              state: t(`edit.states.${node.edit?.state ?? 'done'}`),
            })}
            onClick={() => choose(node.id)}
          >
            {node.picture ? (
              <img src={thumbnailUrl(node.picture.id, 192)} alt="" />
            ) : (
              <span className="pending">{pendingText(node)}</span>
            )}
            {isMixed && <span className="name">{node.edit?.task.model}</span>}
          </button>
        </li>
      ))}
    </ul>
  )
}

/** Nodes that were asked for by the same words from the same picture. */
function siblingsOf(nodes: readonly SessionNode[], chosen: SessionNode | undefined): readonly SessionNode[] {
  if (!chosen?.edit) return []
  const { instruction } = chosen.edit.task
  return nodes.filter(
    ({ parent, edit, removed }) =>
      !removed && parent === chosen.parent && edit?.task.instruction === instruction,
  )
}

function pendingText({ edit }: SessionNode): string {
  if (edit?.state === 'active') return `${Math.round(100 * (edit.progress?.fraction ?? 0))} %`
  return edit?.state === 'waiting' ? '…' : '×'
}
