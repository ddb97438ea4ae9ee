import { Fragment, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { StudyFigures } from './server.ts'

type Report = StudyFigures['report']
type System = Report['systems'][number]

/** A number with its interval, where there is one. */
interface Estimate {
  readonly value: number
  readonly low?: number
  readonly high?: number
}

type Strength = NonNullable<Report['ranking']>['competitors'][number]
type Column = readonly [name: string, cell: (system: System, strength: Strength | undefined) => ReactNode]

const rated: readonly Column[] = [
  ['upIs', ({ upIs }) => <EstimateCell estimate={upIs} />],
  ['upFull', ({ upFull }) => <EstimateCell estimate={upFull} />],
]
const elo: Column = ['elo', (_, strength) => <EstimateCell estimate={strength?.elo} digits={0} />]
const ranked: readonly Column[] = [['meanRank', ({ meanRank }) => <EstimateCell estimate={meanRank} />]]
const paired: readonly Column[] = [
  ['wins', (_, strength) => <td>{strength?.wins ?? 0}</td>],
  ['ties', (_, strength) => <td>{strength?.ties ?? 0}</td>],
  ['losses', (_, strength) => <td>{strength?.losses ?? 0}</td>],
  ['bothBad', ({ bothBad }) => <td>{bothBad ? `${Math.round(100 * bothBad.value)} %` : '–'}</td>],
]

/** The scores of the systems, best first; in an arena how often they won. */
export function ScoresTable({ report }: { readonly report: Report }) {
  const { t } = useTranslation()
  const { mode, systems, ranking } = report
  const strengthOf = ({ system }: System): Strength | undefined =>
    ranking?.competitors.find(({ name }) => name === system)
  const eloOf = (system: System): Estimate | undefined => strengthOf(system)?.elo
  const main = (system: System): Estimate | undefined => (mode === 'rate' ? system.upIs : eloOf(system))
  const sorted = systems.toSorted((a, b) => (main(b)?.value ?? 0) - (main(a)?.value ?? 0))
  const elos = sorted.flatMap((each) => eloOf(each) ?? [])
  const [least, most] =
    mode === 'rate'
      ? [2, 10]
      : [Math.min(...elos.map(({ low = 0 }) => low)), Math.max(...elos.map(({ high = 0 }) => high))]
  const columns: readonly Column[] = [
    ...(mode === 'rate' ? rated : []),
    elo,
    ...(mode === 'pair' ? paired : ranked),
  ]
  return (
    <div className="table">
      <table>
        <thead>
          <tr>
            <th scope="col">{t('people.system')}</th>
            <td className="bar-cell" />
            {columns.map(([name]) => (
              <th key={name} scope="col">
                {t(`people.columns.${name}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {sorted.map((system) => (
            <tr key={system.system}>
              <th scope="row">{system.system}</th>
              <td className="bar-cell">
                <Bar estimate={main(system)} least={least} most={most} />
              </td>
              {columns.map(([name, cell]) => (
                <Fragment key={name}>{cell(system, strengthOf(system))}</Fragment>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

export function EstimateCell({
  estimate,
  digits = 2,
}: {
  readonly estimate: Estimate | undefined
  readonly digits?: number
}) {
  if (!estimate) return <td>–</td>
  const { value, low, high } = estimate
  return (
    <td>
      {value.toFixed(digits)}
      {low !== undefined && high !== undefined && (
        <span className="hint">
          {' '}
          {low.toFixed(digits)} – {high.toFixed(digits)}
        </span>
      )}
    </td>
  )
}

/** A point with its interval on a line; the numbers stand beside it. */
function Bar({
  estimate,
  least,
  most,
}: {
  readonly estimate: Estimate | undefined
  readonly least: number
  readonly most: number
}) {
  if (!estimate || !(most > least)) return null
  const at = (value: number): number => 100 * Math.min(1, Math.max(0, (value - least) / (most - least)))
  const { value, low = value, high = value } = estimate
  return (
    <div className="bar" aria-hidden="true">
      <span className="interval" style={{ left: `${at(low)}%`, width: `${at(high) - at(low)}%` }} />
      <span className="point" style={{ left: `${at(value)}%` }} />
    </div>
  )
}
