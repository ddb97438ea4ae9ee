import {
  bradleyTerry,
  type Estimate,
  krippendorffAlpha,
  mean,
  type PairOutcome,
  type Ranking,
  type SampleOptions,
  wilson,
} from '../../statistics/index.ts'
import { type Answered, answeredTasks, bySystem, repeatedPairs } from './answered.ts'
import { type AttentionRules, attentionRules, type Excluded, inattentive } from './attention.ts'
import { type Cell, type ItemSet, studyScores } from './scores.ts'
import { inIntersection, type Study, type StudyMode, type Vote } from './study.ts'

/** The participants' opinion of a system. */
export interface StudySystem {
  readonly system: string
  /** Mean score from 2 to 10 on the items of which all systems gave a picture; only of levels. */
  readonly upIs?: Estimate
  /** The same on all items of which this system gave a picture. */
  readonly upFull?: Estimate
  /** `upFull` by kind. */
  readonly kinds: Readonly<Record<string, Estimate>>
  /** `upFull` by language of the instructions. */
  readonly languages: Readonly<Record<string, Estimate>>
  /** How often each level, or each rank, was given, from 1 on. */
  readonly counts: readonly number[]
  /** Mean rank on an item, of its pictures; 1 is the best, equal ones share their mean. */
  readonly meanRank: Estimate | undefined
  /** In an arena: the share of its pairs in which both pictures were bad. */
  readonly bothBad?: Estimate
}

export interface StudyReport {
  readonly study: string
  readonly mode: StudyMode
  readonly participants: {
    readonly invited: number
    readonly started: number
    readonly finished: number
    readonly counted: number
  }
  /** Votes of those who count, without repeats. */
  readonly votes: number
  readonly rules: AttentionRules
  readonly excluded: readonly Excluded[]
  readonly systems: readonly StudySystem[]
  /** `upIs` of the first minus that of the second. */
  readonly differences: readonly {
    readonly first: string
    readonly second: string
    readonly difference: Estimate
  }[]
  /** `upIs` and `upFull` if nobody is excluded, in the order of `systems`. */
  readonly withExcluded: readonly Pick<StudySystem, 'system' | 'upIs' | 'upFull'>[]
  /** Krippendorff's α of all pictures over participants; of ranks only the ordinal one. */
  readonly agreement: { readonly ordinal: Estimate | undefined; readonly interval: Estimate | undefined }
  /** For pictures seen twice: the share of equal answers, and the mean difference in levels or ranks. */
  readonly consistency: { readonly same: Estimate; readonly difference: number } | undefined
  /** By Bradley and Terry, from every two pictures of an item that a participant compared; equal answers are ties. */
  readonly ranking: Ranking | undefined
}

export interface StudyReportOptions extends SampleOptions {
  readonly rules?: Partial<AttentionRules>
}

/** The results of a study. Votes on repeats only measure consistency; for each participant and item the first one counts. */
export function studyReport(
  study: Study,
  votes: readonly Vote[],
  { rules: own = {}, ...sampling }: StudyReportOptions = {},
): StudyReport {
  const rules = { ...attentionRules, ...own }
  const answered = answeredTasks(study, votes)
  const excluded = inattentive(study, answered, rules)
  const out = new Set(excluded.map(({ participant }) => participant))
  const counted = answered.filter(({ participant }) => !out.has(participant))
  const first = counted.filter(({ shown }) => shown.repeats === undefined)
  const scores = scoresOf(study, first, sampling)
  const all =
    excluded.length === 0
      ? scores
      : scoresOf(
          study,
          answered.filter(({ shown }) => shown.repeats === undefined),
          sampling,
        )
  const done = (name: string): number => answered.filter(({ participant }) => participant === name).length
  const started = study.participants.filter(({ name }) => done(name) > 0)
  return {
    study: study.name,
    mode: study.mode,
    participants: {
      invited: study.participants.length,
      started: started.length,
      finished: started.filter(({ name, tasks }) => done(name) === tasks.length).length,
      counted: new Set(counted.map(({ person }) => person)).size,
    },
    votes: first.length,
    rules,
    excluded,
    systems: study.systems.map((system, i) => ({
      ...scores.systems[i]!,
      system,
      counts: countsOf(study, first, i),
      meanRank: scores.ranks[i],
      ...bothBadOf(study, first, i),
    })),
    differences: scores.differences,
    withExcluded: study.systems.map((system, i) => {
      const { upIs, upFull } = all.systems[i]!
      return { system, ...(upIs && { upIs }), ...(upFull && { upFull }) }
    }),
    agreement: agreementOf(study, first, sampling),
    consistency: consistencyOf(counted),
    ranking: first.length === 0 ? undefined : bradleyTerry(outcomesOf(study, first), sampling),
  }
}

interface Scored {
  readonly systems: readonly Pick<StudySystem, 'upIs' | 'upFull' | 'kinds' | 'languages'>[]
  readonly ranks: readonly (Estimate | undefined)[]
  readonly differences: StudyReport['differences']
}

