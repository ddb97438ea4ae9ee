import { useTranslation } from 'react-i18next'
import { ChoosePictures } from './choosePictures.tsx'
import { useStudio } from './useStudio.tsx'

/** Where the instruction is typed: Enter sends it, Shift and Enter begin a new line. */
export function Composer({ onSettings }: { readonly onSettings: () => void }) {
  const { t } = useTranslation()
  const { draft, change, submit, isSubmitting, editors } = useStudio()
  return (
    <form
      className="composer"
      onSubmit={(event) => {
        event.preventDefault()
        void submit()
      }}
    >
      <label className="unseen" htmlFor="instruction">
        {t('edit.instruction')}
      </label>
      <textarea
        id="instruction"
        rows={1}
        value={draft.instruction}
        placeholder={t('edit.placeholder')}
        onChange={(event) => change({ instruction: event.target.value })}
        onKeyDown={(event) => {
          // Enter also chooses among the characters of an input method.
          if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return
          event.preventDefault()
          void submit()
        }}
      />
      <div className="composer-row">
        <ChoosePictures className="plain" label={t('edit.addPicture')}>
          +
        </ChoosePictures>
        <button type="button" className="plain" onClick={onSettings}>
          {editors.map(({ name }) => name).join(' + ') || t('edit.settings')}
        </button>
        <span className="space" />
        <button type="submit" className="primary" disabled={isSubmitting || draft.instruction.trim() === ''}>
          {t('edit.send')}
        </button>
      </div>
    </form>
  )
}
