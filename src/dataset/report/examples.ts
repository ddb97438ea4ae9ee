import { encodePicture, type Picture, pastePicture, resizePicture } from '../../image/index.ts'
import type { FileStore } from '../../jobs/index.ts'
import type { Picked } from '../selection/pick.ts'
import { readStored } from '../storedPicture.ts'
import { type Kind, kinds } from '../taxonomy.ts'

/** Example pairs by kind. */
export type Examples = ReadonlyMap<
  Kind,
  { readonly kept: readonly Picked[]; readonly refused: readonly Picked[] }
>

/** How many of each kind are shown. */
export interface ExampleCounts {
  readonly kept: number
  readonly refused: number
}

/** Candidates that are held, as a multiple of the shown examples. */
const choice = 4

/**
 * Collects, as pairs are read, some of each kind that were kept and some that were not: spread over recipes, sources
 * and reasons, the same ones every time.
 */
export class ExampleCollector {
  readonly #most: ExampleCounts
  readonly #kept = new Map<Kind, Picked[]>()
  readonly #refused = new Map<Kind, Picked[]>()

  constructor(most: ExampleCounts) {
    this.#most = most
  }

  add(picked: Picked): void {
    const { kind } = picked.dossier.pair
    const isKept = picked.selected.state === 'kept'
    const [lists, most] = isKept ? [this.#kept, this.#most.kept] : [this.#refused, this.#most.refused]
    const list = lists.get(kind) ?? []
    lists.set(kind, list)
    if (list.length < choice * most) list.push(picked)
  }

  /** Whether more pairs of a kind would change nothing. @param there how many there are in all */
  hasEnough(kind: Kind, there: ExampleCounts): boolean {
    const enough = (lists: ReadonlyMap<Kind, readonly Picked[]>, most: number, all: number): boolean =>
      (lists.get(kind)?.length ?? 0) >= Math.min(choice * most, all)
    return (
      enough(this.#kept, this.#most.kept, there.kept) &&
      enough(this.#refused, this.#most.refused, there.refused)
    )
  }

  get examples(): Examples {
    return new Map(
      kinds.map((kind) => [
        kind,
        {
          kept: spread(this.#kept.get(kind) ?? [], this.#most.kept),
          refused: spread(this.#refused.get(kind) ?? [], this.#most.refused),
        },
      ]),
    )
  }
}

/** Recipes, and reasons, in turns, and of each a source that was not shown before, where there is one. */
function spread(all: readonly Picked[], most: number): readonly Picked[] {
  const chosen: Picked[] = []
  const seen = new Set<string>()
  const groups = new Map<string, Picked[]>()
  for (const picked of all) {
    const { selected, dossier } = picked
    const reason = selected.state === 'kept' ? '' : selected.reason
    const name = `${reason} ${dossier.pair.recipe?.name ?? ''}`
    groups.set(name, [...(groups.get(name) ?? []), picked])
  }
  const queues = [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, list]) => list)
  while (chosen.length < most && queues.some((queue) => queue.length > 0))
    for (const queue of queues) {
      const fresh = queue.findIndex(({ dossier }) => !seen.has(dossier.pair.source))
      const [picked] = queue.splice(Math.max(0, fresh), 1)
      if (picked === undefined || chosen.length >= most) continue
      seen.add(picked.dossier.pair.source)
      chosen.push(picked)
    }
  return chosen
}

/** The longer side of each picture in the report, in pixels: faults are visible from 320 on. */
const side = 400

/** Source and target beside one another, and maybe the region, as a JPEG. */
export async function examplePicture(files: Pick<FileStore, 'get'>, picked: Picked): Promise<Uint8Array> {
  const { pictures } = picked.dossier.pair
  const both = [await small(files, pictures.source), await small(files, pictures.target)]
  const [{ width, height } = { width: 1, height: 1 }] = both
  const size = { width: 2 * width + 4, height }
  let joined: Picture = { ...size, data: new Uint8Array(3 * size.width * size.height).fill(255) }
  for (const [i, picture] of both.entries()) joined = pastePicture(joined, picture, i * (width + 4), 0)
  return encodePicture(joined, 'jpeg', { quality: 85 })
}

async function small(files: Pick<FileStore, 'get'>, name: string): Promise<Picture> {
  const picture = await readStored(files, name)
  const scale = Math.min(1, side / Math.max(picture.width, picture.height))
  const scaled = (length: number): number => Math.max(1, Math.round(length * scale))
  return resizePicture(picture, {
    width: scaled(picture.width),
    height: scaled(picture.height),
    filter: 'bilinear',
  })
}
