import { bounds, Draws, defaults, type Estimate, type SampleOptions } from '../../statistics/index.ts'

/** A score that a participant gave to a system's picture of an item, all by their places. */
export interface Cell {
  readonly person: number
  readonly item: number
  readonly system: number
  readonly score: number
}

/** Some of the items, by a name. */
export interface ItemSet {
  readonly name: string
  readonly items: readonly number[]
}

/** The mean of each system on each set, and the difference of every two systems, first minus second. */
export interface StudyScores {
  readonly means: ReadonlyMap<string, readonly (Estimate | undefined)[]>
  readonly differences: ReadonlyMap<string, readonly (readonly (Estimate | undefined)[])[]>
}

/**
 * Scores as the paper says, section 4.2.2: of each item the mean over participants, then the mean over items. Intervals by a
 * bootstrap that draws participants and items, since another study would have others of both (Owen 2007).
 */
export function studyScores(
  cells: readonly Cell[],
  sets: readonly ItemSet[],
  { persons, items, systems }: { readonly persons: number; readonly items: number; readonly systems: number },
  { samples = 1000, seed = defaults.seed, confidence = defaults.confidence }: SampleOptions = {},
): StudyScores {
  const table = new Table(cells, items, systems)
  const present = [...new Set(cells.map(({ person }) => person))]
  const one = (): Int32Array => new Int32Array(persons).fill(1)
  const point = table.meansOf(one())
  const weightless = new Float64Array(items).fill(1)
  const values = sets.map((set) => setMeans(point, set.items, weightless, systems))
  const drawn = sets.map(() => Array.from({ length: systems }, () => new Float64Array(samples)))
  const draws = new Draws('study', seed)
  const persons_ = new Int32Array(persons)
  const weights = new Float64Array(items)
  for (let s = 0; s < samples && present.length > 0; s++) {
    persons_.fill(0)
    for (let i = 0; i < present.length; i++) persons_[present[draws.below(present.length)]!]! += 1
    const means = table.meansOf(persons_)
    for (const [k, set] of sets.entries()) {
      weights.fill(0)
      for (let i = 0; i < set.items.length; i++) weights[set.items[draws.below(set.items.length)]!]! += 1
      const found = setMeans(means, set.items, weights, systems)
      for (let j = 0; j < systems; j++) drawn[k]![j]![s] = found[j]!
    }
  }
  const counts = sets.map((set) => setCounts(point, set.items, systems))
  const estimate = (value: number, samplesOf: Float64Array, n: number): Estimate | undefined => {
    if (n === 0 || Number.isNaN(value)) return undefined
    const known = samplesOf.filter((each) => !Number.isNaN(each))
    return { value, ...(n > 1 && known.length > 1 && bounds(known, confidence)), n }
  }
  return {
    means: new Map(
      sets.map((set, k) => [
        set.name,
        values[k]!.map((value, j) => estimate(value, drawn[k]![j]!, counts[k]![j]!)),
      ]),
    ),
    differences: new Map(
      sets.map((set, k) => [
        set.name,
        values[k]!.map((first, i) =>
          values[k]!.map((second, j) =>
            estimate(
              first - second,
              drawn[k]![i]!.map((value, s) => value - drawn[k]![j]![s]!),
              Math.min(counts[k]![i]!, counts[k]![j]!),
            ),
          ),
        ),
      ]),
    ),
  }
}

/** The scores in rows by item and system, for sums over drawn participants. */
class Table {
  readonly #persons: Int32Array
  readonly #scores: Float64Array
  readonly #starts: Int32Array

  constructor(cells: readonly Cell[], items: number, systems: number) {
    const rows = items * systems
    this.#starts = new Int32Array(rows + 1)
    for (const { item, system } of cells) this.#starts[item * systems + system + 1]! += 1
    for (let r = 0; r < rows; r++) this.#starts[r + 1]! += this.#starts[r]!
    this.#persons = new Int32Array(cells.length)
    this.#scores = new Float64Array(cells.length)
    const next = this.#starts.slice()
    for (const { person, item, system, score } of cells) {
      const at = next[item * systems + system]!++
      this.#persons[at] = person
      this.#scores[at] = score
    }
  }

  /** The weighted mean over participants by item and system; NaN where none gave a score. */
  meansOf(weights: Int32Array): Float64Array {
    const [persons, scores, starts] = [this.#persons, this.#scores, this.#starts]
    const means = new Float64Array(starts.length - 1)
    for (let r = 0; r < means.length; r++) {
      let sum = 0
      let weight = 0
      const end = starts[r + 1]!
      for (let at = starts[r]!; at < end; at++) {
        const own = weights[persons[at]!]!
        sum += own * scores[at]!
        weight += own
      }
      means[r] = sum / weight
    }
    return means
  }
}

function setMeans(
  means: Float64Array,
  items: readonly number[],
  weights: Float64Array,
  systems: number,
): number[] {
  return Array.from({ length: systems }, (_, system) => {
    let sum = 0
    let weight = 0
    for (const item of items) {
      const value = means[item * systems + system]!
      if (Number.isNaN(value)) continue
      sum += weights[item]! * value
      weight += weights[item]!
    }
    return sum / weight
  })
}

/** The items with a mean, by system. */
function setCounts(means: Float64Array, items: readonly number[], systems: number): number[] {
  return Array.from(
    { length: systems },
    (_, system) => items.filter((item) => !Number.isNaN(means[item * systems + system]!)).length,
  )
}
