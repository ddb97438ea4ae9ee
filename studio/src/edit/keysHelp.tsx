import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Icon } from '../shared/icons.tsx'
import { useKeys } from '../shared/useKeys.ts'
import { Sheet } from './sheet.tsx'

const keys = [
  ['Enter', 'send'],
  ['Shift Enter', 'line'],
  ['↑ ↓', 'earlier'],
  ['Q W E R T', 'views'],
  ['Space', 'before'],
  ['+ − 0 1', 'zoom'],
  ['← → ↑ ↓', 'move'],
  ['M', 'mask'],
  ['B X O', 'tools'],
  ['[ ]', 'size'],
  ['I U', 'invert'],
] as const

/** A button, and a sheet with all keys. */
export function KeysHelp() {
  const { t } = useTranslation()
  const [isOpen, setOpen] = useState(false)
  useKeys({ '?': () => setOpen(true) })
  return (
    <>
      <button
        type="button"
        className="plain keys-help"
        aria-label={t('edit.keys.title')}
        title={`${t('edit.keys.title')} (?)`}
        onClick={() => setOpen(true)}
      >
        <Icon name="keyboard" />
      </button>
      <Sheet title={t('edit.keys.title')} isOpen={isOpen} onClose={() => setOpen(false)}>
        <dl className="keys">
          {keys.map(([key, what]) => (
            <div key={what}>
              <dt>
                {key.split(' ').map((each) => (
                  <kbd key={each}>{each}</kbd>
                ))}
              </dt>
              <dd>{t(`edit.keys.${what}`)}</dd>
            </div>
          ))}
        </dl>
      </Sheet>
    </>
  )
}
