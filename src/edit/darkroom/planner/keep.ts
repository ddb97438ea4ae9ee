import type { PlannerOptions, Target } from '../plan.ts'
import { Clause } from './clause.ts'
import type { Normalised } from './normalise.ts'
import { isSmall, sense } from './senses.ts'
import type { Token } from './tokens.ts'

const parting = /^[,.;!?，。；！？…()]$/u

const textOf = (tokens: readonly Token[]): string => tokens.map(({ text }) => text).join(' ')

const isKeep = (token: Token): boolean => sense(token, 'verb')?.verb === 'keep'

/**
 * Extracts the parts of an instruction that must stay unchanged: `keep the sky as it is`, `don't touch her face`,
 * `其他不变`. Keeping everything else needs no target: nothing else is changed anyway.
 */
export function readKeeps(
  tokens: readonly Token[],
  normalised: Normalised,
  options: PlannerOptions,
): { readonly keep: readonly Target[]; readonly rest: readonly Token[] } {
  const keep: Target[] = []
  const rest: Token[] = []
  let part: Token[] = []
  const flush = (end?: Token): void => {
    const kept = keptIn(part, normalised, options)
    if (kept) {
      keep.push(...kept.keep)
      rest.push(...kept.rest)
    } else rest.push(...part)
    if (end) rest.push(end)
    part = []
  }
  for (const token of tokens) {
    const parts = token.mark !== undefined && parting.test(token.mark)
    const then = (isSmall(token, 'and', 'next') || isBut(token)) && part.length > 0
    if (parts) flush(token)
    else if (
      then &&
      part.some(isKeep) &&
      !part.some(isOnly) &&
      !isNameOnly(tokens.slice(tokens.indexOf(token) + 1))
    )
      flush(token)
    else if (then && startsKeep(tokens.slice(tokens.indexOf(token) + 1))) flush(token)
    else if (isBut(token) && part.some(asksFor) && staysAfter(tokens.slice(tokens.indexOf(token) + 1)))
      flush(token)
    else part.push(token)
  }
  flush()
  return { keep, rest }
}

const isBut = ({ text }: Token): boolean => /^(?:but|yet|while|but please|但|但是|不过|可是|只是)$/.test(text)

const isOnly = (token: Token): boolean => isSmall(token, 'only')

const asksFor = (token: Token): boolean =>
  token.senses.some((each) => ['verb', 'look', 'style', 'property', 'retouch'].includes(each.is))

/** `but the painting stays untouched`: a name with a word for keeping, up to the next punctuation mark. */
function staysAfter(tokens: readonly Token[]): boolean {
  const end = tokens.findIndex(({ mark }) => mark !== undefined)
  const list = end < 0 ? tokens : tokens.slice(0, end)
  const at = list.findIndex(isKeep)
  return at > 0 && at <= 5 && list.slice(0, at).some((token) => sense(token, 'noun'))
}

/** `… but not the bride and groom`: names up to the next punctuation mark, and no request. */
function isNameOnly(tokens: readonly Token[]): boolean {
  const end = tokens.findIndex(({ mark }) => mark !== undefined)
  const list = end < 0 ? tokens : tokens.slice(0, end)
  return (
    list.some((token) => sense(token, 'noun')) &&
    list.length <= 4 &&
    list.every((token) =>
      token.senses.some(
        (each) =>
          each.is === 'noun' ||
          each.is === 'frame' ||
          each.is === 'colour' ||
          (each.is === 'small' && ['the', 'my', 'of', 'and'].includes(each.small)),
      ),
    )
  )
}

/** `and keep the sky`, `but leave her face alone`, `without touching`. */
function startsKeep(tokens: readonly Token[]): boolean {
  const first = tokens.findIndex(
    (token) => token.senses.some((each) => each.is !== 'frame') && !isSmall(token, 'next'),
  )
  return first >= 0 && first < 2 && isKeep(tokens[first]!)
}

