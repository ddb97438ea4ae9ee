import { useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Draft } from '../edit/draft.ts'
import { Icon } from '../shared/icons.tsx'
import { server, thumbnailUrl } from '../shared/server.ts'
import { notifyProblem } from '../shared/toasts.tsx'

interface SecondPictureProps {
  readonly others: Draft['others']
  /** How many may go beside the first. */
  readonly most: number
  readonly onChange: (others: Draft['others']) => void
}

/** Further pictures of an edit, such as a new background. */
export function SecondPicture({ others, most, onChange }: SecondPictureProps) {
  const { t } = useTranslation()
  const input = useRef<HTMLInputElement>(null)
  const [isSending, setSending] = useState(false)
  const take = async (file: File): Promise<void> => {
    setSending(true)
    try {
      onChange([...others, await server.addPicture(file, file.name)].slice(-most))
    } catch (error) {
      notifyProblem(error)
    } finally {
      setSending(false)
    }
  }
  return (
    <div className="field">
      <p className="hint">{t('models.secondHint')}</p>
      <ul className="others">
        {others.map(({ id, name }) => (
          <li key={id}>
            <img src={thumbnailUrl(id, 128)} alt="" />
            <span>{name}</span>
            <button
              type="button"
              className="plain"
              aria-label={t('models.removePicture', { name })}
              onClick={() => onChange(others.filter((each) => each.id !== id))}
            >
              <Icon name="close" />
            </button>
          </li>
        ))}
      </ul>
      {others.length < most && (
        <button type="button" disabled={isSending} onClick={() => input.current?.click()}>
          {t('models.addSecond')}
        </button>
      )}
      <input
        ref={input}
        type="file"
        hidden
        accept="image/*"
        data-testid="second"
        onChange={({ target }) => {
          const [file] = target.files ?? []
          target.value = ''
          if (file) void take(file)
        }}
      />
    </div>
  )
}
