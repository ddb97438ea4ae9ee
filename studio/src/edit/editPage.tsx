import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { HistoryPanel } from '../history/historyPanel.tsx'
import { EmptyStart } from '../models/emptyStart.tsx'
import { SettingsDrawer } from '../models/settingsDrawer.tsx'
import { Composer } from './composer.tsx'
import { DropZone } from './dropZone.tsx'
import { Problem } from './problem.tsx'
import { Sheet } from './sheet.tsx'
import { Stage } from './stage.tsx'
import { useStudio } from './useStudio.tsx'

/** The main page: the picture, its history beside it, the instruction below. */
export function EditPage() {
  const { t } = useTranslation()
  const { nodes, isLoading, problem, refresh, uploading } = useStudio()
  const [isSettingUp, setSettingUp] = useState(false)
  const [showsHistory, setShowsHistory] = useState(false)
  const isEmpty = nodes.every(({ removed }) => removed) && uploading.length === 0
  return (
    <DropZone>
      {isLoading ? (
        <main className="message">{t('shared.loading')}</main>
      ) : problem ? (
        <Problem error={problem} onRetry={() => void refresh()} />
      ) : isEmpty ? (
        <main className="start">
          <EmptyStart />
        </main>
      ) : (
        <main className="edit">
          <aside className="side" aria-label={t('edit.history')}>
            <HistoryPanel />
          </aside>
          <Stage onShowHistory={() => setShowsHistory(true)} />
          <Composer onSettings={() => setSettingUp(true)} />
          <Sheet title={t('edit.history')} isOpen={showsHistory} onClose={() => setShowsHistory(false)}>
            <HistoryPanel onDone={() => setShowsHistory(false)} />
          </Sheet>
        </main>
      )}
      <SettingsDrawer isOpen={isSettingUp} onClose={() => setSettingUp(false)} />
    </DropZone>
  )
}
