import type { Place, PlanColour, Target } from '../plan.ts'
import { type Normalised, withLiterals } from './normalise.ts'
import type { Token } from './tokens.ts'
import type { Sense, SenseOf, Small } from './words/lexicon.ts'

/** A thing that a clause names, from one token to before another. */
export interface Mention {
  readonly from: number
  readonly to: number
  readonly target: Target
  /** Whether it is `a dog` rather than `the dog`: something new. */
  readonly fresh: boolean
  /** Whether its noun is in no table. */
  readonly unknown: boolean
  /** Whose it is: `dog` in `the dog's collar`. */
  readonly owner?: string
}

/** The first sense of a sort that a token has. */
export function sense<I extends Sense['is']>(token: Token | undefined, is: I): SenseOf<I> | undefined {
  return token?.senses.find((each): each is SenseOf<I> => each.is === is)
}

export function isSmall(token: Token | undefined, ...smalls: readonly Small[]): boolean {
  return token?.senses.some((each) => each.is === 'small' && smalls.includes(each.small)) ?? false
}

const isUnknown = (token: Token | undefined): boolean =>
  token?.text !== '一' &&
  token !== undefined &&
  token.senses.length === 0 &&
  token.mark === undefined &&
  token.literal === undefined &&
  token.measure === undefined

/** Words that an English noun may have before it though they are in no table of qualities. */
const quality =
  /^(?:little|huge|giant|old|new|ugly|dirty|wooden|parked|striped|plastic|metal|broken|annoying|random|distracting|weird|shiny|round|long|short|tall|fat|sleeping|sitting|standing|walking|running|empty|pretty|cute|unwanted|stupid|damn|bloody|blurry|two|three|four|five|several|few|couple|pair|stray|nasty|messy|bright|dark|light|young|wild|floating|hanging|flying|lying|crossing|elderly|foreground|electric|electrical|overhead|outer|inner|other|extra|single|lone|main|same|entire|whole|unnecessary|wet|dry|huge|power|birthday|fallen|dead|visible|ceramic|fluffy|fuzzy|furry|adorable|silly|awful|horrible|hideous|rusty|abandoned|vintage|modern|fancy|certain|specific|particular|actual|photobombing|leftmost|rightmost)$/

/** Words before `of` that only count. */
const collective =
  /^(?:clutter|bunch|group|pile|pair|row|lot|lots|bit|piece|pieces|couple|set|line|stack|heap|patch|part|rest|sea|mess|kind|sort|cluster|flock|herd|bundle|tangle|number|all|half|each|one|some|both|material|texture|surface|finish|fabric|shade|hue)$/

/** What follows a thing and belongs to it. */
const relating =
  /^(?:wearing|holding|next to|beside|near|under|over|above|below|behind|between|carrying|riding|standing|sitting|walking|lying|hanging|parked|in front of|across|against|crossing|flying|running|sleeping|that says|saying|reading|facing|looking|leaning|playing|swimming|eating|drinking|with|around|inside|outside|along|through|beneath|underneath|atop|closest to|nearest to|touching|that|which|who)$/

/** Things that are worn: a person is known by the colour of one. */
const worn = new Set(
  'shirt,t-shirt,dress,jacket,suit,clothes,pants,hat,shoe,scarf,apron,glove,sock,glasses'.split(','),
)

interface Draft {
  colour?: PlanColour
  place?: Place
  order?: number
  size?: 'largest' | 'smallest'
  all?: boolean
  fresh?: boolean
  owner?: string | undefined
  text?: string | undefined
}

/** Finds what a clause names, from its left to its right. */
export function findMentions(tokens: readonly Token[], normalised: Normalised): Mention[] {
  const found: Mention[] = []
  let at = 0
  while (at < tokens.length) {
    const mention = mentionAt(tokens, at, normalised)
    if (mention) {
      found.push(mention)
      at = mention.to
    } else at++
  }
  return found
}

const isHead = (token: Token | undefined): boolean => sense(token, 'noun') !== undefined

/** `my holiday pic`: what stands before the picture says which, and is nothing in it. */
function mentionAt(tokens: readonly Token[], start: number, normalised: Normalised): Mention | undefined {
  const found = mentionFrom(tokens, start, normalised)
  if (
    found &&
    normalised.language === 'en' &&
    isSmall(tokens[found.to], 'picture') &&
    found.to - found.from <= 3
  )
    return undefined
  return found
}

