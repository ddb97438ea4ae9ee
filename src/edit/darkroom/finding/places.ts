import { indefinite, nounOf, pluralOf } from '../../../instructions/index.ts'
import type { Box } from '../../../tools/index.ts'
import type { Place } from '../plan.ts'
import type { Candidate } from './candidates.ts'

interface Size {
  readonly width: number
  readonly height: number
}

/** The middle of a box, as shares of the picture. */
function middleOf({ x, y, width, height }: Box, size: Size): readonly [number, number] {
  return [(x + width / 2) / size.width, (y + height / 2) / size.height]
}

/** Where a box lies, in words: `at the left`. */
export function placeName(box: Box, size: Size): string {
  const [x, y] = middleOf(box, size)
  const down = y < 0.34 ? 'top' : y > 0.66 ? 'bottom' : ''
  const across = x < 0.38 ? 'left' : x > 0.62 ? 'right' : ''
  if (box.width > 0.8 * size.width && box.height > 0.7 * size.height) return 'all over the picture'
  if (down === '' && across === '') return 'in the middle'
  return `at the ${[down, across].filter((word) => word !== '').join(' ')}`
}

/** How well a box fits a place: larger is better. Below 0 it is plainly elsewhere. */
export function fitOfPlace(place: Place, box: Box, size: Size): number {
  const [x, y] = middleOf(box, size)
  const [left, right, top, bottom] = [0.6 - x, x - 0.4, 0.6 - y, y - 0.4]
  const worse = (one: number, other: number): number => Math.min(one, other) + 0.2 * Math.max(one, other)
  const share = Math.sqrt((box.width * box.height) / (size.width * size.height))
  const base = (box.y + box.height) / size.height
  switch (place) {
    case 'left':
      return left
    case 'right':
      return right
    case 'top':
      return top
    case 'bottom':
      return bottom
    case 'top left':
      return worse(left, top)
    case 'top right':
      return worse(right, top)
    case 'bottom left':
      return worse(left, bottom)
    case 'bottom right':
      return worse(right, bottom)
    case 'center':
      return 0.4 - Math.hypot(x - 0.5, y - 0.5)
    case 'front':
      return base + share
    case 'back':
      return 2 - base - share
  }
}

/** How far a box is along an order: `left` counts from the left. */
export function rank(from: 'left' | 'right' | 'top' | 'bottom' | 'front', box: Box, size: Size): number {
  const [x, y] = middleOf(box, size)
  switch (from) {
    case 'left':
      return x
    case 'right':
      return -x
    case 'top':
      return y
    case 'bottom':
      return -y
    case 'front':
      return -fitOfPlace('front', box, size)
  }
}

/** `a dog`, `2 people`, `3 cars`. */
function counted(name: string, count: number): string {
  const noun = nounOf(name) ?? { en: name, cn: name }
  return count === 1 ? indefinite(noun) : `${count} ${pluralOf(noun)}`
}

/** What was found, by name, the most certain names first: `2 people, a dog`. */
export function inventory(found: readonly Candidate[]): string {
  const counts = new Map<string, number>()
  for (const { name } of found) counts.set(name, (counts.get(name) ?? 0) + 1)
  return [...counts].map(([name, count]) => counted(name, count)).join(', ')
}

const ordinals = [
  'the first',
  'the second',
  'the third',
  'the fourth',
  'the fifth',
  'the sixth',
  'the seventh',
  'the eighth',
]

/** Each with its place: `3 cars: at the left, in the middle, at the right (small)`. */
export function listed(found: readonly Candidate[], size: Size): string {
  const area = ({ box }: Candidate): number => box.width * box.height
  const largest = Math.max(...found.map(area))
  const names = new Set(found.map(({ name }) => name))
  const plain = found.map(({ box }) => placeName(box, size))
  // Two at one place are told apart by their order.
  const isTold = new Set(plain).size === plain.length
  const sorted = [...found].sort((one, other) => rank('left', one.box, size) - rank('left', other.box, size))
  const places = (isTold ? found : sorted).map((each, i) => {
    const small = area(each) < 0.2 * largest ? ' (small)' : ''
    const name = names.size > 1 ? `${counted(each.name, 1)} ` : ''
    const place = placeName(each.box, size)
    return `${name}${isTold ? place : `${ordinals[i] ?? `number ${i + 1}`} from the left (${place.replace(/^(?:at|in) the /, '')})`}${small}`
  })
  const what = names.size > 1 ? `${found.length} that fit` : counted(found[0]!.name, found.length)
  return `${what}: ${places.join(', ')}`
}
