import { QuadraticKappa } from '../../statistics/index.ts'
import type { Dossier } from '../pairs/pair.ts'
import { verdictOf } from '../selection/decisions.ts'
import { scoredBy } from '../selection/judgements.ts'

/** How far two judges agree on a question, over the pairs that both scored. */
export interface JudgeAgreement {
  readonly judges: readonly [string, string]
  readonly question: string
  readonly pairs: number
  /** Cohen's κ with quadratic weights; left out where all scores are the same. */
  readonly kappa?: number
  /** Root of the mean squared difference, in points. */
  readonly apart: number
}

/** The effect of a least score on the pairs that people decided. */
export interface Threshold {
  /** 1 to 10. */
  readonly least: number
  /** How many of the accepted pairs it would keep, and how many of the rejected ones. */
  readonly accepted: number
  readonly rejected: number
}

/** A judge's scores on a question compared with the decisions of people. */
export interface Calibration {
  readonly judge: string
  readonly question: string
  readonly accepted: number
  readonly rejected: number
  readonly thresholds: readonly Threshold[]
  /** The least score whose verdicts differ from people's the least; both wrong ways weigh by their share. */
  readonly best: Threshold
  /** Share of pairs of an accepted and a rejected one in which the accepted one has the higher score; ties count half. */
  readonly ordered: number
}

/** How far the judges of a dataset agree with each other and with people. */
export interface Judging {
  readonly agreement: readonly JudgeAgreement[]
  readonly calibration: readonly Calibration[]
}

/** Counts of accepted and rejected pairs, by the score's integer part. */
interface Histogram {
  readonly accepted: Float64Array
  readonly rejected: Float64Array
}

/** Counts scores pair by pair; what it holds grows with judges and questions alone. */
export class JudgingCounter {
  readonly #agreements = new Map<string, QuadraticKappa>()
  readonly #histograms = new Map<string, Histogram>()

  add({ judgements, decisions }: Dossier): void {
    const scored = [...scoredBy(judgements, {})].sort(([a], [b]) => (a < b ? -1 : 1))
    for (const [i, [one, first]] of scored.entries())
      for (const [other, second] of scored.slice(i + 1))
        for (const [question, score] of Object.entries(first.scores)) {
          const theirs = second.scores[question]
          if (theirs === undefined) continue
          made(this.#agreements, JSON.stringify([one, other, question]), () => new QuadraticKappa()).add(
            score,
            theirs,
          )
        }
    const { state } = verdictOf(decisions)
    if (state !== 'accepted' && state !== 'rejected') return
    for (const [judge, { scores }] of scored)
      for (const [question, score] of Object.entries(scores)) {
        const histogram = made(this.#histograms, JSON.stringify([judge, question]), () => ({
          accepted: new Float64Array(11),
          rejected: new Float64Array(11),
        }))
        histogram[state][Math.min(10, Math.max(0, Math.floor(score)))]!++
      }
  }

  result(): Judging {
    return {
      agreement: [...this.#agreements].map(([key, kappa]) => {
        const [one, other, question] = JSON.parse(key) as [string, string, string]
        const { value } = kappa
        return {
          judges: [one, other],
          question,
          pairs: kappa.count,
          ...(value === undefined ? {} : { kappa: value }),
          apart: kappa.distance,
        }
      }),
      calibration: [...this.#histograms].flatMap(([key, histogram]) => {
        const [judge, question] = JSON.parse(key) as [string, string]
        const found = calibrated(histogram)
        return found === undefined ? [] : [{ judge, question, ...found }]
      }),
    }
  }
}

/** Undefined if people only accepted, or only rejected: then good and bad scores cannot be distinguished. */
function calibrated({ accepted, rejected }: Histogram): Omit<Calibration, 'judge' | 'question'> | undefined {
  const sum = (of: Float64Array, from = 0): number => of.slice(from).reduce((all, each) => all + each, 0)
  const [good, bad] = [sum(accepted), sum(rejected)]
  if (good === 0 || bad === 0) return undefined
  const thresholds = Array.from({ length: 10 }, (_, i): Threshold => {
    const least = i + 1
    return { least, accepted: sum(accepted, least), rejected: sum(rejected, least) }
  })
  const wrong = (each: Threshold): number => (good - each.accepted) / good + each.rejected / bad
  const best = thresholds.reduce((one, other) => (wrong(other) < wrong(one) ? other : one))
  let ordered = 0
  for (let score = 0; score <= 10; score++)
    ordered += accepted[score]! * (sum(rejected) - sum(rejected, score) + rejected[score]! / 2)
  return { accepted: good, rejected: bad, thresholds, best, ordered: ordered / (good * bad) }
}

function made<T>(of: Map<string, T>, key: string, make: () => T): T {
  const known = of.get(key) ?? make()
  of.set(key, known)
  return known
}
