import type { Picture } from '../../image/index.ts'
import type { Facts, Noun } from '../../instructions/index.ts'
import type { Kind } from '../taxonomy.ts'

/** Kinds whose edits stay in a part of the picture, so that others may come before or after them. */
export const chainedKinds: ReadonlySet<Kind> = new Set<Kind>([
  'color_alter',
  'material_alter',
  'motion_change',
  'ps_human',
  'subject-add',
  'subject-remove',
  'subject-replace',
  'text_change',
])

/** The most turns of a chain. */
export const mostTurns = 3

/** Pixels between the parts that two turns change: a shadow or a soft edge of one must not lie on the other. */
const between = 6

/** An edit of a source that can be a turn of a chain. */
export interface Turn {
  readonly id: string
  readonly facts: Facts
  /** The source after this edit alone. */
  readonly target: Picture
}

/** Several edits of one source, one after another. */
export interface Chain {
  readonly turns: readonly Turn[]
  /** After each turn. */
  readonly pictures: readonly Picture[]
}

/**
 * Chains of edits of one source that change parts apart from each other and name different things: each instruction is
 * as true after the other turns as it was of the source. Every edit is in one chain at most; what is alone is in none.
 * Pixel by pixel a turn's picture is that before it, with what its edit changed.
 */
export function chainsOf(source: Picture, turns: readonly Turn[]): readonly Chain[] {
  const open: { turns: Turn[]; pictures: Picture[]; taken: Uint8Array }[] = []
  for (const turn of turns) {
    const changed = changedPixels(source, turn.target)
    if (changed.share === 0) continue
    const fitting = open.find(
      (chain) =>
        chain.turns.length < mostTurns &&
        chain.turns.every(({ facts }) => !speakOfTheSame(facts, turn.facts)) &&
        !meet(chain.taken, changed.pixels, source),
    )
    if (fitting === undefined) {
      open.push({ turns: [turn], pictures: [turn.target], taken: changed.pixels })
      continue
    }
    const before = fitting.pictures.at(-1)!
    const data = new Uint8Array(before.data)
    for (let i = 0; i < changed.pixels.length; i++)
      if (changed.pixels[i]! > 0) {
        data.set(turn.target.data.subarray(3 * i, 3 * i + 3), 3 * i)
        fitting.taken[i] = 1
      }
    fitting.turns.push(turn)
    fitting.pictures.push({ width: before.width, height: before.height, data })
  }
  return open.filter((chain) => chain.turns.length > 1)
}

function changedPixels(
  source: Picture,
  target: Picture,
): { readonly pixels: Uint8Array; readonly share: number } {
  const pixels = new Uint8Array(source.width * source.height)
  let count = 0
  for (let i = 0; i < pixels.length; i++)
    for (let c = 3 * i; c < 3 * i + 3; c++)
      if (source.data[c] !== target.data[c]) {
        pixels[i] = 1
        count++
        break
      }
  return { pixels, share: count / pixels.length }
}

/** Whether a pixel of one lies within {@link between} of a pixel of the other, in rows and columns. */
function meet(
  one: Uint8Array,
  other: Uint8Array,
  { width, height }: Pick<Picture, 'width' | 'height'>,
): boolean {
  // An integral image answers in constant time whether anything is near a pixel.
  const sums = new Int32Array((width + 1) * (height + 1))
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      sums[(y + 1) * (width + 1) + x + 1] =
        one[y * width + x]! +
        sums[y * (width + 1) + x + 1]! +
        sums[(y + 1) * (width + 1) + x]! -
        sums[y * (width + 1) + x]!
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      if (other[y * width + x] === 0) continue
      const [left, right] = [Math.max(0, x - between), Math.min(width, x + between + 1)]
      const [top, bottom] = [Math.max(0, y - between), Math.min(height, y + between + 1)]
      const sum = (row: number, column: number): number => sums[row * (width + 1) + column]!
      if (sum(bottom, right) - sum(top, right) - sum(bottom, left) + sum(top, left) > 0) return true
    }
  return false
}

/**
 * Whether two edits name the same thing: after the first edit, the words of the second may refer to another thing or
 * none.
 */
export function speakOfTheSame(a: Facts, b: Facts): boolean {
  const [ofA, ofB] = [namesIn(a), namesIn(b)]
  return ofA.some((one) => ofB.some((other) => contains(one, other) || contains(other, one)))
}

/** Things and words that facts name, and where: `to the left of the dog` names the dog. */
function namesIn(facts: Facts): readonly string[] {
  const { subject, object, from, to, place, person } = facts as Partial<
    Record<'subject' | 'object' | 'from' | 'to' | 'place' | 'person', Noun | string>
  >
  // Colours are named by `from` and `to` too, but are no things.
  const named = facts.kind === 'color_alter' ? [object] : [subject, object, from, to, person]
  const face = facts.kind === 'ps_human' ? ['person', 'face'] : []
  const where = place === undefined || typeof place === 'string' ? [] : wordsOfPlace(place.en)
  return [...named.flatMap((each) => (each === undefined ? [] : textOf(each))), ...face, ...where]
}

const textOf = (name: Noun | string): string => (typeof name === 'string' ? name : name.en).toLowerCase()

/** The thing that a place refers to: the bench in `next to the bench`; none in `on the left`. */
const wordsOfPlace = (place: string): readonly string[] =>
  /\b(?:of|to|on|under|behind|beside|near|above|below|by|in front of) (?:the|a|an) (?!left\b|right\b|middle\b|centre\b|top\b|bottom\b|foreground\b|background\b)([\w ]+)$/
    .exec(place.toLowerCase())
    ?.slice(1) ?? []

const contains = (text: string, word: string): boolean => word !== '' && ` ${text} `.includes(` ${word} `)