function keptIn(
  part: readonly Token[],
  normalised: Normalised,
  options: PlannerOptions,
): { keep: Target[]; rest: readonly Token[] } | undefined {
  // `…, me in colour`
  const coloured = part.findIndex((token) => /^in (?:full )?color$/.test(token.text))
  if (coloured > 0 && part.length <= coloured + 1) {
    const self = part.find((token) => /^(?:me|us)$/.test(token.text))
    const whose = new Clause(part, normalised, options, undefined).mentions
    if (self) return { keep: [{ type: 'person', phrase: self.text, noun: 'person' }], rest: [] }
    if (whose.length === 1 && whose[0]!.target.type !== 'picture')
      return { keep: [whose[0]!.target], rest: [] }
  }
  // `lighten it without making it grainy`: a caution, not a request.
  const care = part.findIndex(
    (token, i) =>
      token.text === 'without' &&
      /^(?:making|losing|overdoing|ruining|blowing|getting|turning|it|looking|too)$/.test(
        part[i + 1]?.text ?? '',
      ),
  )
  if (care > 0) return { keep: [], rest: part.slice(0, care) }
  const at = part.findIndex(isKeep)
  // `width 800 px keep ratio`: its aspect ratio stays anyway.
  if (
    at >= 0 &&
    /\b(?:aspect )?ratio|proportions?\b|比例|长宽比/.test(textOf(part.slice(at, at + 6))) &&
    part.some(({ measure }) => measure)
  )
    return { keep: [], rest: part.filter((token, i) => i < at || token.measure !== undefined) }
  if (at < 0) return notDone(part, normalised, options) ?? notBut(part, normalised, options)
  if (/shape|形状|造型|姿势|\bpose\b/.test(part.map((token) => token.text).join(' '))) {
    // `keep its shape, but make it of gold`: only the topic.
    const named = new Clause(part, normalised, options, undefined).mentions[0]
    return { keep: [], rest: named ? part.slice(named.from, named.to) : [] }
  }
  if (part.some(isOnly) && !/^(?:dont|do not|without)/.test(part[at]!.text)) return undefined
  const clause = new Clause(part, normalised, options, undefined)
  const cn = normalised.language === 'cn'
  const excepting =
    /except|but|apart|other than|besides|excluding|all but|without/.test(part[at]!.text) ||
    /^(?:除|除了)$/.test(part[at]!.text)
  if (excepting && !cn) {
    // `blur everything except the dog`: the rest of the clause is the request.
    const before = part.slice(0, at)
    const after = new Clause(part.slice(at + 1), normalised, options, undefined)
    if (
      /^(?:everything|everybody|everyone|all|anything) (?:but|except)|^all but$/.test(part[at]!.text) ||
      before.some((token) => isSmall(token, 'rest'))
    )
      return exceptOne(before, after, part[at]!)
    return { keep: after.mentions.map(({ target }) => target), rest: before }
  }
  if (cn && /^(?:除|除了)$/.test(part[at]!.text)) {
    const named = clause.mentions[0]
    // `除了我都虚化`
    const self = part.findIndex((token, i) => i > at && /^(?:我|我们|自己|他|她)$/.test(token.text))
    if (self === at + 1 && (!named || named.from > self)) {
      const others = part.slice(self + 1).filter((token) => !/以外|之外/.test(token.text))
      return {
        keep: [{ type: 'person', phrase: part[self]!.text, noun: 'person' }],
        rest: others.map((token) =>
          isSmall(token, 'all') ? { ...token, senses: [{ is: 'small', small: 'rest' } as const] } : token,
        ),
      }
    }
    if (!named) return undefined
    const end = part.findIndex((token, i) => i >= named.to && /以外|之外/.test(token.text))
    const after = part.slice(end >= 0 ? end + 1 : named.to)
    // `除了杯子全部去掉`
    if (
      !after.some((token) => isSmall(token, 'rest') || sense(token, 'noun')) &&
      after.some((token) => sense(token, 'verb')?.verb === 'remove')
    )
      return {
        keep: [named.target],
        rest: after.map((token) =>
          isSmall(token, 'all') ? { ...token, senses: [{ is: 'small', small: 'rest' } as const] } : token,
        ),
      }
    return {
      keep: [named.target],
      rest: after.flatMap((token) =>
        !isSmall(token, 'rest') ? [token] : /人/.test(token.text) ? [everyone(token)] : [],
      ),
    }
  }
  if (cn && /以外|之外/.test(part[at]!.text)) {
    const outside = clause.mentions.find(({ to }) => to <= at)
    if (outside)
      return {
        keep: [outside.target],
        rest: part.slice(at + 1).filter((token) => !/地方|部分|的/.test(token.text)),
      }
  }
  // `keep the shape, but …` and `keep him in color`: more than keeping.
  const asks = part.some(
    (token, i) =>
      i !== at &&
      clause.mentionOf(i) === undefined &&
      token.senses.some(
        (each) => each.is === 'verb' && !['keep', 'make', 'lacks', 'move', 'pose'].includes(each.verb),
      ),
  )
  if (clause.hasSmall('only')) return undefined
  const all = clause.mentions.filter(({ target }) => target.type !== 'picture')
  // `人物保持彩色`: an unknown word next to a known one says how.
  const known = all.filter(({ unknown }) => !unknown)
  const named = known.length > 0 ? known : all
  if (named.length === 0) {
    if (asks || (clause.property().length > 0 && !/^(?:dont|do not|without)/.test(part[at]!.text)))
      return undefined
    return { keep: [], rest: [] }
  }
  if (asks && !cn) {
    // The part before the word may be a request: `make it warmer without changing the sky`.
    const before = part.slice(0, at)
    const inner = new Clause(part.slice(at), normalised, options, undefined)
    if (
      before.some((token) =>
        token.senses.some((each) => each.is === 'verb' || each.is === 'property' || each.is === 'look'),
      )
    )
      return { keep: inner.mentions.map(({ target }) => target), rest: before }
    return undefined
  }
  const before = part.slice(0, at)
  if (
    !cn &&
    at > 0 &&
    named.every(({ from }) => from > at) &&
    before.some((token) =>
      token.senses.some((each) => ['verb', 'property', 'look', 'style'].includes(each.is)),
    )
  )
    return { keep: named.map(({ target }) => target), rest: before }
  return { keep: clause.hasSmall('rest') ? [] : named.map(({ target }) => target), rest: [] }
}

