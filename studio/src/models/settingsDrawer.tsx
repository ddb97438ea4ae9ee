import { lazy, Suspense } from 'react'
import { useTranslation } from 'react-i18next'
import { Sheet } from '../edit/sheet.tsx'

const Settings = lazy(async () => ({ default: (await import('./settings.tsx')).Settings }))

/** The drawer is opened by the composer. What is set goes into `useStudio().draft` by `change`. */
export interface SettingsDrawerProps {
  readonly isOpen: boolean
  readonly onClose: () => void
}

/** Editors, variations and options of the next edit; loaded when it is first opened. */
export function SettingsDrawer({ isOpen, onClose }: SettingsDrawerProps) {
  const { t } = useTranslation()
  return (
    <Sheet title={t('models.settings')} isOpen={isOpen} onClose={onClose}>
      <Suspense fallback={<p className="hint">{t('shared.loading')}</p>}>
        <Settings />
      </Suspense>
    </Sheet>
  )
}
