import { randomBytes } from 'node:crypto'
import { Random } from '../../random/index.ts'
import { BenchError } from '../error.ts'
import type { BenchResults } from '../results.ts'
import { itemName } from '../suite/suite.ts'
import { pairCount, pairTasks } from './pairs.ts'
import { williamsRow, williamsRows } from './squares.ts'
import {
  type Study,
  type StudyItem,
  type StudyMode,
  type StudyParticipant,
  type StudyTask,
  studyId,
} from './study.ts'

export interface StudyOptions {
  /** Letters, digits, `-`, `_`, `.`. */
  readonly name: string
  readonly participants: number
  /** Default: `rate`, the paper's. */
  readonly mode?: StudyMode | undefined
  /** Default: all systems of the bench. */
  readonly systems?: readonly string[] | undefined
  /** Names of the items, such as `en/0123`. Default: all with pictures. */
  readonly items?: readonly string[] | undefined
  /** How many items each participant sees; of `pair`, how many pairs of pictures. Default: all; of `pair`, at most 30. */
  readonly itemsEach?: number | undefined
  /**
   * How many of them each sees a second time, later and in another order, for consistency. Default: a tenth, at least 12:
   * with fewer, answers by chance cannot be told from others. Of `pair`: none.
   */
  readonly repeats?: number | undefined
  /** Default: 0. */
  readonly seed?: number | undefined
  /** Makes the secret of a link. Default: 128 random bits of the system. */
  readonly token?: (() => string) | undefined
}

/**
 * Designs a study from the pictures of a bench. Each participant sees each of his items once, and some again; every item is
 * seen equally often, give or take one. The orders of items and of systems are rows of Latin squares that balance places and
 * predecessors, over participants and over each participant's items; where they begin is drawn by the seed.
 * @throws BenchError `study` where a system or item is unknown, or there is nothing to show
 */
export function createStudy(results: BenchResults, options: StudyOptions): Study {
  const { name, participants, mode = 'rate', seed = 0 } = options
  const { token = () => randomBytes(16).toString('base64url') } = options
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name))
    throw new BenchError('study', `study '${name}': expected letters, digits, '-', '_', '.'`)
  whole(name, 'participants', participants, 1, 10_000)
  const systems = systemsOf(results, options)
  const items = itemsOf(results, systems, options)
  const count = mode === 'pair' ? pairCount(items) : items.length
  const each = options.itemsEach ?? (mode === 'pair' ? Math.min(30, count) : count)
  whole(name, mode === 'pair' ? 'pairs each' : 'items each', each, 1, count)
  const half = mode === 'pair' ? 0 : Math.floor(each / 2)
  const repeats = options.repeats ?? Math.min(half, Math.max(12, Math.round(each / 10)))
  whole(name, 'repeats', repeats, 0, half)
  const design = new Design(name, seed, items, participants, each, repeats)
  const pairs = mode === 'pair' ? design.pairs() : undefined
  const digits = String(participants).length
  const people: StudyParticipant[] = Array.from({ length: participants }, (_, p) => ({
    name: `p${String(p + 1).padStart(digits, '0')}`,
    token: token(),
    tasks: pairs?.[p] ?? design.tasksOf(p),
  }))
  const suite = results.suite.identity
  const study = { name, mode, seed, suite, systems, items, participants: people }
  return { ...study, id: studyId(study) }
}

function whole(name: string, what: string, value: number, least: number, most: number): void {
  if (Number.isInteger(value) && value >= least && value <= most) return
  throw new BenchError(
    'study',
    `study '${name}': ${what}: expected a whole number from ${least} to ${most}, got ${value}`,
  )
}

function systemsOf(results: BenchResults, { name, systems }: StudyOptions): readonly string[] {
  const known = results.systems.map((system) => system.name)
  const chosen = [...new Set(systems ?? known)]
  const unknown = chosen.filter((each) => !known.includes(each))
  if (unknown.length > 0)
    throw new BenchError(
      'study',
      `study '${name}': expected systems of the bench (${known.join(', ')}), got ${unknown.join(', ')}`,
    )
  if (chosen.length < 2)
    throw new BenchError('study', `study '${name}': expected two systems or more, got ${chosen.length}`)
  return chosen
}