const doing = new Set([
  'remove',
  'blur',
  'pixelate',
  'hide',
  'recolour',
  'crop',
  'flip',
  'sharpen',
  'smooth',
  'write',
])

/** `don't blur the dog`, `中间的人别打码`: what must not be done to it keeps it unchanged. */
function notDone(
  part: readonly Token[],
  normalised: Normalised,
  options: PlannerOptions,
): { keep: Target[]; rest: readonly Token[] } | undefined {
  const at = part.findIndex(
    (token, i) =>
      /^(?:dont|do not|not|别|不要|不用|不能)$/.test(token.text) &&
      (part[i + 1]?.senses.some((each) => each.is === 'verb' && doing.has(each.verb)) ||
        // `don't clip the clouds`
        (/^(?:dont|do not)$/.test(token.text) &&
          part[i + 1]?.senses.length === 0 &&
          isSmall(part[i + 2] ?? token, 'the', 'my'))),
  )
  if (at < 0) return undefined
  const clause = new Clause(part, normalised, options, undefined)
  const named = clause.mentions.filter(
    ({ target, from }) => target.type !== 'picture' && (from > at || normalised.language === 'cn'),
  )
  return named.length === 0
    ? undefined
    : { keep: named.map(({ target }) => target), rest: part.slice(0, Math.min(at, named[0]!.from)) }
}

/** `…, not the face though`: a part that only excludes something. */
function notBut(
  part: readonly Token[],
  normalised: Normalised,
  options: PlannerOptions,
): { keep: Target[]; rest: readonly Token[] } | undefined {
  const first = part.findIndex((token) => !token.senses.some((each) => each.is === 'frame'))
  if (first < 0 || !/^not$/.test(part[first]!.text) || !part.some((token) => isSmall(token, 'the', 'my')))
    return undefined
  const clause = new Clause(part, normalised, options, undefined)
  if (
    clause.mentions.length === 0 ||
    clause.tokens.some(
      (token, at) =>
        at !== first &&
        clause.mentionOf(at) === undefined &&
        token.senses.some(
          (each) =>
            each.is === 'verb' || each.is === 'property' || each.is === 'colour' || each.is === 'degree',
        ),
    )
  )
    return undefined
  return { keep: clause.mentions.map(({ target }) => target), rest: [] }
}

const everyone = (token: Token): Token => ({
  ...token,
  text: 'everyone',
  senses: [{ is: 'noun', noun: 'people', type: 'person', plural: true }],
})

function exceptOne(
  before: readonly Token[],
  after: Clause,
  except: Token,
): { keep: Target[]; rest: readonly Token[] } {
  const self = after.tokens.find((token) => /^(?:me|us|myself|mine)$/.test(token.text))
  const keep = self
    ? [{ type: 'person' as const, phrase: self.text, noun: 'person' }]
    : after.mentions.map(({ target }) => target)
  const everything: Token = /^every(?:body|one)/.test(except.text)
    ? everyone(except)
    : { ...except, text: 'everything else', senses: [{ is: 'small', small: 'rest' }] }
  // `turn everything except the car grey`: what follows the name is requested for the rest.
  const last = self ? after.tokens.indexOf(self) + 1 : after.mentions.at(-1)?.to
  return { keep, rest: [...before, everything, ...(last === undefined ? [] : after.tokens.slice(last))] }
}
