import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { CopyLink } from './copyLink.tsx'
import { Figure } from './figure.tsx'
import { Frame } from './frame.tsx'
import { EstimateCell, ScoresTable } from './scoresTable.tsx'
import { type StudyFigures, server } from './server.ts'

type Report = StudyFigures['report']

/** Links, progress and live statistics, for whoever organises a study or an arena. */
export function OrganiserPage({ title }: { readonly title: string }) {
  const { t } = useTranslation()
  const { data, error } = useQuery({ queryKey: ['figures'], queryFn: server.figures, refetchInterval: 5000 })
  const page = (): ReactNode => {
    if (!data) return <p className="message">{error?.message ?? t('shared.loading')}</p>
    const { report, people } = data
    const { invited, started, finished, counted } = report.participants
    return (
      <main className="organiser">
        {error && <p role="alert">{error.message}</p>}
        <dl className="figures">
          <Figure name={t('people.invited')} value={invited} />
          <Figure name={t('people.started')} value={started} />
          <Figure name={t('people.finished')} value={finished} />
          <Figure name={t('people.counted')} value={counted} />
          <Figure name={t('people.items')} value={data.items} />
          <Figure name={t('people.votes')} value={report.votes} />
        </dl>
        <section aria-labelledby="scores">
          <h2 id="scores">{t('people.scores')}</h2>
          <ScoresTable report={report} />
        </section>
        <Groups report={report} group="kinds" />
        <Groups report={report} group="languages" />
        <Quality report={report} />
        <section aria-labelledby="people">
          <h2 id="people">{t('people.links')}</h2>
          <People people={people} excluded={report.excluded} />
        </section>
        <p>
          <a className="button" href="api/votes.csv" download>
            {t('people.export')}
          </a>
        </p>
      </main>
    )
  }
  return (
    <Frame title={title} about={data?.study}>
      {page()}
    </Frame>
  )
}

/** Scores by kind, or by language; levels alone have them. */
function Groups({ report, group }: { readonly report: Report; readonly group: 'kinds' | 'languages' }) {
  const { t } = useTranslation()
  const names = [...new Set(report.systems.flatMap((system) => Object.keys(system[group])))]
  if (names.length < (group === 'kinds' ? 1 : 2)) return null
  return (
    <section aria-labelledby={group}>
      <h2 id={group}>{t(`people.${group}`)}</h2>
      <div className="table">
        <table>
          <thead>
            <tr>
              <td />
              {report.systems.map(({ system }) => (
                <th key={system} scope="col">
                  {system}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {names.map((name) => (
              <tr key={name}>
                <th scope="row">{group === 'languages' ? t(`people.languageNames.${name}`) : name}</th>
                {report.systems.map((system) => (
                  <EstimateCell key={system.system} estimate={system[group][name]} />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  )
}

/** Whether the answers can be trusted: agreement, the same again, and who is left out. */
function Quality({ report }: { readonly report: Report }) {
  const { t } = useTranslation()
  const { agreement, consistency, excluded } = report
  const { ordinal } = agreement
  return (
    <section aria-labelledby="quality">
      <h2 id="quality">{t('people.quality')}</h2>
      <ul className="facts">
        <li>
          {t('people.agreement')}: {ordinal ? numberText(ordinal) : '–'}
        </li>
        <li>
          {t('people.repeats')}:{' '}
          {consistency
            ? t('people.sameAgain', {
                percent: Math.round(100 * consistency.same.value),
                difference: consistency.difference.toFixed(2),
              })
            : '–'}
        </li>
        <li>
          {t('people.excluded')}:{' '}
          {excluded.length === 0
            ? t('people.nobody')
            : excluded
                .map(
                  ({ participant, rule, value }) =>
                    `${participant} (${t(`people.rules.${rule}`)}, ${value.toFixed(2)})`,
                )
                .join('; ')}
        </li>
      </ul>
    </section>
  )
}

const numberText = ({ value, low, high }: { value: number; low?: number; high?: number }): string =>
  low === undefined || high === undefined
    ? value.toFixed(2)
    : `${value.toFixed(2)} (${low.toFixed(2)} – ${high.toFixed(2)})`

function People({
  people,
  excluded,
}: {
  readonly people: StudyFigures['people']
  readonly excluded: Report['excluded']
}) {
  const { t, i18n } = useTranslation()
  const out = new Set(excluded.map(({ participant }) => participant))
  const timeOf = (at: string | undefined): string =>
    at === undefined
      ? '–'
      : new Date(at).toLocaleString(i18n.language === 'cn' ? 'zh-CN' : 'en-GB', {
          dateStyle: 'medium',
          timeStyle: 'short',
        })
  return (
    <div className="table">
      <table>
        <thead>
          <tr>
            {['person', 'progress', 'agreedAt', 'link'].map((name) => (
              <th key={name} scope="col">
                {t(`people.${name}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {people.map(({ name, link, done, total, agreedAt }) => (
            <tr key={name}>
              <th scope="row">
                {name}
                {out.has(name) && <span className="hint"> {t('people.leftOut')}</span>}
              </th>
              <td>
                <span className="person-progress">
                  <progress max={total} value={done} aria-label={`${t('people.progress')}: ${name}`} />
                  {done}/{total}
                </span>
              </td>
              <td>{timeOf(agreedAt)}</td>
              <td>
                <CopyLink link={link} name={name} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
