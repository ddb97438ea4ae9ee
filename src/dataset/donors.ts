import { createHash } from 'node:crypto'
import { unitOf } from '../jobs/index.ts'
import type { Random } from '../random/index.ts'
import type { Annotation } from './annotations/annotation.ts'
import { PackedIds } from './packedIds.ts'
import type { PictureCache } from './pictureCache.ts'
import type { Cutout, DonorPicture, Donors, Source } from './recipes/recipe.ts'
import { type CutoutEntry, type SourceEntry, type Split, splits } from './sources/catalog.ts'
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
  /** A SHA-256. */
  readonly id: string
  readonly group: string
}

/**
 * Donors on a ring, each at a place that only its id decides (consistent hashing, after Karger et al. 1997): one more
 * takes the place of another in few of the choices, and changes nothing in all others. A donor takes 48 bytes.
 */
export class DonorRing {
  readonly #ids = new PackedIds()
  #groups = new BigUint64Array(256)
  /** Places on the ring in 32 bits, and whose they are, both in the order of the places. */
  #places = new Uint32Array()
  #order = new Uint32Array()

  /** Donors come in the order of their ids, all before the first choice. */
  add({ id, group }: Donor): void {
    const number = this.#ids.add(id)
    if (number === this.#groups.length) {
      const grown = new BigUint64Array(2 * number)
      grown.set(this.#groups)
      this.#groups = grown
    }
    this.#groups[number] = shortOf(group)
  }

  /** Ids of up to `most` donors of other groups, each the next one after a place that `words` draw; sorted. */
  choose(most: number, group: string, words: readonly (string | number)[]): readonly string[] {
    const count = this.#ids.size
    if (count === 0) return []
    this.#sort()
    const own = shortOf(group)
    const chosen = new Set<number>()
    for (let draw = 0; draw < 2 * most && chosen.size < most; draw++) {
      const start = this.#after(unitOf(...words, draw))
      for (let step = 0; step < Math.min(count, 8); step++) {
        const donor = this.#order[(start + step) % count]!
        if (this.#groups[donor] === own || chosen.has(donor)) continue
        chosen.add(donor)
        break
      }
    }
    return [...chosen].sort((a, b) => a - b).map((donor) => this.#ids.at(donor))
  }

  #sort(): void {
    const count = this.#ids.size
    if (this.#order.length === count) return
    const both = BigUint64Array.from(
      { length: count },
      (_, number) => (BigInt(2 ** 32 * unitOf('donor', this.#ids.at(number))) << 32n) | BigInt(number),
    ).sort()
    this.#places = Uint32Array.from(both, (place) => Number(place >> 32n))
    this.#order = Uint32Array.from(both, (place) => Number(place & 0xffffffffn))
  }

  /** The first place from `at` on. */
  #after(at: number): number {
    const place = 2 ** 32 * at
    const count = this.#ids.size
    let [low, high] = [0, count]
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.#places[middle]! < place) low = middle + 1
      else high = middle
    }
    return low % count
  }
}

/** The donors of each split. */
export class DonorRings {
  readonly #rings = new Map(
    splits.map((split) => [split, { cutouts: new DonorRing(), photos: new DonorRing() }]),
  )

  of(split: Split): { readonly cutouts: DonorRing; readonly photos: DonorRing } {
    return this.#rings.get(split)!
  }
}

/** 64 bits for a group: of a million groups two share them once in 30 million datasets. */
const shortOf = (group: string): bigint => createHash('sha256').update(group).digest().readBigUInt64BE(0)

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