function mentionFrom(tokens: readonly Token[], start: number, normalised: Normalised): Mention | undefined {
  const draft: Draft = {}
  let at = start
  let determined = false
  let unknownFrom = -1
  const cn = normalised.language === 'cn'
  for (; at < tokens.length; at++) {
    const token = tokens[at]!
    if (token.mark !== undefined || token.literal !== undefined) break
    const next = tokens[at + 1]
    if (isHead(token) && !(blocked(tokens, at) && !determined)) {
      // A noun before a noun, or before 的 or 's, says whose or which: the head comes later.
      const after = isSmall(next, 'de') || (next?.text === 's' && isSmall(next, 'of')) ? at + 2 : at + 1
      const later = tokens[after]
      const owns = after === at + 2
      const compound =
        !cn &&
        !owns &&
        determined &&
        later !== undefined &&
        isUnknown(later) &&
        /^[a-z]{4,}$/.test(later.text) &&
        !/^(?:form|from|inside|outside|sideways|together|apart|plus|obviously|instead|please|lol|though|anyway|completely|entirely|altogether|where|whose|ruins|really)$|(?:ing|ed|ly|s)$/.test(
          later.text,
        ) &&
        !isUnknown(tokens[after + 1])
      if (compound) {
        draft.owner = sense(token, 'noun')!.noun
        return finished(tokens, start, after, draft, normalised, undefined)
      }
      if (continues(tokens, after, owns, cn)) {
        const noun = sense(token, 'noun')!
        draft.owner = noun.noun
        if (!(worn.has(noun.noun) && isPersonNoun(later))) {
          delete draft.colour
        }
        if (owns) {
          at++
        }
        determined = true
        continue
      }
      if (!cn && collective.test(token.text) && isSmall(next, 'of')) {
        const inner = mentionAt(tokens, at + 2, normalised)
        if (inner)
          return {
            ...inner,
            from: start,
            target: { ...inner.target, phrase: spanOf(tokens, start, inner.to, normalised) },
          }
      }
      return finished(tokens, start, at, draft, normalised, sense(token, 'noun'))
    }
    if (!cn && collective.test(token.text) && isSmall(next, 'of')) {
      const inner = mentionAt(tokens, at + 2, normalised)
      if (inner)
        return {
          ...inner,
          from: start,
          target: { ...inner.target, phrase: spanOf(tokens, start, inner.to, normalised) },
        }
    }
    const compared =
      !cn && determined && /^(?:bigger|larger|taller|smaller|tinier|shorter)$/.test(token.text)
        ? /small|tin|short/.test(token.text)
          ? 'smallest'
          : 'largest'
        : undefined
    const size =
      compared ??
      (isSmall(token, 'largest') ? 'largest' : isSmall(token, 'smallest') ? 'smallest' : undefined)
    const colour = sense(token, 'colour')
    const place = sense(token, 'place')
    const order = sense(token, 'order')
    if (
      isSmall(token, 'all', 'several') &&
      !(isSmall(token, 'several') && determined && !cn && draft.order !== undefined)
    ) {
      draft.all = true
      determined = true
    } else if (isSmall(token, 'a') || (token.measure?.unit === 'number' && !cn)) {
      draft.fresh = true
      determined = true
    } else if (isSmall(token, 'the', 'that', 'my')) determined = true
    else if (size !== undefined && reachesHead(tokens, at + 1)) draft.size = size
    else if (
      colour &&
      (reachesHead(tokens, at + 1) ||
        (cn && (isSmall(next, 'that') || (isSmall(next, 'de') && isSmall(tokens[at + 2], 'that')))))
    )
      draft.colour = colour.colour
    else if (
      place &&
      (cn || (token.text.split(' ').length === 1 && !isSmall(next, 'the', 'a', 'my'))) &&
      reachesHead(tokens, at + 1)
    )
      draft.place = place.place
    else if (order && (reachesHead(tokens, at + 1) || isSmall(next, 'one', 'from'))) {
      draft.order = order.index
      determined = true
    } else if (!cn && token.text === 's' && at > start && reachesHead(tokens, at + 1)) {
      // `the potter's wheel`
      unknownFrom = -1
    } else if (isSmall(token, 'de') && at > start) {
      // Nothing: 左边的.
    } else if (
      cn &&
      isSmall(token, 'picture', 'in') &&
      reachesHead(tokens, at + 1) &&
      (isSmall(next, 'in', 'de') ||
        sense(next, 'place') !== undefined ||
        (isSmall(token, 'in') && at > start))
    ) {
      // 照片里的
    } else if ((sense(token, 'material') || sense(token, 'stuff')) && reachesHead(tokens, at + 1)) {
      // `the wooden table`
    } else if (quality.test(token.text) && reachesHead(tokens, at + 1)) {
      if (/^(?:two|three|four|five|several|few)$/.test(token.text)) draft.all = true
    } else if (
      isUnknown(token) &&
      (determined || cn || reachesHead(tokens, at + 1) || afterStrongVerb(tokens, start))
    ) {
      // `take the stamp off`: a strange verb is no part of its object.
      if (!cn && at === start && isSmall(next, 'the', 'a', 'my')) return undefined
      if (unknownFrom < 0) unknownFrom = at
      if (
        !reachesHead(tokens, at + 1) &&
        !isUnknown(next) &&
        !(isSmall(next, 'de') && reachesHead(tokens, at + 2)) &&
        !(!cn && next?.text === 's' && reachesHead(tokens, at + 2))
      ) {
        if (
          cn &&
          !determined &&
          !afterStrongVerb(tokens, start) &&
          !isSmall(tokens[start - 1], 'ba', 'a', 'that')
        )
          return undefined
        if (!cn && (quality.test(token.text) || token.text.length < 3)) return undefined
        // `my doorman photobombed us`: what it does is no part of its name.
        const does = !cn && at > unknownFrom && /(?:ed|ing)$/.test(token.text)
        if (does) return finished(tokens, start, at - 1, draft, normalised, undefined)
        return finished(tokens, start, at, draft, normalised, undefined)
      }
    } else break
  }
  // `the left one`, `the red one`, `左边那个`
  if (determined || draft.place || draft.order) {
    const token = tokens[at]
    if (
      (isSmall(token, 'one') || isSmall(tokens[at - 1], 'that')) &&
      (draft.place ||
        draft.colour ||
        draft.order ||
        draft.size ||
        (isSmall(token, 'one') &&
          !cn &&
          (isSmall(tokens[at + 1], 'with', 'in') || sense(tokens[at + 1], 'place') !== undefined)))
    ) {
      const end = isSmall(token, 'one') ? at : at - 1
      return finished(tokens, start, end, draft, normalised, undefined, true)
    }
  }
  return undefined
}