function scoresOf(study: Study, first: readonly Answered[], sampling: SampleOptions): Scored {
  const { systems, items, participants } = study
  const every = items.map((_, i) => i)
  const kinds = [...new Set(items.map(({ kind }) => kind))]
  const languages = [...new Set(items.map(({ language }) => language))]
  const sets: ItemSet[] = [
    { name: 'is', items: every.filter((i) => inIntersection(items[i]!)) },
    { name: 'full', items: every },
    ...kinds.map((kind) => ({
      name: `kind ${kind}`,
      items: every.filter((i) => items[i]!.kind === kind),
    })),
    ...languages.map((language) => ({
      name: `language ${language}`,
      items: every.filter((i) => items[i]!.language === language),
    })),
  ]
  const size = { persons: participants.length, items: items.length, systems: systems.length }
  const ranks = studyScores(
    cellsOf(first, (answers) => midRanks(answers, study.mode)),
    sets.slice(1, 2),
    size,
    sampling,
  )
  const rankMeans = ranks.means.get('full')!
  if (study.mode !== 'rate')
    return { systems: systems.map(() => ({ kinds: {}, languages: {} })), ranks: rankMeans, differences: [] }
  const { means, differences } = studyScores(
    cellsOf(first, (answers) => answers.map((level) => 2 * level)),
    sets,
    size,
    sampling,
  )
  const of = (set: string, i: number): Estimate | undefined => means.get(set)?.[i]
  const groups = (type: string, names: readonly string[], i: number): Readonly<Record<string, Estimate>> =>
    Object.fromEntries(
      names.flatMap((name) => {
        const found = of(`${type} ${name}`, i)
        return found ? [[name, found] as const] : []
      }),
    )
  return {
    ranks: rankMeans,
    systems: systems.map((_, i) => {
      const [upIs, upFull] = [of('is', i), of('full', i)]
      return {
        ...(upIs && { upIs }),
        ...(upFull && { upFull }),
        kinds: groups('kind', kinds, i),
        languages: groups('language', languages, i),
      }
    }),
    differences: systems.flatMap((a, i) =>
      systems.flatMap((b, j) => {
        const difference = j > i ? differences.get('is')?.[i]?.[j] : undefined
        return difference ? [{ first: a, second: b, difference }] : []
      }),
    ),
  }
}

function cellsOf(
  first: readonly Answered[],
  scoresOfAnswers: (answers: readonly number[]) => readonly number[],
): readonly Cell[] {
  return first.flatMap(({ person, shown, answers }) => {
    const scores = scoresOfAnswers(answers)
    return shown.order.map((system, i) => ({ person, item: shown.item, system, score: scores[i]! }))
  })
}

function midRanks(answers: readonly number[], mode: StudyMode): readonly number[] {
  return answers.map((own) => {
    const better = answers.filter((other) => (mode === 'rate' ? other > own : other < own)).length
    const equal = answers.filter((other) => other === own).length
    return better + (equal + 1) / 2
  })
}

function countsOf({ mode, systems }: Study, first: readonly Answered[], system: number): readonly number[] {
  const counts = new Array<number>(mode === 'rate' ? 5 : mode === 'pair' ? 2 : systems.length).fill(0)
  for (const each of first) {
    const answer = bySystem(each).get(system)
    if (answer !== undefined) counts[answer - 1]! += 1
  }
  return counts
}

function bothBadOf(
  { mode }: Study,
  first: readonly Answered[],
  system: number,
): Pick<StudySystem, 'bothBad'> {
  const own = mode === 'pair' ? first.filter(({ shown }) => shown.order.includes(system)) : []
  if (own.length === 0) return {}
  return { bothBad: wilson(own.filter(({ answers }) => Math.min(...answers) === 2).length, own.length) }
}

function agreementOf(
  { items, systems, mode, participants }: Study,
  first: readonly Answered[],
  sampling: SampleOptions,
): StudyReport['agreement'] {
  if (mode === 'pair')
    return {
      ordinal: pairAgreement(systems.length, participants.length, first, sampling),
      interval: undefined,
    }
  const units = Array.from({ length: items.length * systems.length }, () =>
    new Array<number | undefined>(participants.length).fill(undefined),
  )
  for (const { person, shown, answers } of first)
    for (const [i, system] of shown.order.entries())
      units[shown.item * systems.length + system]![person] = answers[i]
  return {
    ordinal: krippendorffAlpha(units, 'ordinal', sampling),
    interval: mode === 'rate' ? krippendorffAlpha(units, 'interval', sampling) : undefined,
  }
}

/** Agreement on which of the same two pictures is better, alike in between. */
function pairAgreement(
  systems: number,
  participants: number,
  first: readonly Answered[],
  sampling: SampleOptions,
): Estimate | undefined {
  const units = new Map<number, (number | undefined)[]>()
  for (const { person, shown, answers } of first) {
    const [a, b] = shown.order as readonly [number, number]
    const key = (shown.item * systems + Math.min(a, b)) * systems + Math.max(a, b)
    const unit = units.get(key) ?? new Array<number | undefined>(participants).fill(undefined)
    const ahead = Math.sign(answers[0]! - answers[1]!)
    unit[person] = 2 + (a < b ? ahead : -ahead)
    units.set(key, unit)
  }
  return krippendorffAlpha([...units.values()], 'ordinal', sampling)
}

function consistencyOf(counted: readonly Answered[]): StudyReport['consistency'] {
  const pairs = counted.flatMap(repeatedPairs)
  if (pairs.length === 0) return undefined
  return {
    same: wilson(pairs.filter(([first, again]) => first === again).length, pairs.length),
    difference: mean(pairs.map(([first, again]) => Math.abs(first - again))),
  }
}

function outcomesOf({ items, systems, mode }: Study, first: readonly Answered[]): readonly PairOutcome[] {
  const better = mode === 'rate' ? 1 : -1
  return first.flatMap(({ shown, answers }) =>
    shown.order.flatMap((a, i) =>
      shown.order.slice(i + 1).map((b, j): PairOutcome => {
        const ahead = better * (answers[i]! - answers[i + 1 + j]!)
        return {
          item: items[shown.item]!.item,
          first: systems[a]!,
          second: systems[b]!,
          outcome: ahead > 0 ? 'first' : ahead < 0 ? 'second' : 'tie',
        }
      }),
    ),
  )
}
