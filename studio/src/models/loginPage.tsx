import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { changeLanguage } from '../shared/language.ts'
import { server } from '../shared/server.ts'
import './suggestions.css'

export interface LoginPageProps {
  /** After the server has taken the key. */
  readonly onDone: () => void
}

/** Where a server with keys asks for one. */
export function LoginPage({ onDone }: LoginPageProps) {
  const { t } = useTranslation()
  const [key, setKey] = useState('')
  const [problem, setProblem] = useState<string>()
  const [isSending, setSending] = useState(false)
  const send = async (): Promise<void> => {
    setSending(true)
    setProblem(undefined)
    try {
      await server.login(key.trim())
      onDone()
    } catch (error) {
      setProblem((error as Error).message)
      setSending(false)
    }
  }
  return (
    <main className="message">
      <form
        className="login"
        onSubmit={(event) => {
          event.preventDefault()
          void send()
        }}
      >
        <h1>Pentimento</h1>
        <p>{t('models.loginHint')}</p>
        <label>
          {t('models.key')}
          <input
            type="password"
            name="key"
            autoComplete="current-password"
            required
            value={key}
            onChange={(event) => setKey(event.target.value)}
          />
        </label>
        {problem !== undefined && <p role="alert">{problem}</p>}
        <button type="submit" className="primary" disabled={isSending || key.trim() === ''}>
          {t('models.enter')}
        </button>
        <button type="button" className="plain" onClick={changeLanguage}>
          {t('shared.language')}
        </button>
      </form>
    </main>
  )
}
