import type { Clause } from '../clause.ts'
import { isSmall, sense } from '../senses.ts'
import type { Token } from '../tokens.ts'

const silent = new Set([
  'the',
  'a',
  'de',
  'my',
  'it',
  'and',
  'next',
  'to',
  'in',
  'ba',
  'of',
  'only',
  'that',
  'one',
  'with',
  'from',
])

/** Whether a token expresses something that can be requested. */
export const says = (token: Token): boolean =>
  token.literal !== undefined ||
  token.measure !== undefined ||
  (token.mark === undefined && token.senses.length === 0) ||
  token.senses.some((each) => each.is !== 'frame' && !(each.is === 'small' && silent.has(each.small)))

const manners = new Set(['filter', 'picture', 'rest', 'all', 'style', 'day', 'only', 'here', 'not'])

/** Only words of manner or degree, which belong to their neighbours. */
export const isManner = (tokens: readonly Token[]): boolean =>
  tokens.every(
    (token) =>
      !says(token) ||
      token.senses.some(
        (each) =>
          each.is === 'degree' || each.is === 'frame' || (each.is === 'small' && manners.has(each.small)),
      ) ||
      token.measure?.unit === 'percent',
  )

/** `like a thriller`: a comparison for a requested change. */
export const isLikeness = (tokens: readonly Token[]): boolean =>
  /^(?:like|as in|kinda like|sort of like|just like|像|就像|好像|跟)$/.test(
    tokens.find(({ mark }) => mark === undefined)?.text ?? '',
  ) &&
  !tokens.some((token) =>
    token.senses.some((each) =>
      ['verb', 'look', 'style', 'retouch', 'colour', 'property', 'backdrop', 'material'].includes(each.is),
    ),
  )

/** Whether a clause has a verb that requests an edit. */
export const wishes = (clause: Clause): boolean =>
  clause.tokens.some((token) =>
    token.senses.some(
      (each) =>
        each.is === 'verb' && !['pose', 'keep', 'retone', 'lacks', 'question', 'old'].includes(each.verb),
    ),
  )

export const modal: RegExp = /\b(?:should|must|could|let|have|has to|needs?|want|please)\b|应该|要|让|想|请/

export const isUnknownWord = (token: Token): boolean => token.senses.length === 0 && token.mark === undefined

export const asks = (tokens: readonly Token[]): boolean =>
  tokens.some((token) =>
    token.senses.some(
      (each) =>
        each.is === 'verb' &&
        ![
          'keep',
          'question',
          'make',
          'remove',
          'enhance',
          'lacks',
          'retone',
          'pose',
          'undo',
          'write',
        ].includes(each.verb),
    ),
  )

export function partedBy(tokens: readonly Token[], isPart: (token: Token) => boolean): Token[][] {
  const parts: Token[][] = [[]]
  for (const token of tokens) {
    if (isPart(token)) parts.push([])
    else parts.at(-1)!.push(token)
  }
  return parts
}

export const isConnector = (token: Token): boolean =>
  (isSmall(token, 'and', 'next') && token.literal === undefined) || token.mark === '、' || token.mark === '+'

export const hasVerb = (tokens: readonly Token[]): boolean =>
  tokens.some((token) =>
    token.senses.some((each) => each.is === 'verb' && each.verb !== 'retone' && each.verb !== 'lacks'),
  )

/** Words that request an edit without a verb: `warmer`, `black and white`. */
export const hasNamed = (tokens: readonly Token[]): boolean =>
  tokens.some((token) => {
    const property = sense(token, 'property')
    return (
      (property !== undefined && property.sign !== 0) ||
      (sense(token, 'look') ?? sense(token, 'style')) !== undefined
    )
  })

export function trimmed(tokens: readonly Token[]): readonly Token[] {
  let [from, to] = [0, tokens.length]
  while (from < to && (isConnector(tokens[from]!) || tokens[from]!.mark !== undefined)) from++
  while (to > from && (isConnector(tokens[to - 1]!) || tokens[to - 1]!.mark !== undefined)) to--
  return tokens.slice(from, to)
}
