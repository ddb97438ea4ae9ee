import { digestOf } from '../jobs/index.ts'
import type { Random } from '../random/index.ts'
import type { Annotation } from './annotations/annotation.ts'
import type { PictureCache } from './pictureCache.ts'
import type { Cutout, DonorPicture, Donors, Source } from './recipes/recipe.ts'
import type { Catalog, CutoutEntry, SourceEntry, Split } from './sources/catalog.ts'
import type { Kind } from './taxonomy.ts'

/** Kinds whose recipes take from other pictures: their units depend on what there is to take. */
export const kindsWithDonors: ReadonlySet<Kind> = new Set<Kind>([
  'background_change',
  'color_alter',
  'material_alter',
  'subject-add',
  'subject-remove',
  'subject-replace',
])

/** What may be taken within a split, in a fixed order. */
export interface DonorPool {
  readonly cutouts: readonly CutoutEntry[]
  readonly photos: readonly SourceEntry[]
  /** Changes with what is in it: part of the key of each unit that may take from it. */
  readonly digest: string
}

/** The pool of a split. */
export function donorPool({ sources, cutouts }: Catalog, split: Split): DonorPool {
  const pool = {
    cutouts: cutouts.filter((entry) => entry.split === split),
    photos: sources.filter((entry) => entry.split === split && entry.type === 'photo'),
  }
  const digest = digestOf([pool.cutouts.map(({ id }) => id), pool.photos.map(({ id }) => id)])
  return { ...pool, digest }
}

/** Donors for one source: of its split, but not of pictures that look like it. It notes what was taken. */
export class SplitDonors implements Donors {
  readonly #pool: DonorPool | undefined
  readonly #group: string
  readonly #pictures: PictureCache
  readonly #annotate: (source: Source) => Promise<Annotation>
  readonly #taken = new Map<string, CutoutEntry | SourceEntry>()

  /** @param pool left out for kinds that take nothing from others */
  constructor(
    pool: DonorPool | undefined,
    group: string,
    pictures: PictureCache,
    annotate: (source: Source) => Promise<Annotation>,
  ) {
    this.#annotate = annotate
    this.#pool = pool
    this.#group = group
    this.#pictures = pictures
  }

  /** Entries that were handed out, by their ids. */
  get taken(): ReadonlyMap<string, CutoutEntry | SourceEntry> {
    return this.#taken
  }

  async cutout(random: Random): Promise<Cutout | undefined> {
    const entry = this.#draw(this.#given.cutouts, random)
    if (entry === undefined) return undefined
    const { picture, alpha } = await this.#pictures.cutout(entry.picture)
    const { facts } = entry
    return { id: entry.id, name: entry.name, picture, alpha, ...(facts !== undefined && { facts }) }
  }

  async picture(random: Random): Promise<DonorPicture | undefined> {
    const entry = this.#draw(this.#given.photos, random)
    if (entry === undefined) return undefined
    const { id, name, sidecar } = entry
    const source = {
      id,
      name,
      picture: await this.#pictures.picture(entry.picture),
      ...(sidecar !== undefined && { sidecar }),
    }
    return { ...source, annotation: await this.#annotate(source) }
  }

  /** Keys of other kinds do not tell what there is to take. */
  get #given(): DonorPool {
    if (this.#pool === undefined) throw new Error('internal: a recipe of a kind without donors asks for one')
    return this.#pool
  }

  #draw<Entry extends CutoutEntry | SourceEntry>(list: readonly Entry[], random: Random): Entry | undefined {
    const others = list.filter(({ group }) => group !== this.#group)
    if (others.length === 0) return undefined
    const entry = random.pick(others)
    this.#taken.set(entry.id, entry)
    return entry
  }
}
