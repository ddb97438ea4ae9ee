import { useTranslation } from 'react-i18next'
import { type Dispute, pictureUrl } from './server.ts'

type Opinion = Dispute['opinions'][number]

interface OpinionsProps {
  readonly opinions: readonly Opinion[]
  readonly onUse: (text: Opinion['text']) => void
}

/** The decisions of those who disagree, without their names. */
export function Opinions({ opinions, onUse }: OpinionsProps) {
  const { t } = useTranslation()
  return (
    <ol className="opinions">
      {opinions.map((each, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they have no names, and never change places
        <li key={i}>
          <strong>{t('opinion', { count: i + 1 })}</strong>:{' '}
          {t(each.verdict === 'accept' ? 'accepted' : 'rejected')}
          {each.reason && <> – {t(`reasons.${each.reason}`)}</>}
          {each.note && <> – “{each.note}”</>}
          {each.text && (
            <button type="button" onClick={() => onUse(each.text)}>
              {each.text.en ?? each.text.cn}
            </button>
          )}
          {each.mask && <img className="thumb" src={pictureUrl(each.mask)} alt={t('mask')} />}
        </li>
      ))}
    </ol>
  )
}
