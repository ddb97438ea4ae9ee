import { useTranslation } from 'react-i18next'
import { Sheet } from '../edit/sheet.tsx'
import { useStudio } from '../edit/useStudio.tsx'

/** The drawer is opened by the composer. What is set goes into `useStudio().draft` by `change`. */
export interface SettingsDrawerProps {
  readonly isOpen: boolean
  readonly onClose: () => void
}

/** Editors, variations and options of the next edit. */
export function SettingsDrawer({ isOpen, onClose }: SettingsDrawerProps) {
  const { t } = useTranslation()
  const { models, editors, change } = useStudio()
  return (
    <Sheet title={t('models.settings')} isOpen={isOpen} onClose={onClose}>
      {models.map(({ name }) => (
        <label key={name}>
          <input
            type="radio"
            name="editor"
            checked={editors.some((each) => each.name === name)}
            onChange={() => change({ editors: [name] })}
          />
          {name}
        </label>
      ))}
    </Sheet>
  )
}
