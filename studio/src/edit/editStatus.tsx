import { useTranslation } from 'react-i18next'
import type { SessionNode } from '../shared/server.ts'
import { useStudio } from './useStudio.tsx'

/** How the edit of a node goes, over the picture: progress with cancel, or why it failed. */
export function EditStatus({ node }: { readonly node: SessionNode }) {
  const { t } = useTranslation()
  const { cancel, edit: editAgain } = useStudio()
  const { edit } = node
  if (!edit || edit.state === 'done') return null
  if (edit.state === 'waiting' || edit.state === 'active') {
    const fraction = edit.progress?.fraction ?? 0
    return (
      <div className="status-card">
        <p role="status">
          {edit.state === 'waiting'
            ? t('edit.waiting', { count: edit.position ?? 0 })
            : (edit.progress?.doing ?? t(`edit.stages.${edit.progress?.stage ?? 'read'}`))}
        </p>
        <progress max={1} value={fraction} aria-label={t('edit.progress')} />
        <button type="button" onClick={() => void cancel(node)}>
          {t('shared.cancel')}
        </button>
      </div>
    )
  }
  const { picture: _, ...task } = edit.task
  return (
    <div className="status-card" role="alert">
      <p>{edit.state === 'cancelled' ? t('edit.cancelled') : edit.error?.message}</p>
      {node.parent !== null && (
        <button type="button" onClick={() => void editAgain(node.parent!, [task])}>
          {t('shared.retry')}
        </button>
      )}
    </div>
  )
}
