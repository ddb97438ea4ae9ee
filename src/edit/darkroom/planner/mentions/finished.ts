import type { Place, Target } from '../../plan.ts'
import { type Normalised, withLiterals } from '../normalise.ts'
import { isSmall, isUnknown, sense } from '../senses.ts'
import type { Token } from '../tokens.ts'
import type { SenseOf } from '../words/lexicon.ts'
import { isHead, reachesHead } from './heads.ts'
import { type Draft, type InnerMention, type Mention, spanOf } from './mention.ts'
import { relating, worn } from './words.ts'

const sidesCn: Readonly<Record<string, Place>> = {
  左: 'left',
  右: 'right',
  上: 'top',
  下: 'bottom',
  前: 'front',
}

/** Whether a preceding verb moves things. */
const moved = (tokens: readonly Token[], start: number): boolean =>
  tokens
    .slice(0, start)
    .some((each) => ['move', 'rotate', 'increase', 'extend'].includes(sense(each, 'verb')?.verb ?? ''))

export function finished(
  mentionIn: InnerMention,
  tokens: readonly Token[],
  start: number,
  head: number,
  draft: Draft,
  normalised: Normalised,
  noun: SenseOf<'noun'> | undefined,
  pronoun = false,
): Mention {
  let at = head + 1
  // Modifiers that follow it: `on the left`, `in the red shirt`, `from the left`.
  const cn = normalised.language === 'cn'
  let order: Target['order']
  let fromSide: Place | undefined
  while (!cn && at < tokens.length) {
    const token = tokens[at]!
    // `somebody left a mop`: no place
    const leaves =
      token.text === 'left' && noun?.type === 'person' && isSmall(tokens[at + 1], 'a', 'my', 'the')
    const place = leaves ? undefined : sense(token, 'place')
    // `in front of the house` is relative to an object, not a place in the picture.
    if (place && isSmall(tokens[at + 1], 'of') && !/side|corner|half|part|edge|left|right/.test(token.text)) {
      const whose = mentionIn(tokens, at + 2, normalised)
      if (whose) {
        at = whose.to
        continue
      }
    }
    // `nudge the lamp left`, `scoot the guy over to the left`: where it goes.
    const goes =
      /^(?:left|right|back|front|(?:to|towards?) the .+)$/.test(token.text) ||
      (/^(?:over|across|back|down|up)$/.test(token.text) && /^to\b/.test(tokens[at + 1]?.text ?? ''))
    if (goes && moved(tokens, start)) break
    if (place && !sense(token, 'verb')) {
      if (draft.place === undefined) draft.place = place.place
      at++
      if (isSmall(tokens[at], 'of', 'in') && isSmall(tokens[at + 1], 'picture', 'the')) {
        const end = isSmall(tokens[at + 1], 'the') ? at + 2 : at + 1
        if (isSmall(tokens[end], 'picture') || isHead(tokens[end])) at = end + 1
      }
      continue
    }
    const sideAt = isSmall(tokens[at + 1], 'the') ? at + 2 : at + 1
    if (isSmall(token, 'from') && sense(tokens[sideAt], 'place')) {
      fromSide = sense(tokens[sideAt], 'place')!.place
      if (draft.order === undefined) draft.place ??= fromSide
      at = sideAt + 1
      continue
    }
    if (
      isSmall(token, 'from', 'in') &&
      (isSmall(tokens[at + 1], 'picture') ||
        (isSmall(tokens[at + 1], 'the', 'it') && isSmall(tokens[at + 2], 'picture')))
    ) {
      at += isSmall(tokens[at + 1], 'picture') ? 2 : 3
      continue
    }
    const relation =
      relating.test(token.text) ||
      (isSmall(token, 'in', 'of', 'with', 'behind', 'by') && !isSmall(token, 'to'))
    if (relation && (!isSmall(token, 'with', 'in') || ties(tokens, at))) {
      let inner = at + 1
      while (
        isSmall(tokens[inner], 'in', 'of', 'to') ||
        (tokens[inner] && relating.test(tokens[inner]!.text))
      )
        inner++
      if (tokens[inner]?.literal !== undefined) {
        draft.text ??= normalised.literals[tokens[inner]!.literal!]
        at = inner + 1
        continue
      }
      const colour = sense(tokens[inner], 'colour')
      if (isSmall(token, 'in') && colour && !reachesHead(tokens, inner + 1) && noun?.type === 'person') {
        draft.colour ??= colour.colour
        at = inner + 1
        continue
      }
      const other = isSmall(tokens[inner], 'it') ? undefined : mentionIn(tokens, inner, normalised)
      // `put the bottle on a white background`: the new background is not its place.
      if (other?.target.type === 'background' && (other.target.colour !== undefined || other.fresh)) break
      if (other) {
        if (noun?.type === 'person' && worn.has(other.target.noun ?? '') && other.target.colour)
          draft.colour ??= other.target.colour
        if (isSmall(token, 'of', 'in') && other.target.place) draft.place ??= other.target.place
        draft.owner ??= other.target.noun
        at = other.to
        continue
      }
      if (
        relating.test(token.text) &&
        sense(tokens[inner], 'place') &&
        !isSmall(token, 'with', 'in', 'behind')
      ) {
        at = inner
        continue
      }
      if (relating.test(token.text) && !isSmall(token, 'with', 'in', 'behind') && !sense(token, 'verb')) {
        at = inner
        continue
      }
    }
    break
  }
  // `the second dog from the left`, `右数第三个`
  if (draft.order !== undefined) {
    const counted = cn
      ? /(左|右|上|下|前)(?:边|侧|面)?(?:起|数|往)/u.exec(spanOf(tokens, start, at, normalised))?.[1]
      : undefined
    const side = fromSide ?? (counted ? sidesCn[counted] : undefined)
    order = {
      index: draft.order,
      from: side === 'right' || side === 'top' || side === 'bottom' || side === 'front' ? side : 'left',
    }
    if (counted || fromSide) delete draft.place
  }
  const span = normalised.shown.slice(tokens[start]!.start, tokens[at - 1]!.end)
  const last = tokens[head]!
  // A run of unknown characters is one word.
  let wordStart = head
  while (cn && noun === undefined && wordStart > start && isUnknown(tokens[wordStart - 1])) wordStart--
  const name = pronoun
    ? 'object'
    : (noun?.noun ??
      tokens
        .slice(wordStart, head + 1)
        .map(({ text }) => text)
        .join(cn ? '' : ' ')
        .slice(cn ? 0 : -1 - last.text.length)
        .trim())
  const typed = noun?.type ?? 'thing'
  const target: Target = {
    type: typed,
    phrase: withLiterals(span, normalised.literals),
    ...(name !== 'object' && { noun: name }),
    ...(draft.colour && { colour: draft.colour }),
    ...(draft.place && { place: draft.place }),
    ...(order && { order }),
    ...(draft.size && { size: draft.size }),
    ...(isAll(draft, noun) && { all: true }),
    ...(draft.text !== undefined && { text: draft.text }),
  }
  return {
    from: start,
    to: at,
    target,
    fresh: draft.fresh === true,
    unknown: noun === undefined && !pronoun,
    ...(draft.owner !== undefined && { owner: draft.owner }),
  }
}

/** `the dogs` means all of them, as does `people`; a place or an order selects one. */
const isAll = (draft: Draft, noun: SenseOf<'noun'> | undefined): boolean =>
  (noun?.type === 'face' && draft.owner === 'people') ||
  draft.all === true ||
  (noun?.plural === true &&
    noun.type !== 'eyes' &&
    noun.type !== 'teeth' &&
    noun.type !== 'lips' &&
    noun.type !== 'hair' &&
    noun.type !== 'plants' &&
    noun.type !== 'water' &&
    noun.type !== 'sky' &&
    noun.type !== 'text') ||
  noun?.noun === 'people'

/**
 * Whether `with` or `in` belongs to the preceding noun rather than to the verb: `the man in the hat`, not `fill the sky
 * with stars`.
 */
function ties(tokens: readonly Token[], at: number): boolean {
  const verbs = tokens.slice(0, at).map((each) => sense(each, 'verb')?.verb)
  if (
    isSmall(tokens[at], 'with') &&
    verbs.some((each) => each === 'replace' || each === 'make' || each === 'hide' || each === 'extend')
  )
    return false
  return true
}
