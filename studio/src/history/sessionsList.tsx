import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useLocation } from 'wouter'
import { Icon } from '../shared/icons.tsx'
import { type Session, server } from '../shared/server.ts'
import { notify, notifyProblem } from '../shared/toasts.tsx'
import { importSessions } from './importSessions.ts'
import { SessionRow } from './sessionRow.tsx'

interface SessionsListProps {
  readonly current: string | undefined
  readonly onDone: () => void
}

/** All sessions, newest change first: to open, find, name, export and delete; new ones, and those from files. */
export function SessionsList({ current, onDone }: SessionsListProps) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const [, navigate] = useLocation()
  const file = useRef<HTMLInputElement>(null)
  const [searched, setSearched] = useState('')
  const { data: sessions = [] } = useQuery({ queryKey: ['sessions'], queryFn: server.sessions })
  const found = sessions.filter(({ name }) =>
    name.toLocaleLowerCase().includes(searched.trim().toLocaleLowerCase()),
  )
  const refresh = (): Promise<void> => queries.invalidateQueries({ queryKey: ['sessions'] })
  const take = async (files: readonly File[]): Promise<void> => {
    // What is told lies below an open sheet.
    onDone()
    const id = await importSessions(files, t)
    await refresh()
    if (id !== undefined) navigate(`/s/${id}`)
  }
  const remove = async (session: Session): Promise<void> => {
    try {
      await server.deleteSession(session.id)
      onDone()
      await refresh()
      if (session.id === current) navigate('/new')
      const restore = async (): Promise<void> => {
        await server.restoreSession(session.id)
        await refresh()
        navigate(`/s/${session.id}`)
      }
      notify(t('history.deleted', { name: session.name }), {
        text: t('history.undo'),
        run: () => void restore().catch(notifyProblem),
      })
    } catch (error) {
      notifyProblem(error)
    }
  }
  const rename = async (session: Session, name: string): Promise<void> => {
    try {
      await server.renameSession(session.id, name)
      await queries.invalidateQueries({ queryKey: ['session', session.id] })
    } catch (error) {
      notifyProblem(error)
    }
    await refresh()
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the button that imports does the same by keyboard
    <div
      className="history"
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault()
        event.stopPropagation()
        void take([...event.dataTransfer.files])
      }}
    >
      <div className="sessions-tools">
        <Link href="/new" className="button primary" onClick={onDone}>
          {t('history.new')}
        </Link>
        <button type="button" onClick={() => file.current?.click()}>
          <Icon name="up" /> {t('history.import')}
        </button>
        <input
          ref={file}
          type="file"
          hidden
          accept=".zip,application/zip"
          data-testid="import"
          onChange={({ target }) => {
            const files = [...(target.files ?? [])]
            target.value = ''
            void take(files)
          }}
        />
      </div>
      {sessions.length > 4 && (
        <input
          type="search"
          aria-label={t('history.search')}
          placeholder={t('history.search')}
          value={searched}
          onChange={({ target }) => setSearched(target.value)}
        />
      )}
      {found.length === 0 && (
        <p className="hint">{t(sessions.length === 0 ? 'history.none' : 'history.noneFound')}</p>
      )}
      <ul className="sessions">
        {found.map((session) => (
          <SessionRow
            key={session.id}
            session={session}
            isCurrent={session.id === current}
            onOpen={onDone}
            onRename={(name) => void rename(session, name)}
            onDelete={() => void remove(session)}
          />
        ))}
      </ul>
    </div>
  )
}
