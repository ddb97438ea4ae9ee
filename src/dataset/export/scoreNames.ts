import type { Dossier } from '../pairs/pair.ts'
import type { ScoreNames } from './columns.ts'

/** Notes which scores pairs have, so that all files of an export get the same columns. */
export class ScoreCollector {
  readonly #measures = new Set<string>()
  readonly #judges = new Map<string, Set<string>>()
  /** How many pairs were looked at. */
  pairs = 0

  add({ measures, judgements }: Dossier): void {
    this.pairs++
    for (const { check, values } of measures)
      for (const [name, value] of Object.entries(values))
        if (typeof value === 'number') this.#measures.add(`${check}.${name}`)
    for (const { judge, scores } of judgements) {
      const questions = this.#judges.get(judge.name) ?? new Set()
      this.#judges.set(judge.name, questions)
      for (const question of Object.keys(scores)) questions.add(question)
    }
  }

  get names(): ScoreNames {
    const judges = [...this.#judges].sort(([a], [b]) => (a < b ? -1 : 1))
    return {
      measures: [...this.#measures].sort(),
      judges: Object.fromEntries(judges.map(([name, questions]) => [name, [...questions].sort()])),
    }
  }
}
