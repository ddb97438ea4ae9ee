import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useStudio } from '../edit/useStudio.tsx'
import { Icon } from '../shared/icons.tsx'
import { thumbnailUrl } from '../shared/server.ts'
import { useActions } from './actions.ts'
import './history.css'
import { labelOf } from './label.ts'
import { Tree } from './tree.tsx'
import { removedTops } from './treeRows.ts'
import { useTree } from './useTree.ts'

/** Properties of the history panel; everything else is in `useStudio()`. */
export interface HistoryPanelProps {
  /** Where it covers the picture (a narrow page): after somebody chose a picture. */
  readonly onDone?: (() => void) | undefined
}

/** The pictures of a session, each made from the one above it. */
export function HistoryPanel({ onDone }: HistoryPanelProps) {
  const { t } = useTranslation()
  const { session, nodes, chosen, compared, compare } = useStudio()
  const actions = useTree()
  const { done, undone } = useActions(session?.id)
  const [showsRemoved, setShowsRemoved] = useState(false)
  const removed = removedTops(nodes)
  const isComparing = compared !== undefined && compared.id !== chosen?.parent && compared.id !== chosen?.id
  return (
    <div className="history">
      <div className="history-bar">
        <button
          type="button"
          className="plain"
          disabled={done.length === 0}
          title={`${t('history.undo')} (Ctrl-Z)`}
          aria-label={t('history.undo')}
          onClick={actions.undo}
        >
          <Icon name="undo" />
        </button>
        <button
          type="button"
          className="plain mirrored"
          disabled={undone.length === 0}
          title={`${t('history.redo')} (Ctrl-Shift-Z)`}
          aria-label={t('history.redo')}
          onClick={actions.redo}
        >
          <Icon name="undo" />
        </button>
        {isComparing && (
          <button type="button" className="history-chip" onClick={() => compare(undefined)}>
            <span>{t('history.comparedWith', { name: labelOf(compared, t) })}</span>
            <Icon name="close" />
          </button>
        )}
      </div>
      <Tree actions={actions} onDone={onDone} />
      {removed.length > 0 && (
        <div className="history-removed">
          <button
            type="button"
            className="plain"
            aria-expanded={showsRemoved}
            onClick={() => setShowsRemoved(!showsRemoved)}
          >
            {t('history.removedCount', { count: removed.length })}
          </button>
          {showsRemoved && (
            <ul>
              {removed.map((node) => (
                <li key={node.id}>
                  {node.picture ? (
                    <img src={thumbnailUrl(node.picture.id, 96)} alt="" loading="lazy" />
                  ) : (
                    <span className="history-blank" />
                  )}
                  <span className="history-label">{labelOf(node, t)}</span>
                  <button type="button" onClick={() => void actions.restore(node)}>
                    {t('history.restore')}
                  </button>
                </li>
              ))}
            </ul>
          )}
        </div>
      )}
    </div>
  )
}
