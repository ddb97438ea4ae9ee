import type { Target } from '../../plan.ts'
import { beyond, type Clause, type ClauseReader, steps } from '../clause.ts'
import type { Mention } from '../mentions/mention.ts'
import { isSmall } from '../senses.ts'

/** Whether the clause asks to remove something. */
export function wantsGone(clause: Clause): boolean {
  if (clause.has('remove')) return true
  if (clause.cn && /(?:别|不要|不想)让?.*出现/.test(clause.text)) return true
  return clause.hasSmall('not') && !clause.has('keep', 'make', 'lacks', 'blur')
}

export const erased: ClauseReader = (clause) => {
  const nobody =
    /\b(?:nobody|no one|noone|no people|without (?:any )?people)\b|别有人|不要有人|不要人|没有人/.exec(
      clause.text,
    )
  if (
    nobody &&
    clause.mentions.every(({ target }) => target.type === 'person' || clause.has('make') === false)
  )
    if (
      /^(?:please |pls )?(?:nobody|no one|noone)\b|别有人|不要有人|没有人/.test(clause.text) &&
      !clause.has('hide', 'blur', 'pixelate')
    )
      return steps(
        { kind: 'erase', target: { type: 'person', phrase: nobody[0], noun: 'people', all: true } },
        clause.mentions,
      )
  if (!wantsGone(clause)) return undefined
  // `lose 20 pounds off me`
  if (/\b(?:pounds|lbs|kilos?|kg)\b|减肥|斤/.test(clause.text)) return beyond
  const things = clause.mentions.filter(({ target }) => target.type !== 'picture')
  // `the beach without the umbrellas`
  const without =
    clause.cn || clause.has('remove') ? -1 : clause.tokens.findIndex(({ text }) => text === 'without')
  // `clear the table of all dishes`
  const [carrier, carried] = things
  if (
    carrier &&
    carried &&
    /^(?:please |can you |could you )?(?:clear|clean|rid|free|empty) .+ (?:of|from) /.test(clause.text) &&
    isSmall(clause.tokens[carrier.to], 'of')
  )
    return steps({ kind: 'erase', target: carried.target }, things)
  const wanted = things.filter((each) => !ownedPlace(clause, each, things) && each.from > without)
  if (wanted.length === 0) {
    const person = clause.tokens.find((token) => /^(?:him|her|them|他|她|他们|她们)$/.test(token.text))
    const antecedent =
      clause.antecedent ??
      clause.topic ??
      (person
        ? {
            type: 'person' as const,
            phrase: person.text,
            noun: 'person',
            ...(/them|们/.test(person.text) && { all: true }),
          }
        : undefined)
    if (antecedent && antecedent.type !== 'background' && clause.has('remove'))
      return steps({ kind: 'erase', target: antecedent })
    return undefined
  }
  if (
    (clause.has('add', 'replace') || clause.verbAt('make') > clause.verbAt('remove')) &&
    wanted.some(({ fresh }) => fresh) &&
    wanted.length > 1
  )
    return beyond
  if (clause.has('add', 'replace') && wanted.some(({ fresh }) => fresh)) return beyond
  if (wanted[0]!.target.type === 'background') return undefined
  // `不错不错` requests nothing.
  if (
    clause.cn &&
    !clause.has('remove') &&
    wanted.every(({ unknown, target }) => unknown && target.noun?.length === 1)
  )
    return undefined
  const owner = clause.ofType('text')
  if (owner && wanted.includes(owner)) {
    const carrier = things.find((each) => each !== owner)
    const target: Target = carrier ? { ...owner.target, phrase: owner.target.phrase } : owner.target
    return steps({ kind: 'erase', target: { ...target, type: 'text' } }, things)
  }
  if (
    wanted.some(
      ({ target }) =>
        ['skin', 'lips', 'teeth', 'eyes'].includes(target.type) ||
        ['mouth', 'nose', 'head', 'arm', 'leg', 'body', 'ears', 'neck'].includes(target.noun ?? ''),
    )
  )
    return beyond
  if (wanted.some(({ target }) => ['hair', 'face'].includes(target.type))) return beyond
  // Taking off clothes asks to generate what is below them.
  const owned = wanted.some(
    ({ target }) =>
      ['clothes', 'shirt', 't-shirt', 'dress', 'pants', 'suit', 'jacket', 'coat', 'skirt', 'jeans'].includes(
        target.noun ?? '',
      ) && /^(?:his|her|my|their|your|他|她|我)/i.test(target.phrase),
  )
  if (owned || /take off (?:his|her|my|their)|undress|脱/.test(clause.text)) return beyond
  const joined = wanted.filter(
    (each, at) =>
      at === 0 ||
      clause.tokens
        .slice(wanted[at - 1]!.to, each.from)
        .some((token) => isSmall(token, 'and') || token.mark === '、' || token.mark === ','),
  )
  const each = clause.hasSmall('all')
  return steps(
    joined.map(({ target }) => ({
      kind: 'erase' as const,
      target: each && target.all === undefined && clause.cn ? { ...target, all: true } : target,
    })),
    things,
  )
}

/** Where something is rather than what: mentions cover `the dog on the table`, `桌子上的杯子`; this is for `from the sky`. */
const ownedPlace = (clause: Clause, mention: Mention, all: readonly Mention[]): boolean => {
  if (all.length < 2) return false
  const before = clause.tokens[mention.from - 1]
  const after = clause.tokens[mention.to]
  if (clause.cn) return isSmall(after, 'in') || isSmall(before, 'from') || /^[在往]$/.test(before?.text ?? '')
  return (
    isSmall(before, 'from', 'in', 'of', 'behind', 'by') ||
    /^(?:from|in|on|at|near|off|beside|behind|around|over|under|across|between|above|below|against|with|along)$/.test(
      before?.text ?? '',
    )
  )
}
