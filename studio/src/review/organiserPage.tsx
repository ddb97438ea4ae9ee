import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { CopyLink } from '../people/copyLink.tsx'
import { Figure } from '../people/figure.tsx'
import { type FiguresAnswer, server } from './server.ts'

type Counts = FiguresAnswer['figures']['all']

/** Links, progress, agreement and accuracy, for whoever organises the review. */
export function OrganiserPage() {
  const { t } = useTranslation()
  const { data, error } = useQuery({ queryKey: ['figures'], queryFn: server.figures, refetchInterval: 5000 })
  if (error) return <p role="alert">{error.message}</p>
  if (!data) return <p>{t('shared.loading')}</p>
  const { figures, links } = data
  const { found, all, kinds, reasons, reviewers } = figures
  return (
    <main className="organiser">
      <dl className="figures">
        <Figure
          name={t('found')}
          value={found.isWhole ? String(found.pairs) : t('atLeast', { count: found.pairs })}
        />
        <Figure
          name={t('waiting')}
          value={found.isWhole ? String(found.waiting) : t('atLeast', { count: found.waiting })}
        />
        <Figure name={t('accepted')} value={String(all.accepted)} />
        <Figure name={t('rejected')} value={String(all.rejected)} />
        <Figure name={t('disputed')} value={String(all.disputed)} />
        <Figure name={t('open')} value={String(all.open)} />
      </dl>
      <div className="table">
        <table>
          <thead>
            <tr>
              {['kind', 'accepted', 'rejected', 'disputed', 'twice', 'agreed', 'kappa'].map((name) => (
                <th key={name} scope="col">
                  {t(name)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            <KindRow name={t('all')} counts={all} />
            {Object.entries(kinds).map(([kind, counts]) => (
              <KindRow key={kind} name={kind} counts={counts} />
            ))}
          </tbody>
        </table>
      </div>
      <div className="table">
        <table>
          <thead>
            <tr>
              {[
                'reviewer',
                'accepted',
                'rejected',
                'skipped',
                'undone',
                'settled',
                'perHour',
                'median',
                'gold',
              ].map((name) => (
                <th key={name} scope="col">
                  {t(name)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {reviewers.map((each) => (
              <tr key={each.reviewer}>
                <th scope="row">{each.reviewer}</th>
                <td>{each.accepted}</td>
                <td>{each.rejected}</td>
                <td>{each.skipped}</td>
                <td>{each.undone}</td>
                <td>{each.adjudicated}</td>
                <td>{each.perHour ?? '–'}</td>
                <td>{each.medianSeconds ?? '–'}</td>
                <td>{each.gold.seen === 0 ? '–' : `${each.gold.right}/${each.gold.seen}`}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <h2>{t('why')}</h2>
      <ul>
        {Object.entries(reasons).map(([reason, count]) => (
          <li key={reason}>
            {t(`reasons.${reason}`, reason)}: {count}
          </li>
        ))}
      </ul>
      <h2>{t('links')}</h2>
      <ul className="links">
        {links.map(({ name, link }) => (
          <li key={name}>
            <span>{name}</span> <CopyLink link={link} name={name} />
          </li>
        ))}
      </ul>
      <p>
        <a className="button" href="api/decisions.csv" download>
          {t('export')}
        </a>
      </p>
    </main>
  )
}

function KindRow({ name, counts }: { readonly name: string; readonly counts: Counts }) {
  const { pairs, agreed, kappa } = counts.agreement
  return (
    <tr>
      <th scope="row">{name}</th>
      <td>{counts.accepted}</td>
      <td>{counts.rejected}</td>
      <td>{counts.disputed}</td>
      <td>{pairs}</td>
      <td>{pairs === 0 ? '–' : `${Math.round((100 * agreed) / pairs)} %`}</td>
      <td>{kappa === undefined ? '–' : kappa.toFixed(2)}</td>
    </tr>
  )
}
