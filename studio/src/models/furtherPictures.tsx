import { useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Draft } from '../edit/draft.ts'
import { Icon } from '../shared/icons.tsx'
import { server, thumbnailUrl } from '../shared/server.ts'
import { notifyProblem } from '../shared/toasts.tsx'

interface FurtherPicturesProps {
  readonly others: Draft['others']
  /** How many may go beside the first. */
  readonly most: number
  readonly onChange: (others: Draft['others']) => void
}

/** Further pictures of an edit, such as a new background, with the numbers by which an instruction calls them. */
export function FurtherPictures({ others, most, onChange }: FurtherPicturesProps) {
  const { t } = useTranslation()
  const input = useRef<HTMLInputElement>(null)
  const [isSending, setSending] = useState(false)
  const left = most - others.length
  const take = async (files: readonly File[]): Promise<void> => {
    setSending(true)
    const added: Draft['others'][number][] = []
    try {
      for (const file of files) added.push(await server.addPicture(file, file.name))
    } catch (error) {
      notifyProblem(error)
    } finally {
      setSending(false)
      if (added.length > 0) onChange([...others, ...added])
    }
  }
  return (
    <div className="field">
      <p className="hint">{most === 1 ? t('models.secondHint') : t('models.furtherHint', { count: most })}</p>
      <ol className="others" start={2}>
        {others.map(({ id, name }, i) => (
          // One picture may be there twice.
          // biome-ignore lint/suspicious/noArrayIndexKey: its place is its number
          <li key={`${i} ${id}`}>
            <img src={thumbnailUrl(id, 128)} alt="" />
            <span>{`${i + 2}. ${name}`}</span>
            <button
              type="button"
              className="plain"
              aria-label={t('models.removePicture', { name })}
              onClick={() => onChange(others.filter((_, at) => at !== i))}
            >
              <Icon name="close" />
            </button>
          </li>
        ))}
      </ol>
      {left > 0 && (
        <button type="button" disabled={isSending} onClick={() => input.current?.click()}>
          {t(most === 1 ? 'models.addSecond' : 'models.addFurther')}
        </button>
      )}
      <input
        ref={input}
        type="file"
        hidden
        multiple={left > 1}
        accept="image/*"
        data-testid="further"
        onChange={({ target }) => {
          const files = [...(target.files ?? [])].slice(0, left)
          target.value = ''
          if (files.length > 0) void take(files)
        }}
      />
    </div>
  )
}
