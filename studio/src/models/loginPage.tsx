import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { server } from '../shared/server.ts'

export interface LoginPageProps {
  /** After the server has taken the key. */
  readonly onDone: () => void
}

/** Where a server with keys asks for one. */
export function LoginPage({ onDone }: LoginPageProps) {
  const { t } = useTranslation()
  const [key, setKey] = useState('')
  const [problem, setProblem] = useState<string>()
  return (
    <main className="message">
      <form
        onSubmit={(event) => {
          event.preventDefault()
          server.login(key).then(onDone, (error: Error) => setProblem(error.message))
        }}
      >
        <label>
          {t('models.key')}
          <input
            type="password"
            autoComplete="current-password"
            value={key}
            onChange={(event) => setKey(event.target.value)}
          />
        </label>
        <button type="submit" className="primary">
          {t('models.enter')}
        </button>
        {problem !== undefined && <p role="alert">{problem}</p>}
      </form>
    </main>
  )
}
