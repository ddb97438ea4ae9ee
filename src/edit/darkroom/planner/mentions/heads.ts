import { isSmall, isUnknown, sense } from '../senses.ts'
import type { Token } from '../tokens.ts'
import { quality } from './words.ts'

export const isHead = (token: Token | undefined): boolean => sense(token, 'noun') !== undefined

export const isPersonNoun = (token: Token | undefined): boolean => sense(token, 'noun')?.type === 'person'

/** Whether the head follows after a noun. */
export function continues(tokens: readonly Token[], after: number, owns: boolean, cn: boolean): boolean {
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

/** `树后面露出来的车`, `站在桌边的人`: the words before 的 say where or how, and the head follows. */
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
export function blocked(tokens: readonly Token[], at: number): boolean {
  const token = tokens[at]!
  // `into a painting` is a style, `remove the painting` an object.
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
    // `orange`, `rose`, `stone`: objects after `the` or a transitive verb.
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

export const afterStrongVerb = (tokens: readonly Token[], start: number): boolean =>
  tokens
    .slice(Math.max(0, start - 2), start)
    .some(
      (each) =>
        ['remove', 'replace', 'hide', 'pixelate', 'add', 'recolour', 'isolate', 'keep'].includes(
          sense(each, 'verb')?.verb ?? '',
        ) || isSmall(each, 'ba', 'not'),
    )

/** Whether only modifiers separate this token from a noun. */
export function reachesHead(tokens: readonly Token[], start: number): boolean {
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
