import { DropdownMenu } from 'radix-ui'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { currentLanguage } from '../shared/language.ts'
import { exportUrl, type Session, thumbnailUrl } from '../shared/server.ts'
import { NameField } from './nameField.tsx'

interface SessionRowProps {
  readonly session: Session
  readonly isCurrent: boolean
  readonly onOpen: () => void
  readonly onRename: (name: string) => void
  readonly onDelete: () => void
}

/** One session of the list. */
export function SessionRow({ session, isCurrent, onOpen, onRename, onDelete }: SessionRowProps) {
  const { t } = useTranslation()
  const [mode, setMode] = useState<'shown' | 'naming' | 'deleting'>('shown')
  const { id, name, picture, nodes, changedAt } = session
  const image =
    picture === undefined ? (
      <span className="history-blank" />
    ) : (
      <img src={thumbnailUrl(picture, 128)} alt="" loading="lazy" />
    )
  if (mode === 'deleting')
    return (
      <li className="session">
        {image}
        <div className="session-confirm" role="alertdialog" aria-label={t('history.delete')}>
          <span>{t('history.confirmDelete', { name })}</span>
          <div>
            <button type="button" className="primary" onClick={onDelete}>
              {t('history.delete')}
            </button>
            <button type="button" onClick={() => setMode('shown')}>
              {t('shared.cancel')}
            </button>
          </div>
        </div>
      </li>
    )
  return (
    <li className="session" data-current={isCurrent || undefined}>
      {mode === 'naming' ? (
        <>
          {image}
          <NameField
            label={t('history.sessionName')}
            value={name}
            onDone={(text) => {
              if (text !== undefined && text.trim() !== '' && text !== name) onRename(text)
              setMode('shown')
            }}
          />
        </>
      ) : (
        <Link href={`/s/${id}`} aria-current={isCurrent ? 'page' : undefined} onClick={onOpen}>
          {image}
          <span className="session-words">
            <span className="history-label">{name}</span>
            <span className="node-state">
              {t('history.pictures', { count: nodes })} · {whenOf(changedAt)}
            </span>
          </span>
        </Link>
      )}
      <DropdownMenu.Root modal={false}>
        <DropdownMenu.Trigger asChild>
          <button type="button" className="plain" aria-label={t('history.sessionMore', { name })}>
            <span aria-hidden="true">⋯</span>
          </button>
        </DropdownMenu.Trigger>
        <DropdownMenu.Content
          className="menu"
          align="end"
          onCloseAutoFocus={(event) => event.preventDefault()}
        >
          <DropdownMenu.Item onSelect={() => setTimeout(() => setMode('naming'))}>
            {t('history.rename')}
          </DropdownMenu.Item>
          <DropdownMenu.Item onSelect={() => download(exportUrl(id))}>
            {t('history.export')}
          </DropdownMenu.Item>
          <DropdownMenu.Item data-danger onSelect={() => setMode('deleting')}>
            {t('history.delete')}
          </DropdownMenu.Item>
        </DropdownMenu.Content>
      </DropdownMenu.Root>
    </li>
  )
}

/** Saves what is at an address, under the name that the server gives it. */
function download(address: string): void {
  const link = document.createElement('a')
  link.href = address
  link.download = ''
  link.click()
}

const units = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
] as const

/** How long ago, in the words of the page. */
function whenOf(time: string): string {
  const seconds = (Date.parse(time) - Date.now()) / 1000
  const language = currentLanguage() === 'cn' ? 'zh-CN' : 'en'
  if (seconds < -7 * 86_400) return new Date(time).toLocaleDateString(language)
  const format = new Intl.RelativeTimeFormat(language, { numeric: 'auto' })
  for (const [unit, length] of units)
    if (-seconds >= length) return format.format(Math.round(seconds / length), unit)
  return format.format(0, 'minute')
}
