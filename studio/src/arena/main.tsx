import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { PeopleApp } from '../people/app.tsx'
import { Participation } from '../people/participation.tsx'
import { practiceOfTwo } from '../people/practice.ts'
import { EstimateCell } from '../people/scoresTable.tsx'
import { type Participant, server } from '../people/server.ts'
import { words as peopleWords } from '../people/words.ts'
import { currentLanguage } from '../shared/language.ts'
import { startPage } from '../shared/startPage.tsx'
import { PairJudge } from './pairJudge.tsx'
import './styles.css'
import { words } from './words.ts'

function ArenaPage() {
  const { t } = useTranslation()
  return <PeopleApp title={t('arena.organise')} participant={(me) => <Taking me={me} />} />
}

function Taking({ me }: { readonly me: Participant }) {
  const { t } = useTranslation()
  return (
    <Participation
      me={me}
      title={t('arena.title')}
      keys={[
        ['A, 1', t('arena.first')],
        ['B, 2', t('arena.second')],
        ['T, 3', t('arena.tie')],
        ['N, 4', t('arena.bad')],
        ['+ − 0', t('people.zoomKeys')],
        ['← ↑ ↓ →', t('people.moveKeys')],
      ]}
      guide={
        <>
          <ol>
            {['look', 'choose', 'keep'].map((step) => (
              <li key={step}>{t(`arena.guide.${step}`)}</li>
            ))}
          </ol>
          <p>{t('arena.guide.time', { count: me.total })}</p>
        </>
      }
      practice={practiceOfTwo(currentLanguage())}
      explained={<p>{t('arena.explained')}</p>}
      Judge={PairJudge}
      after={<Ratings />}
    />
  )
}

/** How the systems stand, where the organiser shows it to those who are done. */
function Ratings() {
  const { t } = useTranslation()
  const { data } = useQuery({ queryKey: ['ratings'], queryFn: server.ratings, retry: false })
  if (!data?.ranking) return null
  return (
    <section aria-labelledby="ratings">
      <h3 id="ratings">{t('arena.ratings')}</h3>
      <table>
        <thead>
          <tr>
            <th scope="col">{t('people.system')}</th>
            <th scope="col">{t('people.columns.elo')}</th>
          </tr>
        </thead>
        <tbody>
          {data.ranking.competitors.map(({ name, elo }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <EstimateCell estimate={elo} digits={0} />
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

await startPage(<ArenaPage />, peopleWords, words)
