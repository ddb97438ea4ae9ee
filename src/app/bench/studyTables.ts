import type { StudyReport } from '../../bench/index.ts'
import { columnsText, estimateText, shareText } from './tables.ts'

/** What a study found, in columns. */
export function studyText(report: StudyReport): string {
  const { study, mode, participants, votes, excluded, systems, agreement, consistency, ranking } = report
  const { invited, started, finished, counted } = participants
  const head = `${study}: ${counted} participants count, of ${invited} invited, ${started} started, ${finished} finished; ${votes} votes\n`
  const eloOf = (name: string): string => {
    const elo = ranking?.competitors.find((each) => each.name === name)?.elo
    return elo ? `${elo.value.toFixed(0)} (${elo.low.toFixed(0)}–${elo.high.toFixed(0)})` : '–'
  }
  const scores = columnsText([
    ['', ...(mode === 'rate' ? ['UP-IS', 'UP-Full'] : []), 'mean rank', 'Elo', 'items'],
    ...systems.map(({ system, upIs, upFull, meanRank }) => [
      system,
      ...(mode === 'rate' ? [estimateText(upIs), estimateText(upFull)] : []),
      estimateText(meanRank),
      eloOf(system),
      String(meanRank?.n ?? 0),
    ]),
  ])
  const kinds = [...new Set(systems.flatMap((system) => Object.keys(system.kinds)))]
  const byKind = columnsText([
    ['UP by kind', ...systems.map(({ system }) => system)],
    ...kinds.map((kind) => [kind, ...systems.map((system) => estimateText(system.kinds[kind]))]),
  ])
  const agreed = [
    `agreement of participants: Krippendorff's α ordinal ${estimateText(agreement.ordinal)}${agreement.interval ? `, interval ${estimateText(agreement.interval)}` : ''}\n`,
    ...(consistency
      ? [
          `the same picture again: ${shareText(consistency.same)} the same answer, mean difference ${consistency.difference.toFixed(2)}\n`,
        ]
      : []),
  ]
  const left = excluded.map(
    ({ participant, rule, value, bound }) =>
      `left out: ${participant}, ${reasons[rule]}: ${value.toFixed(2)}, bound ${bound}\n`,
  )
  return [head, '\n', scores, ...(kinds.length > 0 ? ['\n', byKind] : []), '\n', ...agreed, ...left].join('')
}

const reasons: Readonly<Record<StudyReport['excluded'][number]['rule'], string>> = {
  speed: 'share of tasks answered faster than one can look',
  constant: 'share of the most frequent answer',
  repeats: 'correlation between first and second answers',
}
