import { beyond, type ClauseReader } from '../clause.ts'

/** Replacing, adding, and other requests that would have to be generated. */
export const invented: ClauseReader = (clause) => {
  if (clause.has('invent', 'old')) return beyond
  if (clause.has('duplicate') && clause.mentions.length > 0) return beyond
  if (clause.has('pose')) return beyond
  const fresh = clause.mentions.filter((each) => each.fresh || each.unknown)
  if (clause.has('add')) {
    if (
      clause.mentions.length > 0 ||
      clause.tokens.some((token) => token.senses.length === 0 && token.mark === undefined)
    )
      return beyond
    return undefined
  }
  if (
    clause.mentions.length > 0 &&
    clause.mentions.every(({ fresh, target }) => fresh && target.type !== 'text') &&
    !clause.has('keep', 'remove')
  )
    return beyond
  if (
    clause.cn &&
    /换一个|换个|来个|来一个|换身|换成|换上/.test(clause.text) &&
    clause.mentions.some(({ target }) => target.type === 'thing' || target.type === 'person')
  )
    return beyond
  if (clause.has('replace') && clause.mentions.length > 0) return beyond
  if (
    clause.mentions.length >= 2 &&
    (clause.has('make') || clause.hasSmall('instead')) &&
    (clause.hasSmall('to', 'instead', 'with') || clause.cn)
  )
    return beyond
  if (fresh.length > 0 && (clause.has('make') || clause.hasSmall('with', 'in'))) return beyond
  if (
    clause.mentions.length === 1 &&
    clause.has('make') &&
    clause.tokens.some((token) => token.senses.length === 0 && token.mark === undefined)
  )
    return beyond
  return undefined
}
