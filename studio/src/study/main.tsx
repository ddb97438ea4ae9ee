import { useTranslation } from 'react-i18next'
import { PeopleApp } from '../people/app.tsx'
import { Participation } from '../people/participation.tsx'
import { practiceOfThree } from '../people/practice.ts'
import type { Participant } from '../people/server.ts'
import { words as peopleWords } from '../people/words.ts'
import { currentLanguage } from '../shared/language.ts'
import { startPage } from '../shared/startPage.tsx'
import './styles.css'
import { RankJudge } from './rankJudge.tsx'
import { RateJudge } from './rateJudge.tsx'
import { words } from './words.ts'

function StudyPage() {
  const { t } = useTranslation()
  return <PeopleApp title={t('study.organise')} participant={(me) => <Taking me={me} />} />
}

function Taking({ me }: { readonly me: Participant }) {
  const { t } = useTranslation()
  const mode = me.mode === 'rank' ? 'rank' : 'rate'
  const steps = ['look', 'judge', 'keep'] as const
  return (
    <Participation
      me={me}
      title={t('study.title')}
      keys={[
        ...(mode === 'rate'
          ? ([
              ['1 … 5', t('study.help.levels')],
              ['A, B, …', t('study.help.choose')],
            ] as const)
          : ([
              ['A, B, …', t('study.help.place')],
              ['/', t('study.help.tie')],
              ['⌫', t('study.help.back')],
            ] as const)),
        ['Enter', t('study.help.next')],
        [t('study.help.space'), t('people.spaceKey')],
        ['+ − 0', t('people.zoomKeys')],
        ['← ↑ ↓ →', t('people.moveKeys')],
      ]}
      guide={
        <>
          <ol>
            {steps.map((step) => (
              <li key={step}>{t(step === 'judge' ? `study.guide.${mode}` : `study.guide.${step}`)}</li>
            ))}
          </ol>
          <p>{t('study.guide.time', { count: me.total })}</p>
        </>
      }
      practice={practiceOfThree(currentLanguage())}
      explained={
        <>
          <p>{t('study.explained.intro')}</p>
          <ul>
            {(['a', 'b', 'c'] as const).map((each) => (
              <li key={each}>{t(`study.explained.${each}`)}</li>
            ))}
          </ul>
          <p>{t('study.explained.end')}</p>
        </>
      }
      Judge={mode === 'rank' ? RankJudge : RateJudge}
    />
  )
}

await startPage(<StudyPage />, peopleWords, words)
