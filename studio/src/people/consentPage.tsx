import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { currentLanguage } from '../shared/language.ts'
import { type Participant, server } from './server.ts'
import { Paragraphs, TextPage } from './texts.tsx'

interface ConsentPageProps {
  readonly title: string
  readonly consent: NonNullable<Participant['consent']>
  readonly onAgreed: () => void
}

/** Nothing is shown before somebody agrees; who does not agree leaves no trace. */
export function ConsentPage({ title, consent, onAgreed }: ConsentPageProps) {
  const { t } = useTranslation()
  const [hasRefused, setRefused] = useState(false)
  const [problem, setProblem] = useState<string>()
  if (hasRefused)
    return (
      <TextPage key="refused" title={t('people.refusedTitle')}>
        <p>{t('people.refusedText')}</p>
        <div className="choices">
          <button type="button" onClick={() => setRefused(false)}>
            {t('people.readAgain')}
          </button>
        </div>
      </TextPage>
    )
  const agree = (): void => {
    server.agree(consent.id).then(onAgreed, (error: Error) => setProblem(error.message))
  }
  return (
    <TextPage key="consent" title={title}>
      <Paragraphs text={consent[currentLanguage()]} />
      {problem !== undefined && <p role="alert">{problem}</p>}
      <div className="choices">
        <button type="button" className="primary" onClick={agree}>
          {t('people.agree')}
        </button>
        <button type="button" onClick={() => setRefused(true)}>
          {t('people.refuse')}
        </button>
      </div>
    </TextPage>
  )
}