function spanOf(tokens: readonly Token[], from: number, to: number, normalised: Normalised): string {
  const span = normalised.shown.slice(tokens[from]!.start, tokens[to - 1]!.end)
  return withLiterals(span, normalised.literals)
}

const isPersonNoun = (token: Token | undefined): boolean => sense(token, 'noun')?.type === 'person'

/** Whether the head is yet to come after a noun. */
function continues(tokens: readonly Token[], after: number, owns: boolean, cn: boolean): boolean {
  const later = tokens[after]
  if (later === undefined || later.mark !== undefined) return false
  if (owns) return reachesHead(tokens, after) || isUnknown(later)
  if (cn) {
    if (relativeClause(tokens, after)) return true
    if (isSmall(later, 'in') && isSmall(tokens[after + 1], 'de', 'that'))
      return reachesHead(tokens, after + 2)
    const place = sense(later, 'place')
    if (place && isSmall(tokens[after + 1], 'de')) return reachesHead(tokens, after + 2)
    return isHead(later) && !later.senses.some((each) => each.is === 'verb' || each.is === 'property')
  }
  return isHead(later) && !blocked(tokens, after)
}

/** `树后面露出来的车`, `站在桌边的人`: what stands before 的 says where or how, and the head follows. */
function relativeClause(tokens: readonly Token[], start: number): boolean {
  if (isSmall(tokens[start], 'in') || sense(tokens[start], 'noun')) return false
  for (let at = start; at < tokens.length && at < start + 6; at++) {
    const token = tokens[at]!
    if (isSmall(token, 'de') && token.text === '的') return at > start + 1 && reachesHead(tokens, at + 1)
    const plain =
      sense(token, 'place') ??
      (token.senses.length === 0 ? true : undefined) ??
      (sense(token, 'frame') && token.text !== '把') ??
      (sense(token, 'verb')?.verb === 'pose' || undefined)
    if (!plain || token.mark !== undefined || token.measure || token.literal !== undefined) return false
  }
  return false
}

/** Whether a token that may be a noun is a verb here: `mirror it`, `frame the photo`. */
function blocked(tokens: readonly Token[], at: number): boolean {
  const token = tokens[at]!
  // `into a painting` is a manner, `remove the painting` a thing.
  if (
    sense(token, 'style') &&
    !tokens.some((each) =>
      ['remove', 'blur', 'hide', 'pixelate', 'recolour'].includes(sense(each, 'verb')?.verb ?? ''),
    ) &&
    !isSmall(tokens[at - 1], 'the', 'that')
  )
    return true
  if (
    !token.senses.some(
      (each) =>
        each.is === 'verb' ||
        each.is === 'property' ||
        each.is === 'look' ||
        (each.is === 'small' && each.small !== 'largest' && each.small !== 'smallest') ||
        each.is === 'colour' ||
        each.is === 'material',
    )
  )
    return false
  if (sense(token, 'colour') || sense(token, 'material')) {
    // `orange`, `rose`, `stone`: things after `the` or a verb that takes one.
    const before = tokens[at - 1]
    return !(
      isSmall(before, 'the', 'that', 'a', 'all', 'largest', 'smallest') ||
      sense(before, 'colour') ||
      sense(before, 'verb')?.verb === 'remove'
    )
  }
  const before = tokens[at - 1]
  if (
    isSmall(before, 'the', 'that', 'a', 'all', 'my', 'de') ||
    sense(before, 'colour') ||
    sense(before, 'noun')
  )
    return sense(token, 'property') !== undefined
  const strong = tokens
    .slice(0, at)
    .some((each) =>
      ['remove', 'blur', 'hide', 'pixelate', 'keep', 'replace'].includes(sense(each, 'verb')?.verb ?? ''),
    )
  const laterStrong = tokens
    .slice(at + 1)
    .some((each) => ['remove', 'pixelate', 'hide'].includes(sense(each, 'verb')?.verb ?? ''))
  return !(strong || laterStrong)
}

