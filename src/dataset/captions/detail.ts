import type { Facts } from '../../instructions/index.ts'
import type { Caption } from '../pairs/pair.ts'

/** The level of detail of an instruction. */
export type Detail = NonNullable<Caption['detail']>

/** All levels, from the least to the most. */
export const details: readonly Detail[] = ['terse', 'plain', 'detailed']

/** The most words of a terse instruction; in Chinese characters, of which two make a word. */
const terse = { en: 5, cn: 9 } as const

const more = {
  en: /\b(?:everything|anything) else\b|\bthe rest\b|\bkeep(?:ing)?\b|\bunchanged\b|\bso that\b|\bwithout (?:changing|touching)\b/i,
  cn: /其他|其余|别的|保持|不变|不要动|不要改|使得|同时/u,
} as const

/**
 * The level of an instruction, from its words: `detailed` where it says what it need not (the place, the colour before,
 * what is to stay, or much more words than the edit needs), `terse` where it says no more than the edit in a few words.
 */
export function detailOf(text: string, facts: Facts, language: 'en' | 'cn'): Detail {
  const optional = Object.entries(facts).flatMap(([name, value]): string[] => {
    const isOptional =
      name === 'place' ||
      (name === 'from' && facts.kind === 'color_alter') ||
      (name === 'subject' && facts.kind === 'background_change')
    return isOptional ? [(value as { en: string; cn: string })[language]] : []
  })
  const low = text.toLowerCase()
  const length = lengthOf(text, language)
  if (optional.some((each) => low.includes(each.toLowerCase())) || more[language].test(text))
    return 'detailed'
  if (length > 4 * terse[language]) return 'detailed'
  return length <= terse[language] + said(facts, language) ? 'terse' : 'plain'
}

/** Words of an English text, characters of a Chinese one. */
export function lengthOf(text: string, language: 'en' | 'cn'): number {
  return language === 'en'
    ? (text.match(/[\p{L}\p{N}'’&-]+/gu)?.length ?? 0)
    : (text.match(/\p{Script=Han}|[A-Za-z0-9]+/gu)?.length ?? 0)
}

/** How much longer a terse instruction may be because the names in it are long. */
function said(facts: Facts, language: 'en' | 'cn'): number {
  const names = Object.values(facts).flatMap((value): string[] => {
    if (typeof value === 'object') return [(value as { en: string; cn: string })[language]]
    return []
  })
  const longest = Math.max(0, ...names.map((name) => lengthOf(name, language)))
  return Math.max(0, longest - (language === 'en' ? 2 : 3))
}
