import { useTranslation } from 'react-i18next'
import { useStudio } from '../edit/useStudio.tsx'
import { thumbnailUrl } from '../shared/server.ts'

/** What a place of the history panel tells it: everything else is in `useStudio()`. */
export interface HistoryPanelProps {
  /** Where it covers the picture (a narrow page): after somebody chose a picture. */
  readonly onDone?: (() => void) | undefined
}

/** The pictures of a session, each made from the one above it. */
export function HistoryPanel({ onDone }: HistoryPanelProps) {
  const { t } = useTranslation()
  const { nodes, chosen, choose } = useStudio()
  return (
    <ol className="history">
      {nodes
        .filter(({ removed }) => !removed)
        .map((node) => (
          <li key={node.id}>
            <button
              type="button"
              aria-current={node.id === chosen?.id ? 'true' : undefined}
              onClick={() => {
                choose(node.id)
                onDone?.()
              }}
            >
              {node.picture && <img src={thumbnailUrl(node.picture.id, 96)} alt="" loading="lazy" />}
              <span>{node.name ?? node.edit?.task.instruction ?? t('history.original')}</span>
            </button>
          </li>
        ))}
    </ol>
  )
}
