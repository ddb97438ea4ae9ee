import type { Random } from '../../random/index.ts'
import type { StudyItem, StudyTask } from './study.ts'

/** Two systems, by index, and the items for which both gave a picture. */
interface Pair {
  readonly systems: readonly [number, number]
  readonly items: readonly number[]
}

/** The number of different pairs of pictures. */
export function pairCount(items: readonly StudyItem[]): number {
  return pairsOf(
    items,
    items.map((_, i) => i),
  ).reduce((sum, pair) => sum + pair.items.length, 0)
}

/**
 * What the participants of an arena see. Every stretch of the whole has each two systems equally often, give or take one,
 * at either side, so that it stays even when some stop early or never begin; nobody sees the same two pictures twice.
 * @param spread places of the items, so that each stretch has all kinds
 */
export function pairTasks(
  items: readonly StudyItem[],
  spread: readonly number[],
  { participants, each, random }: { participants: number; each: number; random: Random },
): readonly (readonly StudyTask[])[] {
  const pairs = random.shuffled(pairsOf(items, spread))
  const all = tasksOf(pairs)
  return Array.from({ length: participants }, () => {
    const own = new Map<string, StudyTask>()
    while (own.size < each) {
      const task = all.next().value as StudyTask
      const key = `${task.item} ${task.order.toSorted((a, b) => a - b).join(' ')}`
      if (!own.has(key)) own.set(key, task)
    }
    return [...own.values()]
  })
}

function pairsOf(items: readonly StudyItem[], spread: readonly number[]): readonly Pair[] {
  const systems = items[0]!.pictures.map((_, i) => i)
  return systems.flatMap((a) =>
    systems.slice(a + 1).flatMap((b): Pair[] => {
      const common = spread.filter((i) => items[i]!.pictures[a] !== null && items[i]!.pictures[b] !== null)
      return common.length > 0 ? [{ systems: [a, b], items: common }] : []
    }),
  )
}

/** Round after round of all pairs, without end: each on an item of its own, and at another side than the time before. */
function* tasksOf(pairs: readonly Pair[]): Generator<StudyTask> {
  for (let round = 0; ; round++)
    for (const [i, { systems, items }] of pairs.entries()) {
      const from = Math.floor((i * items.length) / pairs.length)
      // After all items of an even number the sides change once more, else each item would keep its own.
      const side = (round + i + (items.length % 2 === 0 ? Math.floor(round / items.length) : 0)) % 2
      yield {
        item: items[(round + from) % items.length]!,
        order: side === 0 ? systems : [systems[1], systems[0]],
      }
    }
}
