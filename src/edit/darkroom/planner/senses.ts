import type { Token } from './tokens.ts'
import type { Sense, SenseOf, Small } from './words/lexicon.ts'

/** The first sense of a given type of a token. */
export function sense<I extends Sense['is']>(token: Token | undefined, is: I): SenseOf<I> | undefined {
  return token?.senses.find((each): each is SenseOf<I> => each.is === is)
}

export function isSmall(token: Token | undefined, ...smalls: readonly Small[]): boolean {
  return token?.senses.some((each) => each.is === 'small' && smalls.includes(each.small)) ?? false
}

export const isUnknown = (token: Token | undefined): boolean =>
  token?.text !== '一' &&
  token !== undefined &&
  token.senses.length === 0 &&
  token.mark === undefined &&
  token.literal === undefined &&
  token.measure === undefined
