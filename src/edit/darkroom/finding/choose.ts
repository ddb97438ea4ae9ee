import { EditError } from '../../error.ts'
import type { Target } from '../plan.ts'
import type { Candidate } from './candidates.ts'
import { fitOfPlace, inventory, listed, placeName, rank } from './places.ts'

/** The advice after every failed search. */
const instead = 'or give --box or --mask'

/** How well a single candidate must fit the given place. */
const leastFit = 0.08
/** How many times larger a central candidate must be to be chosen by default. */
const manyTimes = 4
/** Candidates that are smaller than this share of the largest are ignored when a place is given. */
const tiny = 0.1

interface Size {
  readonly width: number
  readonly height: number
}

/**
 * Those that a target means: by place, order and size, or all. A thing that is far larger and surer than the others of its
 * kind is meant where nothing else decides.
 * `dominance`: how many times larger, by area and score.
 * @throws EditError `ambiguous` where several are left, `not-found` where none lies in the place
 */
export function choose(
  target: Target,
  found: readonly Candidate[],
  size: Size,
  seen: readonly Candidate[],
  dominance = 6,
): readonly Candidate[] {
  if (found.length === 0) throw notFound(target, seen)
  const { place, order, all } = target
  if (order) return [nth(target, order, found, size)]
  const within = place ? inPlace(target, place, found, size) : found
  if (all) return within
  if (target.size) return [bySize(within, target.size)]
  if (within.length === 1) return within
  if (place) {
    const [best, second] = within
    // The one on the left is the leftmost, unless two are hardly apart.
    const apart = fitOfPlace(place, best!.box, size) - fitOfPlace(place, second!.box, size)
    if (apart > 0.06 || place === 'front' || place === 'back') return [best!]
  }
  const dominant = dominantOf(within, dominance) ?? centralOf(within, size)
  if (dominant) return [dominant]
  const shown = within.slice(0, 8)
  throw new EditError(
    'ambiguous',
    `'${target.phrase}': ${listed(shown, size)}; say which, or all of them, ${instead}`,
  )
}

/** @returns that none was found, with what was seen instead */
export function notFound(target: Target, seen: readonly Candidate[]): EditError {
  const found = inventory(seen)
  if (target.type === 'subject' || target.type === 'background')
    return new EditError(
      'not-found',
      `'${target.phrase}': nothing stands out in the picture as its subject; give --box or --mask of what is meant`,
    )
  return new EditError(
    'not-found',
    found === ''
      ? `'${target.phrase}': not found in the picture, nor anything else with a name; give --box or --mask`
      : `'${target.phrase}': not found in the picture; found: ${found}; say one of these, ${instead}`,
  )
}

function nth(
  target: Target,
  { index, from }: NonNullable<Target['order']>,
  found: readonly Candidate[],
  size: Size,
): Candidate {
  const sorted = [...found].sort((one, other) => rank(from, one.box, size) - rank(from, other.box, size))
  const chosen = sorted[index - 1]
  if (chosen) return chosen
  throw new EditError(
    'not-found',
    `'${target.phrase}': found only ${listed(sorted.slice(0, 8), size)}; say one of these, ${instead}`,
  )
}

function inPlace(
  target: Target,
  place: NonNullable<Target['place']>,
  found: readonly Candidate[],
  size: Size,
): readonly Candidate[] {
  const sorted = [...found].sort(
    (one, other) => fitOfPlace(place, other.box, size) - fitOfPlace(place, one.box, size),
  )
  // The only one has to be there; of several, the upper one may lie low.
  const least = found.length === 1 ? leastFit : 0
  const fits = sorted.filter(({ box }) => fitOfPlace(place, box, size) >= least)
  if (fits.length > 0) return target.all || place === 'back' ? fits : withoutTiny(fits)
  const [best, second] = sorted
  if (
    second &&
    !target.all &&
    fitOfPlace(place, best!.box, size) - fitOfPlace(place, second.box, size) > 0.06
  )
    return [best!]
  const where = found.slice(0, 8).map(({ box }) => placeName(box, size))
  throw new EditError(
    'not-found',
    `'${target.phrase}': none is there, but ${where.join(', ')}; say where, ${instead}`,
  )
}

/** Without candidates that are tiny compared with the largest, such as passers-by. */
function withoutTiny(found: readonly Candidate[]): readonly Candidate[] {
  const largest = Math.max(...found.map(areaOf))
  return found.filter((each) => areaOf(each) >= tiny * largest)
}

const areaOf = ({ box }: Candidate): number => box.width * box.height

function bySize(found: readonly Candidate[], size: 'largest' | 'smallest'): Candidate {
  const sorted = [...found].sort((one, other) => areaOf(other) - areaOf(one))
  return size === 'largest' ? sorted[0]! : sorted.at(-1)!
}

/** The one that is many times larger than each other, and in the middle. */
function centralOf(found: readonly Candidate[], { width, height }: Size): Candidate | undefined {
  const [first, second] = [...found].sort((one, other) => areaOf(other) - areaOf(one))
  const isCentral = ({ box: { x, y, width: w, height: h } }: Candidate): boolean =>
    Math.abs((x + w / 2) / width - 0.5) < 0.2 && Math.abs((y + h / 2) / height - 0.5) < 0.25
  const surest = Math.max(...found.map(({ score }) => score))
  const isMeant =
    areaOf(first!) > manyTimes * areaOf(second!) && isCentral(first!) && first!.score > 0.6 * surest
  return isMeant ? first : undefined
}

function dominantOf(found: readonly Candidate[], dominance: number): Candidate | undefined {
  const weight = (each: Candidate): number => areaOf(each) * each.score ** 2
  const sorted = [...found].sort((one, other) => weight(other) - weight(one))
  return weight(sorted[0]!) > dominance * weight(sorted[1]!) ? sorted[0] : undefined
}
