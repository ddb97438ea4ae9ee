import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'

/** Sessions to go to, and a new one. It stands on every page, also where there is no `useStudio()`. */
export function SessionsMenu() {
  const { t } = useTranslation()
  return <Link href="/new">{t('history.new')}</Link>
}
