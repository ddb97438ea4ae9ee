import { HashIndex, hashBits } from '../hashIndex.ts'

/** Perceptual hashes that differ in so many bits or fewer are of the same scene. */
const nearBits = 7

/** Finds entries by nearness of their perceptual hashes, as comparing all with all does. */
export class NearIndex<Entry extends { readonly hash: string }> {
  readonly #index = new HashIndex()
  readonly #entries: Entry[] = []

  add(entry: Entry): void {
    this.#index.add(hashBits(entry.hash))
    this.#entries.push(entry)
  }

  /** Entries within `bits` (at most 11) of a hash, in the order in which they were added. */
  near(hash: string, bits: number = nearBits): readonly Entry[] {
    return this.#index.near(hashBits(hash), bits).map((number) => this.#entries[number]!)
  }
}

/**
 * Groups of entries whose perceptual hashes are near, by a chain of neighbours; each entry's group by the smallest id in
 * it.
 * @param joined further ids that belong together whatever they look like, such as clips of one video
 */
export function groupsOf(
  entries: readonly { readonly id: string; readonly hash: string }[],
  joined: Iterable<readonly string[]> = [],
): ReadonlyMap<string, string> {
  const parent = new Map(entries.map(({ id }) => [id, id]))
  const rootOf = (id: string): string => {
    let root = id
    while (parent.get(root) !== root) root = parent.get(root)!
    for (let at = id; at !== root; ) {
      const next = parent.get(at)!
      parent.set(at, root)
      at = next
    }
    return root
  }
  const join = (a: string, b: string): void => {
    const [p, q] = [rootOf(a), rootOf(b)]
    if (p !== q) parent.set(p < q ? q : p, p < q ? p : q)
  }
  const index = new NearIndex<{ readonly id: string; readonly hash: string }>()
  for (const entry of entries) {
    for (const other of index.near(entry.hash)) join(other.id, entry.id)
    index.add(entry)
  }
  for (const ids of joined) for (const id of ids.slice(1)) join(ids[0]!, id)
  return new Map(entries.map(({ id }) => [id, rootOf(id)]))
}
