import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useRoute } from 'wouter'
import { Sheet } from '../edit/sheet.tsx'
import { server } from '../shared/server.ts'
import './history.css'
import { SessionsList } from './sessionsList.tsx'

/** The session that is open, and a way to the others. It stands on every page, also where there is no `useStudio()`. */
export function SessionsMenu() {
  const { t } = useTranslation()
  const [isOpen, setOpen] = useState(false)
  const [, params] = useRoute('/s/:session')
  const { data: sessions = [] } = useQuery({ queryKey: ['sessions'], queryFn: server.sessions })
  const current = sessions.find(({ id }) => id === params?.session)
  return (
    <>
      <button
        type="button"
        className="plain sessions-open"
        aria-haspopup="dialog"
        aria-label={current ? `${t('history.sessions')}: ${current.name}` : t('history.sessions')}
        onClick={() => setOpen(true)}
      >
        <span className="session-name">{current?.name ?? t('history.sessions')}</span>
        <span aria-hidden="true">▾</span>
      </button>
      <Sheet title={t('history.sessions')} isOpen={isOpen} onClose={() => setOpen(false)}>
        <SessionsList current={current?.id} onDone={() => setOpen(false)} />
      </Sheet>
    </>
  )
}
