import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'

interface ConfirmDialogProps {
  readonly text: string
  readonly yes: string
  readonly onYes: () => void
  readonly onClose: () => void
}

/** Asks for confirmation before a deletion. The cancel button has the focus. */
export function ConfirmDialog({ text, yes, onYes, onClose }: ConfirmDialogProps) {
  const { t } = useTranslation()
  const ref = useRef<HTMLDialogElement>(null)
  useEffect(() => ref.current?.showModal(), [])
  return (
    <dialog ref={ref} className="confirm" aria-label={text} onClose={onClose}>
      <p>{text}</p>
      <div className="confirm-row">
        <button type="button" onClick={() => ref.current?.close()}>
          {t('shared.cancel')}
        </button>
        <button
          type="button"
          className="danger"
          onClick={() => {
            ref.current?.close()
            onYes()
          }}
        >
          {yes}
        </button>
      </div>
    </dialog>
  )
}
