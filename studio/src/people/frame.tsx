import { type ReactNode, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { changeLanguage } from '../shared/language.ts'
import { chooseTheme, themes, useTheme } from '../shared/theme.ts'
import { useKeys } from '../shared/useKeys.ts'

interface FrameProps {
  readonly title: string
  /** What stands beside the title: how far one is. */
  readonly about?: ReactNode
  /** Buttons of this page. */
  readonly tools?: ReactNode
  /** Keys and what they do; none: no help on keys. */
  readonly keys?: readonly (readonly [keys: string, what: string])[]
  readonly children: ReactNode
}

/** Around every page for people who judge. */
export function Frame({ title, about, tools, keys, children }: FrameProps) {
  const { t } = useTranslation()
  const theme = useTheme()
  const themeName = `${t('shared.theme.label')}: ${t(`shared.theme.${theme}`)}`
  const help = useRef<HTMLDialogElement>(null)
  useKeys(keys ? { '?': () => help.current?.showModal() } : {})
  return (
    <>
      <header className="people-head">
        <h1>{title}</h1>
        <div className="people-about">{about}</div>
        <nav aria-label={t('people.page')}>
          {tools}
          {keys && (
            <button type="button" className="plain wide-only" onClick={() => help.current?.showModal()}>
              {t('people.keys')} <kbd>?</kbd>
            </button>
          )}
          <button
            type="button"
            className="plain"
            aria-label={themeName}
            title={themeName}
            onClick={() => chooseTheme(themes[(themes.indexOf(theme) + 1) % themes.length]!)}
          >
            {{ auto: '◐', light: '○', dark: '●' }[theme]}
          </button>
          <button
            type="button"
            className="plain"
            lang={t('shared.language') === '中文' ? 'zh-CN' : 'en'}
            onClick={changeLanguage}
          >
            {t('shared.language')}
          </button>
        </nav>
      </header>
      {children}
      {keys && (
        <dialog ref={help} className="people-keys" aria-label={t('people.keys')}>
          <h2>{t('people.keys')}</h2>
          <dl>
            {keys.map(([key, what]) => (
              <div key={key}>
                <dt>
                  <kbd>{key}</kbd>
                </dt>
                <dd>{what}</dd>
              </div>
            ))}
          </dl>
          <form method="dialog">
            <button type="submit">{t('shared.close')}</button>
          </form>
        </dialog>
      )}
    </>
  )
}
