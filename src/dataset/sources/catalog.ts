import { colourDistance } from '../../image/index.ts'
import { type Sql, unitOf } from '../../jobs/index.ts'
import type { ThingFacts } from '../annotations/sidecar.ts'
import type { SplitShares } from '../configuration.ts'
import { HashIndex, hashBits } from '../hashIndex.ts'
import { PackedIds } from '../packedIds.ts'
import {
  type Candidate,
  candidatesByNumber,
  clipsByVideo,
  dropCandidates,
  hashesById,
  largestFirst,
} from '../tables/candidateTable.ts'
import type { FoundFile, SourceRejection } from './find.ts'
import type { IngestedSource } from './ingest.ts'
import { NearGroups } from './near.ts'

/** A split of the dataset. */
export type Split = keyof SplitShares

/** The splits in the order in which they are written. */
export const splits: readonly Split[] = ['train', 'validation', 'test']

/** A source with its origin and split. */
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
  /** What is known about it apart from its name. */
  readonly facts?: ThingFacts
  /** The file, or the source, that it was cut from. */
  readonly origin: string
  readonly group: string
  readonly split: Split
}

/** The largest distance of hashes that, with the same colours, belong to one picture saved twice. */
const sameBits = 2
const sameColours = 12

/**
 * Drops copies among the candidates: of pictures of one id, and of photographs that look the same, the largest file's
 * is kept. Memory holds 32 bytes a candidate. @param reject called with each copy
 * @returns how many are kept
 */
export async function dropCopies(sql: Sql, reject: (copy: SourceRejection) => void): Promise<number> {
  const index = new HashIndex()
  const kept: number[] = []
  for await (const page of largestFirst(sql)) {
    const here = new Map(page.map((candidate) => [candidate.number, candidate]))
    const near = page.flatMap(({ hash }) => index.near(hashBits(hash), sameBits)).map((entry) => kept[entry]!)
    const before = await candidatesByNumber(sql, [...new Set(near)])
    const copies: number[] = []
    for (const candidate of page) {
      const { name, number, hash } = candidate
      const alike = index.near(hashBits(hash), sameBits).map((entry) => {
        const other = kept[entry]!
        return (here.get(other) ?? before.get(other))!
      })
      const twin =
        alike.find(({ id }) => id === candidate.id) ?? alike.find((other) => areCopies(other, candidate))
      if (twin === undefined) {
        index.add(hashBits(hash))
        kept.push(number)
        continue
      }
      copies.push(number)
      reject({ name, reason: 'near-duplicate', detail: `${name}: the same picture as ${twin.name}` })
    }
    await dropCandidates(sql, copies)
  }
  return kept.length
}

function areCopies(one: Candidate, other: Candidate): boolean {
  return (
    one.type === 'photo' &&
    other.type === 'photo' &&
    Math.abs(one.aspect / other.aspect - 1) < 0.02 &&
    colourDistance(one.colours, other.colours) <= sameColours
  )
}

/** Groups and sides of sources by their ids. */
export interface Sides {
  /** @throws Error for one that was not among the candidates */
  of(id: string): { readonly group: string; readonly split: Split }
}

/**
 * Groups the candidates, and the sources from outside with them: by perceptual hash, and clips of one video. Each group is
 * called by its smallest id, and its side is drawn by the hash of that. Memory holds 64 bytes a source.
 */
export async function findSides(
  sql: Sql,
  options: { readonly seed: number; readonly split: SplitShares },
): Promise<Sides> {
  const ids = new PackedIds()
  const groups = new NearGroups()
  for await (const page of hashesById(sql))
    for (const { id, hash } of page) {
      ids.add(id)
      groups.add(hash)
    }
  let last: { readonly unit: string; readonly number: number } | undefined
  for await (const page of clipsByVideo(sql))
    for (const { unit, id } of page) {
      const number = ids.numberOf(id)
      if (last?.unit === unit) groups.join(last.number, number)
      last = { unit, number }
    }
  return {
    of(id) {
      const number = ids.numberOf(id)
      if (number < 0) throw new Error(`internal: ${id} has no side`)
      const group = ids.at(groups.groupOf(number))
      return { group, split: splitOf(group, options) }
    },
  }
}

/** The split of a group. */
export function splitOf(
  group: string,
  { seed, split }: { readonly seed: number; readonly split: SplitShares },
): Split {
  const position = unitOf(seed, 'split', group)
  if (position < split.train) return 'train'
  return position < split.train + split.validation ? 'validation' : 'test'
}
