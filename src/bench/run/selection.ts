import { unitOf } from '../../jobs/index.ts'
import { BenchError } from '../error.ts'
import { itemName, type Language, languages, type SuiteItem } from '../suite/suite.ts'

/** Which items of a suite a bench takes. */
export interface Choice {
  /** At most so many, spread evenly over kinds and languages. Default: all. */
  readonly limit?: number | undefined
  /** Only these kinds. Default: all. */
  readonly kinds?: readonly string[] | undefined
  /** Only these languages. Default: all. */
  readonly languages?: readonly Language[] | undefined
  /** Determines which items a limit selects. */
  readonly seed: number
}

/**
 * The chosen items in the suite's order. Within a limit every kind and language gets its share; the same keys are taken
 * in all languages, sessions of several turns are taken whole, and a larger limit takes all that a smaller one does.
 * @throws BenchError `suite` where nothing is left
 */
export async function chooseItems(
  suite: { readonly kinds: readonly string[]; readonly name: string },
  items: AsyncIterable<SuiteItem>,
  { limit, kinds, languages: wanted = languages, seed }: Choice,
): Promise<readonly SuiteItem[]> {
  const unknown = kinds?.find((kind) => !suite.kinds.includes(kind))
  if (unknown !== undefined)
    throw new BenchError(
      'suite',
      `kinds: '${unknown}' is not one of the suite ${suite.name}; expected ${suite.kinds.join(', ')}`,
    )
  const all: SuiteItem[] = []
  for await (const item of items)
    if (wanted.includes(item.language) && (kinds === undefined || kinds.includes(item.kind))) all.push(item)
  if (all.length === 0)
    throw new BenchError(
      'suite',
      `${suite.name}: no items of these kinds and languages (${[...(kinds ?? suite.kinds), ...wanted].join(', ')})`,
    )
  if (limit === undefined || limit >= all.length) return all
  const taken = takeEvenly(all, suite.kinds, limit, seed)
  return all.filter((item) => taken.has(itemName(item)))
}

/** Names of at most `limit` items: the groups of kind and language give one session each in turns. */
function takeEvenly(
  items: readonly SuiteItem[],
  kinds: readonly string[],
  limit: number,
  seed: number,
): ReadonlySet<string> {
  const groups = new Map<string, Map<string, SuiteItem[]>>()
  for (const kind of kinds) for (const language of languages) groups.set(`${kind} ${language}`, new Map())
  const places = new Map<string, { kind: string; session: string }>()
  for (const item of items) {
    const session = item.turn?.session ?? item.key
    // A session stands in the group of its first item.
    const id = `${item.language} ${session}`
    const place = places.get(id) ?? { kind: item.kind, session }
    places.set(id, place)
    const group = groups.get(`${place.kind} ${item.language}`)
    if (group === undefined) continue
    group.set(session, [...(group.get(session) ?? []), item])
  }
  const queues = [...groups.values()].map((group) =>
    [...group]
      .map(([session, members]) => ({ members, place: unitOf(seed, session), session }))
      .sort((a, b) => a.place - b.place || (a.session < b.session ? -1 : 1)),
  )
  const taken = new Set<string>()
  for (let round = 0; queues.some((queue) => round < queue.length); round++)
    for (const queue of queues) {
      const members = queue[round]?.members ?? []
      if (taken.size + members.length <= limit) for (const item of members) taken.add(itemName(item))
    }
  if (taken.size === 0)
    throw new BenchError('suite', `limit ${limit}: every session has more turns than that; raise it`)
  return taken
}
