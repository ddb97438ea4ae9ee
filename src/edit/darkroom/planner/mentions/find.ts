import type { Normalised } from '../normalise.ts'
import { isSmall, isUnknown, sense } from '../senses.ts'
import type { Token } from '../tokens.ts'
import { finished } from './finished.ts'
import { afterStrongVerb, blocked, continues, isHead, isPersonNoun, reachesHead } from './heads.ts'
import { type Draft, type Mention, spanOf } from './mention.ts'
import { collective, quality, worn } from './words.ts'

type Rest<T extends readonly unknown[]> = T extends readonly [unknown, ...infer R] ? R : never

/** Completes a mention to which others may belong. */
const finish = (...rest: Rest<Parameters<typeof finished>>): Mention => finished(mentionAt, ...rest)

/** Finds the mentions of a clause, from left to right. */
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

/** `my holiday pic`: the words before the picture specify it, and name nothing in it. */
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
      // A noun before a noun, 的 or 's is a modifier: the head comes later.
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
        return finish(tokens, start, after, draft, normalised, undefined)
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
      return finish(tokens, start, at, draft, normalised, sense(token, 'noun'))
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
    ) {
      // `桌子下面的线`: relative to an object, not a place in the picture.
      if (!(cn && draft.owner !== undefined)) draft.place = place.place
    } else if (order && (reachesHead(tokens, at + 1) || isSmall(next, 'one', 'from'))) {
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
      // `take the stamp off`: an unknown verb is not part of its object.
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
        // `my doorman photobombed us`: what it does is not part of its name.
        const does = !cn && at > unknownFrom && /(?:ed|ing)$/.test(token.text)
        if (does) return finish(tokens, start, at - 1, draft, normalised, undefined)
        return finish(tokens, start, at, draft, normalised, undefined)
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
      return finish(tokens, start, end, draft, normalised, undefined, true)
    }
  }
  return undefined
}
