import { formatTable } from '../../files/index.ts'
import { answeredTasks } from './answered.ts'
import type { StudyReport } from './report.ts'
import type { Study, Vote } from './study.ts'

const columns = [
  'participant',
  'task',
  'repeats',
  'item',
  'kind',
  'language',
  'system',
  'position',
  'answer',
  'score',
  'seconds',
  'at',
  'counted',
]

/** Every answer as a row of CSV. `answer`: level or rank; `score`: 2 to 10, of levels; `position`: from A. */
export function votesTable(
  study: Study,
  votes: readonly Vote[],
  { excluded }: Pick<StudyReport, 'excluded'>,
): string {
  const out = new Set(excluded.map(({ participant }) => participant))
  const rows = answeredTasks(study, votes).flatMap(({ participant, task, shown, answers, seconds, at }) => {
    const { item, kind, language } = study.items[shown.item]!
    return shown.order.map((system, position) => {
      const answer = answers[position]!
      return [
        participant,
        String(task),
        shown.repeats === undefined ? '' : String(shown.repeats),
        item,
        kind,
        language,
        study.systems[system]!,
        String.fromCharCode(65 + position),
        String(answer),
        study.mode === 'rate' ? String(2 * answer) : '',
        seconds === undefined ? '' : String(seconds),
        at,
        out.has(participant) ? 'no' : 'yes',
      ]
    })
  })
  return formatTable([columns, ...rows])
}
