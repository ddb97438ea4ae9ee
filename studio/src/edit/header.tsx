import { useTranslation } from 'react-i18next'
import { Link, useLocation } from 'wouter'
import { SessionsMenu } from '../history/sessionsMenu.tsx'
import { Account } from '../models/account.tsx'
import { Icon } from '../shared/icons.tsx'
import { changeLanguage } from '../shared/language.ts'
import { chooseTheme, themes, useTheme } from '../shared/theme.ts'
import { KeysHelp } from './keysHelp.tsx'

/** The header of every page: navigation, theme and language. */
export function Header() {
  const { t } = useTranslation()
  const [place] = useLocation()
  const theme = useTheme()
  const next = themes[(themes.indexOf(theme) + 1) % themes.length]!
  return (
    <header className="top">
      <Link href="/" className="mark">
        Pentimento
      </Link>
      <SessionsMenu />
      <nav>
        <Link href="/models" aria-current={place === '/models' ? 'page' : undefined}>
          {t('edit.models')}
        </Link>
        <KeysHelp />
        <button
          type="button"
          className="plain"
          aria-label={`${t('shared.theme.label')}: ${t(`shared.theme.${theme}`)}`}
          title={`${t('shared.theme.label')}: ${t(`shared.theme.${theme}`)}`}
          onClick={() => chooseTheme(next)}
        >
          <Icon name={theme} />
        </button>
        <button
          type="button"
          className="plain"
          lang={t('shared.language') === '中文' ? 'zh-CN' : 'en'}
          aria-label={t('shared.language')}
          onClick={changeLanguage}
        >
          {t('shared.language')}
        </button>
        <Account />
      </nav>
    </header>
  )
}