function itemsOf(
  results: BenchResults,
  systems: readonly string[],
  { name, items, mode = 'rate' }: StudyOptions,
): readonly StudyItem[] {
  const pictures = new Map<string, string>()
  for (const edit of results.edits)
    if (edit.outcome === 'picture') pictures.set(`${edit.system}\n${edit.item}`, edit.picture)
  const wanted = items && new Set(items)
  const known = new Set(results.items.map(itemName))
  const unknown = (items ?? []).filter((each) => !known.has(each))
  if (unknown.length > 0)
    throw new BenchError(
      'study',
      `study '${name}': the bench has no items ${unknown.slice(0, 5).join(', ')}${unknown.length > 5 ? `, and ${unknown.length - 5} more` : ''}; items are named like en/0123`,
    )
  const least = mode === 'rate' ? 1 : 2
  const found = results.items.flatMap((item): StudyItem[] => {
    const own = itemName(item)
    if (wanted && !wanted.has(own)) return []
    const shown = systems.map((system) => pictures.get(`${system}\n${own}`) ?? null)
    if (shown.filter((each) => each !== null).length < least) return []
    const { kind, language, instruction, picture: source } = item
    return [{ item: own, kind, language, instruction, source, pictures: shown }]
  })
  if (found.length > 0) return found
  throw new BenchError(
    'study',
    `study '${name}': no item has ${least === 1 ? 'a picture' : 'two pictures'} of these systems; run the bench first`,
  )
}

/** The tasks of all participants in their order. */
class Design {
  readonly #random: (...words: readonly (string | number)[]) => Random
  readonly #items: readonly StudyItem[]
  readonly #participants: number
  readonly #each: number
  readonly #repeats: number
  /** The items so that each stretch has all kinds in their proportions. */
  readonly #spread: readonly number[]
  /** Which names the numbers of the squares have: for each item the systems that gave a picture. */
  readonly #labels: readonly (readonly number[])[]
  /** In which row of its square each item begins. */
  readonly #offsets: readonly number[]

  constructor(
    name: string,
    seed: number,
    items: readonly StudyItem[],
    participants: number,
    each: number,
    repeats: number,
  ) {
    this.#random = (...words) => new Random('study', name, seed, ...words)
    this.#items = items
    this.#participants = participants
    this.#each = each
    this.#repeats = repeats
    this.#spread = this.#spreadKinds()
    const systems = this.#random('systems').shuffled(items[0]!.pictures.map((_, i) => i))
    this.#labels = items.map(({ pictures }) => systems.filter((system) => pictures[system] !== null))
    this.#offsets = this.#random('offsets').shuffled(items.map((_, i) => i))
  }

  /** What all participants of an arena see. */
  pairs(): readonly (readonly StudyTask[])[] {
    const [participants, each, random] = [this.#participants, this.#each, this.#random('pairs')]
    return pairTasks(this.#items, this.#spread, { participants, each, random })
  }

  tasksOf(participant: number): readonly StudyTask[] {
    const start = participant * this.#each
    const own = Array.from(
      { length: this.#each },
      (_, i) => this.#spread[(start + i) % this.#items.length] as number,
    )
    // Rows evenly apart, so that each item comes early with some participants and late with others.
    const rows = this.#each % 2 === 0 ? this.#each : 2 * this.#each
    const row = Math.floor((participant * rows) / this.#participants)
    const main = williamsRow(this.#each, row).map(
      (i): StudyTask => ({ item: own[i] as number, order: this.#order(own[i] as number, participant, 0) }),
    )
    return this.#withRepeats(main, participant)
  }

  /** Repeats of tasks from the first half, spread over the second, each about half of the study later. */
  #withRepeats(main: readonly StudyTask[], participant: number): readonly StudyTask[] {
    const half = Math.floor(main.length / 2)
    const early = Array.from({ length: half }, (_, i) => i)
    const chosen = this.#random('repeats', participant)
      .shuffled(early)
      .slice(0, this.#repeats)
      .sort((a, b) => a - b)
    const rest = main.length - half
    const tasks: StudyTask[] = main.slice(0, half)
    for (let i = 0, next = 0; i < rest; i++) {
      tasks.push(main[half + i] as StudyTask)
      while (next < chosen.length && (next + 1) * rest <= (i + 1) * chosen.length) {
        const repeats = chosen[next++] as number
        const { item } = main[repeats] as StudyTask
        tasks.push({ item, order: this.#order(item, participant, 1), repeats })
      }
    }
    return tasks
  }

  /** A row of the item's square of systems; the next participant and the item's repeat get another one. */
  #order(item: number, participant: number, time: 0 | 1): readonly number[] {
    const labels = this.#labels[item] as readonly number[]
    const rows = williamsRows(labels.length)
    const row = participant + (this.#offsets[item] as number) + time * Math.ceil(rows.length / 2)
    return (rows[row % rows.length] as readonly number[]).map((each) => labels[each] as number)
  }

  #spreadKinds(): readonly number[] {
    const groups = new Map<string, number[]>()
    for (const [i, { kind, language }] of this.#items.entries()) {
      const key = `${language} ${kind}`
      groups.set(key, [...(groups.get(key) ?? []), i])
    }
    return [...groups]
      .flatMap(([key, members]) => {
        const random = this.#random('items', key)
        const phase = random.unit()
        return random.shuffled(members).map((item, i) => ({ item, place: (i + phase) / members.length }))
      })
      .sort((a, b) => a.place - b.place || a.item - b.item)
      .map(({ item }) => item)
  }
}
