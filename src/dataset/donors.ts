import { unitOf } from '../jobs/index.ts'
import type { Random } from '../random/index.ts'
import type { Annotation } from './annotations/annotation.ts'
import type { PictureCache } from './pictureCache.ts'
import type { Cutout, DonorPicture, Donors, Source } from './recipes/recipe.ts'
import type { CutoutEntry, SourceEntry } from './sources/catalog.ts'
import type { Kind } from './taxonomy.ts'

/** Kinds whose recipes take from other pictures. */
export const kindsWithDonors: ReadonlySet<Kind> = new Set<Kind>([
  'background_change',
  'color_alter',
  'material_alter',
  'subject-add',
  'subject-remove',
  'subject-replace',
])

/** How many cut-outs and photographs the drafts of one recipe on one source may take from. */
export const donorsOfUnit = { cutouts: 64, photos: 6 } as const

/** What may be a donor. */
interface Donor {
  readonly id: string
  readonly group: string
}

/**
 * Donors on a ring, each at a place that only its id decides (consistent hashing, after Karger et al. 1997): one more
 * takes the place of another in few of the choices, and changes nothing in all others.
 */
export class DonorRing {
  readonly #places: readonly { readonly at: number; readonly id: string; readonly group: string }[]

  constructor(donors: Iterable<Donor>) {
    this.#places = [...donors]
      .map(({ id, group }) => ({ at: unitOf('donor', id), id, group }))
      .sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1))
  }

  /** Ids of up to `most` donors of other groups, each the next one after a place that `words` draw; sorted. */
  choose(most: number, group: string, words: readonly (string | number)[]): readonly string[] {
    const count = this.#places.length
    const chosen = new Set<string>()
    for (let draw = 0; draw < 2 * most && chosen.size < most && count > 0; draw++) {
      const start = this.#after(unitOf(...words, draw))
      for (let step = 0; step < Math.min(count, 8); step++) {
        const donor = this.#places[(start + step) % count]!
        if (donor.group === group || chosen.has(donor.id)) continue
        chosen.add(donor.id)
        break
      }
    }
    return [...chosen].sort()
  }

  /** The first place from `at` on. */
  #after(at: number): number {
    let [low, high] = [0, this.#places.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.#places[middle]!.at < at) low = middle + 1
      else high = middle
    }
    return low % this.#places.length
  }
}

/** The donors of one unit, in the order of their ids. It notes what was taken. */
export class UnitDonors implements Donors {
  readonly #cutouts: readonly CutoutEntry[]
  readonly #photos: readonly SourceEntry[]
  readonly #pictures: PictureCache
  readonly #annotationOf: (entry: SourceEntry, source: Source) => Promise<Annotation>
  readonly #taken = new Set<string>()

  constructor(
    given: { readonly cutouts: readonly CutoutEntry[]; readonly photos: readonly SourceEntry[] },
    pictures: PictureCache,
    annotationOf: (entry: SourceEntry, source: Source) => Promise<Annotation>,
  ) {
    this.#cutouts = given.cutouts
    this.#photos = given.photos
    this.#pictures = pictures
    this.#annotationOf = annotationOf
  }

  /** Ids of what was handed out. */
  get taken(): ReadonlySet<string> {
    return this.#taken
  }

  async cutout(random: Random): Promise<Cutout | undefined> {
    if (this.#cutouts.length === 0) return undefined
    const { id, name, picture: file, facts } = random.pick(this.#cutouts)
    this.#taken.add(id)
    const { picture, alpha } = await this.#pictures.cutout(file)
    return { id, name, picture, alpha, ...(facts !== undefined && { facts }) }
  }

  async picture(random: Random): Promise<DonorPicture | undefined> {
    if (this.#photos.length === 0) return undefined
    const entry = random.pick(this.#photos)
    this.#taken.add(entry.id)
    const source = await this.#pictures.source(entry)
    return { ...source, annotation: await this.#annotationOf(entry, source) }
  }
}
