import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'

interface ProblemProps {
  readonly error: Error
  readonly onRetry: () => void
}

/** The replacement for a page that cannot be shown. */
export function Problem({ error, onRetry }: ProblemProps) {
  const { t } = useTranslation()
  return (
    <main className="message">
      <p role="alert">{error.message}</p>
      <p className="choices-line">
        <button type="button" onClick={onRetry}>
          {t('shared.retry')}
        </button>
        <Link className="button" href="/new">
          {t('edit.newSession')}
        </Link>
      </p>
    </main>
  )
}
