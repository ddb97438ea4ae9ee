import { cocoKinds, cocoNouns, cocoWords, commonNouns, pluralOf } from '../../instructions/index.ts'
import { ambiguous, colourNames, compounds, otherNames, vagueWords } from './words.ts'

/** A side of the picture. */
export type Side = 'left' | 'right' | 'top' | 'bottom' | 'middle'

/** A thing that a text names. */
export interface NamedThing {
  readonly word: string
  /** Possible meanings: two words mean the same if they share one. */
  readonly keys: readonly string[]
}

/** The things that a text names, by the words of both vocabularies. */
export interface Mentions {
  readonly things: readonly NamedThing[]
  /** Families: `blue` for navy too. */
  readonly colours: readonly string[]
  readonly sides: readonly Side[]
}

type Language = 'en' | 'cn'

const list = (text: string): string[] =>
  text
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '')

const dictionaries: Readonly<Record<Language, ReadonlyMap<string, readonly string[]>>> = dictionaryOf()

function dictionaryOf(): Record<Language, Map<string, readonly string[]>> {
  const [en, cn] = [new Map<string, readonly string[]>(), new Map<string, readonly string[]>()]
  const note = (words: Map<string, readonly string[]>, word: string, keys: readonly string[]): void => {
    words.set(word, [...new Set([...(words.get(word) ?? []), ...keys])])
  }
  for (const [key, noun] of [...Object.entries(cocoNouns), ...Object.entries(commonNouns)]) {
    const keys = [key, ...cocoKinds(key)]
    for (const word of [noun.en, pluralOf(noun)]) note(en, word.toLowerCase(), keys)
    if (noun.cn.length > 1) note(cn, noun.cn, keys)
  }
  for (const [key, names] of Object.entries(otherNames)) {
    const [english = '', chinese = ''] = names.split('|')
    const keys = [key, ...cocoKinds(key)]
    for (const word of list(english)) note(en, word.toLowerCase(), keys)
    for (const word of list(chinese)) note(cn, word, keys)
  }
  for (const word of cocoWords) {
    const keys = cocoKinds(word)
    note(en, word, keys)
    note(en, pluralOf({ en: word, cn: '' }).toLowerCase(), keys)
  }
  return { en, cn }
}

const longest = { en: 3, cn: 6 } as const

/** What a text names. */
export function mentionsOf(text: string, language: Language): Mentions {
  const things = language === 'en' ? englishThings(text) : chineseThings(text)
  return { things, colours: coloursOf(text, language), sides: sidesOf(text, language) }
}

