import { colourDistance } from '../../image/index.ts'
import { unitOf } from '../../jobs/index.ts'
import type { ThingFacts } from '../annotations/sidecar.ts'
import type { SplitShares } from '../configuration.ts'
import type { FoundFile, SourceRejection } from './find.ts'
import type { IngestedSource } from './ingest.ts'
import { groupsOf, NearIndex } from './near.ts'

/** A side of the dataset. */
export type Split = keyof SplitShares

/** The sides in the order in which they are written. */
export const splits: readonly Split[] = ['train', 'validation', 'test']

/** The name of a source: its file's, and where in it. */
const nameOf = (file: FoundFile, source: IngestedSource): string => file.name + source.at

/** A source with where it came from and the side it is on. */
export interface SourceEntry extends IngestedSource {
  /** The file's path below the place it was found in, and for clips the second. */
  readonly name: string
  readonly type: FoundFile['type']
  readonly licence: string
  readonly file: { readonly name: string; readonly sha256: string; readonly bytes: number }
  /** Sources that look alike, and clips of one video, have one group. */
  readonly group: string
  readonly split: Split
}

/** A subject for donors, in the file store. */
export interface CutoutEntry {
  readonly id: string
  readonly name: { readonly en: string; readonly cn: string }
  /** Name of its PNG with alpha in the file store. */
  readonly picture: string
  readonly licence: string
  /** What is known of it beside its name. */
  readonly facts?: ThingFacts
  /** The file, or the source, that it was cut from. */
  readonly origin: string
  readonly group: string
  readonly split: Split
}

/** All that units may draw on; it is kept in the file store under the hash of its content. */
export interface Catalog {
  readonly sources: readonly SourceEntry[]
  readonly cutouts: readonly CutoutEntry[]
  /** Sources of pairs that were made elsewhere: nothing is drafted of them. */
  readonly outside?: readonly SourceEntry[]
}

/** A file with what became of it. */
export interface Ingested {
  readonly file: FoundFile
  readonly sources: readonly IngestedSource[]
}

/** Hashes as near as this, with the same colours, are of one picture saved twice. */
const sameBits = 2
const sameColours = 12

/**
 * Sources of a dataset in the order of their ids: copies of one picture dropped (the largest file's is kept), groups
 * by perceptual hash, a side for each group by the hash of its smallest id. @param elsewhere sources of pairs from outside,
 * which are grouped with them
 */
export function catalogSources(
  ingested: readonly Ingested[],
  options: { readonly seed: number; readonly split: SplitShares },
  elsewhere: readonly SourceEntry[] = [],
): Required<Pick<Catalog, 'sources' | 'outside'>> & { readonly rejections: readonly SourceRejection[] } {
  const rejections: SourceRejection[] = []
  const candidates = ingested
    .flatMap(({ file, sources }) => sources.map((source) => ({ file, source, name: nameOf(file, source) })))
    .sort((a, b) => pixels(b.source) - pixels(a.source) || (a.name < b.name ? -1 : 1))
  const kept: typeof candidates = []
  const photos = new NearIndex<Named>()
  const byId = new Map<string, string>()
  for (const candidate of candidates) {
    const { source, file, name } = candidate
    const twin = byId.get(source.id) ?? (file.type === 'photo' ? copyOf(source, photos) : undefined)
    if (twin === undefined) {
      byId.set(source.id, name)
      kept.push(candidate)
      if (file.type === 'photo') photos.add({ ...source, name })
    } else rejections.push({ name, reason: 'near-duplicate', detail: `${name}: the same picture as ${twin}` })
  }
  const clips = new Map<string, string[]>()
  for (const { file, source } of kept) clips.set(file.sha256, [...(clips.get(file.sha256) ?? []), source.id])
  const others = elsewhere.filter(({ id }) => !byId.has(id))
  const groups = groupsOf([...kept.map(({ source }) => source), ...others], clips.values())
  const sources = kept.map(({ file, source, name }): SourceEntry => {
    const group = groups.get(source.id)!
    return {
      ...source,
      name,
      type: file.type,
      licence: file.licence,
      file: { name: file.name, sha256: file.sha256, bytes: file.bytes },
      group,
      split: splitOf(group, options),
    }
  })
  const outside = elsewhere.map((entry): SourceEntry => {
    const group = groups.get(entry.id)!
    return { ...entry, group, split: splitOf(group, options) }
  })
  return { sources: sources.sort((a, b) => (a.id < b.id ? -1 : 1)), outside, rejections }
}

type Named = IngestedSource & { readonly name: string }

const pixels = ({ original }: IngestedSource): number => original.width * original.height

function copyOf(source: IngestedSource, photos: NearIndex<Named>): string | undefined {
  const aspect = (of: IngestedSource) => of.original.width / of.original.height
  return photos
    .near(source.hash, sameBits)
    .find(
      (other) =>
        Math.abs(aspect(other) / aspect(source) - 1) < 0.02 &&
        colourDistance(other.colours, source.colours) <= sameColours,
    )?.name
}

/** The side that a group is on. */
export function splitOf(
  group: string,
  { seed, split }: { readonly seed: number; readonly split: SplitShares },
): Split {
  const position = unitOf(seed, 'split', group)
  if (position < split.train) return 'train'
  return position < split.train + split.validation ? 'validation' : 'test'
}
