import type { Place } from '../../plan.ts'
import { type Clause, type ClauseReader, steps, unclear } from '../clause.ts'
import { isSmall, sense } from '../senses.ts'
import { manner, textTarget } from './textTarget.ts'

const removing = (clause: Clause): boolean =>
  clause.has('remove') || clause.hasSmall('not') || /留空|blank|without/.test(clause.text)

/** Words in quotes. */
export const quotedText: ClauseReader = (clause) => {
  const [first, second] = clause.literals
  if (!first) return undefined
  const things = clause.mentions.filter(({ target }) => target.type !== 'text' && target.type !== 'picture')
  const sign = things.find(({ target }) => target.text !== undefined)
  if (second) return replaced(clause, first, second)
  // The error itself is not stated.
  if (/spelling|misspel|\btypo\b|拼写|错别字/.test(clause.text)) return unclear
  const text = first.text
  const mine = clause.mentions.filter(({ target }) => target.type === 'text')
  const colour = clause.free('colour')[0]?.sense.colour
  if (clause.has('blur', 'pixelate', 'hide')) {
    const how = clause.has('pixelate') ? 'pixelate' : /black|黑/.test(clause.text) ? 'black' : 'blur'
    return steps(
      { kind: 'obscure', target: sign?.target ?? textTarget(clause, text), how, strength: clause.strength },
      [...mine, sign],
    )
  }
  if (sign && clause.has('remove')) return steps({ kind: 'erase', target: sign.target }, [sign, ...mine])
  if (/blank|留空|去字/.test(clause.text) || (clause.hasSmall('not') && /\bsay\b|写着/.test(clause.text)))
    return steps({ kind: 'erase', target: textTarget(clause, text) }, clause.mentions)
  if ((removing(clause) && !clause.has('write')) || (clause.has('remove') && !clause.has('add')))
    return steps({ kind: 'erase', target: textTarget(clause, text) }, clause.mentions)
  const adds = clause.has('add', 'write') || clause.verbAt('make') < 0
  const to = clause.tokens
    .slice(0, first.at)
    .some(
      (token) =>
        isSmall(token, 'to', 'with') || /^(?:改成|换成|改为|换为|变成|替换成|替换为|改|换)$/.test(token.text),
    )
  // `change the text to "X"`: the current text must be found in the picture.
  if (
    (mine.length > 0 || things.length > 0) &&
    to &&
    clause.has('make', 'replace', 'fix') &&
    !clause.has('add')
  )
    return steps(
      {
        kind: 'replace-text',
        target: { ...(mine[0]?.target ?? things[0]?.target ?? textTarget(clause, '')), type: 'text' },
        from: '',
        to: text,
      },
      clause.mentions,
      0.85,
    )
  if (
    (mine.length > 0 || things.length > 0) &&
    /\b(?:say|says|read|reads)\b/.test(clause.text) &&
    clause.has('make') &&
    !clause.has('add') &&
    things.some(({ target }) => target.noun === 'sign' || target.noun === 'license plate')
  )
    return steps(
      { kind: 'replace-text', target: { ...things[0]!.target, type: 'text' }, from: '', to: text },
      clause.mentions,
      0.85,
    )
  // `make the headline "We Won"`
  const titled = mine.find(({ to, fresh }) => to === first.at && !fresh)
  if (
    titled &&
    clause.has('make') &&
    !clause.has('add', 'write') &&
    /\b(?:make|change|set)\b/.test(clause.text)
  )
    return steps(
      { kind: 'replace-text', target: { ...titled.target, type: 'text' }, from: '', to: text },
      clause.mentions,
      0.8,
    )
  if (
    /^(?:now )?it (?:should|must|has to|needs to|ought to) (?:now |actually )?(?:say|says|read|reads)\b/.test(
      clause.text,
    )
  )
    return steps(
      { kind: 'replace-text', target: textTarget(clause, ''), from: '', to: text },
      clause.mentions,
      0.8,
    )
  // `the plate should read "ABC"`
  const carrier = things.find(({ to }) => to <= first.at) ?? mine[0]
  if (
    !clause.has('add') &&
    carrier &&
    !/\bthat (?:says?|reads?)\b/.test(clause.text) &&
    /\b(?:say|says|read|reads|list)\b|应该写|要写/.test(clause.text)
  )
    return steps(
      { kind: 'replace-text', target: { ...carrier.target, type: 'text' }, from: '', to: text },
      clause.mentions,
      0.85,
    )
  if (
    colour &&
    mine.length > 0 &&
    clause.has('make', 'recolour') &&
    !clause.has('add', 'write') &&
    !/\bput\b/.test(clause.text)
  )
    return steps({ kind: 'recolour', target: textTarget(clause, text), colour }, clause.mentions)
  if (
    colour &&
    clause.has('recolour', 'make') &&
    !clause.has('add', 'write') &&
    !/\b(?:put|in|on it)\b|上/.test(clause.text) &&
    mine.length === 0 &&
    things.length === 0
  )
    return steps({ kind: 'recolour', target: textTarget(clause, text), colour }, clause.mentions)
  if (!adds && /title|label/.test(clause.text) === false && clause.has('retone')) return undefined
  return steps(
    { kind: 'add-text', text, ...manner(clause) },
    clause.mentions,
    adds || clause.hasSmall('picture') ? undefined : 0.85,
  )
}

/** The place stated between two tokens. */
const placeBeside = (clause: Clause, from: number, to: number): Place | undefined =>
  clause.tokens.slice(from, to).flatMap((token) => sense(token, 'place') ?? [])[0]?.place

function replaced(clause: Clause, first: { at: number; text: string }, second: { at: number; text: string }) {
  const between = clause.tokens.slice(first.at + 1, second.at)
  const before = clause.tokens.slice(0, first.at)
  // The new text comes first in `"B" instead of "A"`, `用“B”替换“A”`, `put "B" where it says "A"`, `写“B”，而不是“A”`.
  const reversed =
    between.some(
      (token) =>
        isSmall(token, 'instead') ||
        /^(?:where|代替|替换|换掉|取代|替代|over|不要|not)$/.test(token.text) ||
        token.text === 'not',
    ) &&
    !before.some((token) => /^(?:不要|把|not)$/.test(token.text) || sense(token, 'verb')?.verb === 'replace')
  const place =
    between.some((token) => /where|地方/.test(token.text)) ||
    before.some((token) => /where|写着/.test(token.text))
  const use =
    before.some((token) => isSmall(token, 'with') && /^(?:用|use|with)$/.test(token.text)) ||
    before.some((token) => token.text === 'use')
  const flip = (reversed && !(place && before.some((token) => token.text === 'where'))) || use
  const [from, to] = flip ? [second.text, first.text] : [first.text, second.text]
  const places = [placeBeside(clause, 0, first.at), placeBeside(clause, first.at, second.at)]
  const isApart = places.every((each) => each !== undefined) && places[0] !== places[1]
  if ((clause.has('add') || isApart) && !clause.has('replace', 'make', 'remove') && !reversed)
    return steps(
      [first, second].map((each, at) => ({
        kind: 'add-text' as const,
        text: each.text,
        ...manner(clause),
        ...(isApart && { place: places[at] }),
      })),
      clause.mentions,
      0.75,
    )
  return steps({ kind: 'replace-text', target: textTarget(clause, from), from, to }, clause.mentions)
}