function englishThings(text: string): NamedThing[] {
  const words = text.toLowerCase().match(/[a-z][a-z'-]*|[.,;:!?]/g) ?? []
  const found: NamedThing[] = []
  for (let at = 0; at < words.length; at++)
    for (let length = Math.min(longest.en, words.length - at); length > 0; length--) {
      const word = words.slice(at, at + length).join(' ')
      const keys = dictionaries.en.get(word)
      if (keys === undefined || (ambiguous.has(word) && !afterArticle(words, at))) continue
      found.push({ word, keys })
      at += length - 1
      break
    }
  return found
}

const articles = new Set(
  'a an the some another this that these those two three more his her their its'.split(' '),
)

/** Whether an article stands before a word, with at most two other words between. */
function afterArticle(words: readonly string[], at: number): boolean {
  for (let before = at - 1; before >= Math.max(0, at - 3); before--) {
    const word = words[before] as string
    if (articles.has(word)) return true
    if (/[.,;:!?]/.test(word) || ['and', 'or', 'to', 'of', 'in', 'on', 'with'].includes(word)) return false
  }
  return false
}

const nothing: ReadonlySet<string> = new Set(compounds)

function chineseThings(text: string): NamedThing[] {
  const found: NamedThing[] = []
  for (let at = 0; at < text.length; at++)
    for (let length = Math.min(longest.cn, text.length - at); length > 0; length--) {
      const word = text.slice(at, at + length)
      const keys = nothing.has(word) ? [] : dictionaries.cn.get(word)
      if (keys === undefined) continue
      if (keys.length > 0) found.push({ word, keys })
      at += length - 1
      break
    }
  return found
}

const colourTables = Object.entries(colourNames).map(([family, names]) => {
  const [english = '', chinese = ''] = names.split('|')
  const cn = list(chinese)
    .sort((a, b) => b.length - a.length)
    .join('|')
  return {
    family,
    en: new RegExp(`\\b(?:${list(english).join('|')})\\b`, 'i'),
    // 红色, 变红, and 红 before 的: alone it is part of too many words.
    cn: new RegExp(
      `(?:${cn})色|[变成染涂漆](?:${cn})(?![\\p{Script=Han}])|(?<![\\p{Script=Han}])(?:${cn})的`,
      'u',
    ),
  }
})

function coloursOf(text: string, language: Language): string[] {
  return colourTables.filter(({ [language]: pattern }) => pattern.test(text)).map(({ family }) => family)
}

const sidePatterns: Readonly<Record<Language, readonly (readonly [Side, RegExp])[]>> = {
  en: [
    [
      'left',
      /\b(?:left(?:most)?[- ](?:side|hand|corner|half|edge|part)|(?:on|at|to|in) the (?:far |upper |lower |top |bottom )?left|leftmost|(?:upper|lower|top|bottom)[- ]left)\b/i,
    ],
    [
      'right',
      /\b(?:right(?:most)?[- ](?:side|hand|corner|half|edge|part)|(?:on|at|to|in) the (?:far |upper |lower |top |bottom )?right|rightmost|(?:upper|lower|top|bottom)[- ]right)\b/i,
    ],
    ['top', /\b(?:at the top|upper|top[- ](?:left|right|corner|half|part))\b/i],
    ['bottom', /\b(?:at the bottom|lower|bottom[- ](?:left|right|corner|half|part))\b/i],
    ['middle', /\b(?:middle|cent(?:er|re))\b/i],
  ],
  cn: [
    ['left', /左(?!右)/u],
    ['right', /(?<!左)右/u],
    ['top', /左上|右上|上方|顶部|上部|最上/u],
    ['bottom', /左下|右下|下方|底部|下部|最下/u],
    ['middle', /中间|中央|正中/u],
  ],
}

function sidesOf(text: string, language: Language): Side[] {
  return sidePatterns[language].filter(([, pattern]) => pattern.test(text)).map(([side]) => side)
}

const opposites: Readonly<Partial<Record<Side, Side>>> = {
  left: 'right',
  right: 'left',
  top: 'bottom',
  bottom: 'top',
}

/** A side of the second that is opposite to one of the first, and that the first does not have. */
export function oppositeSide(known: readonly Side[], said: readonly Side[]): Side | undefined {
  return said.find((side) => !known.includes(side) && known.some((each) => opposites[each] === side))
}

const vague: Readonly<Record<Language, ReadonlySet<string>>> = {
  en: new Set(vagueWords.en),
  cn: new Set(vagueWords.cn),
}

/** Whether a name is unspecific: `something`, `an object`, `the background`. */
export function isVague(name: string, language: Language = 'en'): boolean {
  const bare = name
    .trim()
    .toLowerCase()
    .replace(/[.。]$/u, '')
  if (language === 'cn') return bare === '' || vague.cn.has(bare)
  const words = (bare.match(/[a-z'-]+/g) ?? []).filter((word) => !articles.has(word) && word !== 'of')
  return words.every((word) => vague.en.has(word))
}

const stop = new Set(
  'a an the is are was were be been it its this that of to in on at with and or for from by as has have there can be seen one'.split(
    ' ',
  ),
)

/** The content words of an English text, in the singular as far as the last letter shows it. */
export function contentWords(text: string): ReadonlySet<string> {
  const words = text.toLowerCase().match(/[\p{L}\p{N}'-]+/gu) ?? []
  return new Set(words.filter((word) => !stop.has(word)).map(singular))
}

const singular = (word: string): string => (word.length > 3 ? word.replace(/(?<=[^s])s$/, '') : word)

/** Shared part of two sets of words, 0 to 1: of the smaller one. */
export function overlap(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  const least = Math.min(a.size, b.size)
  if (least === 0) return 0
  return [...a].filter((word) => b.has(word)).length / least
}

/** Whether two English names mean the same thing. */
export function sameThing(a: string, b: string): boolean {
  const [first, second] = [contentWords(a), contentWords(b)]
  if (overlap(first, second) >= 0.99 && first.size > 0) return true
  const keys = new Set(thingKeys(a))
  return thingKeys(b).some((key) => keys.has(key))
}

/** What an English name may be. */
export function thingKeys(name: string): readonly string[] {
  return englishThings(`the ${name}`).at(-1)?.keys ?? []
}