const afterStrongVerb = (tokens: readonly Token[], start: number): boolean =>
  tokens
    .slice(Math.max(0, start - 2), start)
    .some(
      (each) =>
        ['remove', 'replace', 'hide', 'pixelate', 'add', 'recolour', 'isolate', 'keep'].includes(
          sense(each, 'verb')?.verb ?? '',
        ) || isSmall(each, 'ba', 'not'),
    )

/** Whether what begins here leads to a noun without anything else between. */
function reachesHead(tokens: readonly Token[], start: number): boolean {
  for (let at = start; at < tokens.length && at < start + 8; at++) {
    const token = tokens[at]!
    if (token.mark !== undefined || token.literal !== undefined) return false
    if (isHead(token))
      return !(
        blocked(tokens, at) &&
        !(at > start && isSmall(tokens[at - 1], 'the', 'that', 'de', 'a', 'largest', 'smallest'))
      )
    if (isSmall(token, 'to', 'with', 'from', 'and', 'next', 'behind')) return false
    if (isSmall(token, 'it') && !isSmall(token, 'that')) return false
    if (token.senses.some((each) => each.is === 'verb' && !['hide'].includes(each.verb))) return false
    if (sense(token, 'property') && !sense(token, 'colour')) return false
    if (sense(token, 'colour') || sense(token, 'order') || sense(token, 'material') || sense(token, 'stuff'))
      continue
    if (sense(token, 'place')) {
      if (token.han || token.text.split(' ').length === 1) continue
      return false
    }
    if (isSmall(token, 'the', 'a', 'that', 'de', 'all', 'several', 'largest', 'smallest', 'my')) {
      if (!token.han && at > start && isSmall(token, 'the', 'a', 'all')) return false
      continue
    }
    if (token.han && isSmall(token, 'in', 'picture')) continue
    if (token.measure?.unit === 'number') continue
    if (isUnknown(token) || quality.test(token.text)) {
      if (/^(?:so|that|because)$/.test(token.text)) return false
      continue
    }
    return false
  }
  return false
}

const sidesCn: Readonly<Record<string, Place>> = {
  左: 'left',
  右: 'right',
  上: 'top',
  下: 'bottom',
  前: 'front',
}

/** Whether a verb before sets things moving. */
const moved = (tokens: readonly Token[], start: number): boolean =>
  tokens
    .slice(0, start)
    .some((each) => ['move', 'rotate', 'increase', 'extend'].includes(sense(each, 'verb')?.verb ?? ''))

function finished(
  tokens: readonly Token[],
  start: number,
  head: number,
  draft: Draft,
  normalised: Normalised,
  noun: SenseOf<'noun'> | undefined,
  pronoun = false,
): Mention {
  let at = head + 1
  // What belongs to it and comes after: `on the left`, `in the red shirt`, `from the left`.
  const cn = normalised.language === 'cn'
  let order: Target['order']
  let fromSide: Place | undefined
  while (!cn && at < tokens.length) {
    const token = tokens[at]!
    const place = sense(token, 'place')
    // `in front of the house` is beside something, and no place of its own.
    if (place && isSmall(tokens[at + 1], 'of') && !/side|corner|half|part|edge|left|right/.test(token.text)) {
      const whose = mentionAt(tokens, at + 2, normalised)
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
      const other = isSmall(tokens[inner], 'it') ? undefined : mentionAt(tokens, inner, normalised)
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
  // A run of characters that nobody knows is one word.
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

/** `the dogs` are all of them, and so is `people`; a place or an order picks one. */
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

/** Whether `with` or `in` belongs to the thing before it rather than to the verb: `the man in the hat`, not `fill the sky with stars`. */
function ties(tokens: readonly Token[], at: number): boolean {
  const verbs = tokens.slice(0, at).map((each) => sense(each, 'verb')?.verb)
  if (
    isSmall(tokens[at], 'with') &&
    verbs.some((each) => each === 'replace' || each === 'make' || each === 'hide' || each === 'extend')
  )
    return false
  return true
}
