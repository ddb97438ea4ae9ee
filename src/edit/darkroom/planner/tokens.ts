import { literalAt, type Normalised } from './normalise.ts'
import { colourOf } from './words/colours.ts'
import { lexicon, type Sense } from './words/lexicon.ts'
import { corrected } from './words/spelling.ts'

/** A number with its unit. */
export interface Measure {
  readonly unit: 'number' | 'percent' | 'degrees' | 'pixels' | 'factor' | 'fraction' | 'ratio' | 'size'
  readonly value: number
  /** The height of a size. */
  readonly second?: number
}

/** A word or expression, a number, a quoted text, or a punctuation mark. */
export interface Token {
  /** As looked up: lower case, with corrected spelling. */
  readonly text: string
  readonly start: number
  readonly end: number
  readonly senses: readonly Sense[]
  readonly han: boolean
  readonly literal?: number
  readonly measure?: Measure
  /** A punctuation mark that separates clauses. */
  readonly mark?: string
}

interface Word {
  readonly text: string
  readonly start: number
  readonly end: number
}

const digits: Readonly<Record<string, number>> = {
  零: 0,
  一: 1,
  二: 2,
  两: 2,
  三: 3,
  四: 4,
  五: 5,
  六: 6,
  七: 7,
  八: 8,
  九: 9,
  十: 10,
  百: 100,
  半: 0.5,
}
const words: Readonly<Record<string, number>> = {
  one: 1,
  two: 2,
  three: 3,
  four: 4,
  five: 5,
  six: 6,
  seven: 7,
  eight: 8,
  nine: 9,
  ten: 10,
  fifteen: 15,
  twenty: 20,
  thirty: 30,
  forty: 40,
  fifty: 50,
  sixty: 60,
  seventy: 70,
  eighty: 80,
  ninety: 90,
  hundred: 100,
}
const numberWord = Object.keys(words).join('|')

/** A Chinese numeral up to 999. */
function chineseNumber(text: string): number {
  if (/^\d/.test(text)) return Number(text)
  let [sum, digit] = [0, 0]
  for (const character of text) {
    const value = digits[character] ?? 0
    if (value >= 10) {
      sum += (digit || 1) * value
      digit = 0
    } else digit = value
  }
  return sum + digit
}

const englishNumber = (text: string): number => (/^[\d.]/.test(text) ? Number(text) : (words[text] ?? 0))
const fractionOf = (a: string, b: string): number => Number(a) / Number(b)
const cn = '[零一二两三四五六七八九十百\\d]+'
const en = `\\d+(?:\\.\\d+)?|${numberWord}`

type Rule = readonly [pattern: RegExp, read: (match: RegExpExecArray) => Measure]

const hasNumber = (unit: Measure['unit'], of: (text: string) => number) => (match: RegExpExecArray) => ({
  unit,
  value: of(match[1] ?? ''),
})

/** Forms of numbers, longer ones first; all are sticky. */
const measureRules: readonly Rule[] = [
  [
    /(\d{2,5})\s*(?:px|pixels?|像素)?\s*(?:x|×|\*|by|乘以?)\s*(\d{2,5})\s*(?:px|pixels?|像素)?(?![\d:])/y,
    ([, a, b]) =>
      Number(a) < 100 && Number(b) < 100
        ? { unit: 'ratio', value: Number(a) / Number(b) }
        : { unit: 'size', value: Number(a), second: Number(b) },
  ],
  [
    /(?<!\d:)(\d{1,3}(?:\.\d+)?)\s*(?::|∶|比)\s*([1-9]\d{0,2}(?:\.\d+)?)(?!\d)/y,
    ([, a = '', b = '']) => ({ unit: 'ratio', value: fractionOf(a, b) }),
  ],
  [
    /([一二三四五六七八九十]{1,3})比([一二三四五六七八九十]{1,3})/y,
    ([, a = '', b = '']) => ({ unit: 'ratio', value: chineseNumber(a) / chineseNumber(b) }),
  ],
  [/([1-9])\s*[x×]\s*([1-9])(?!\d)/y, ([, a = '', b = '']) => ({ unit: 'ratio', value: fractionOf(a, b) })],
  [
    /(\d{1,2}) by (\d{1,2})\b(?! ?(?:px|pixel))/y,
    ([, a = '', b = '']) => ({ unit: 'ratio', value: fractionOf(a, b) }),
  ],
  [new RegExp(`(${en})\\s*(?:%|percent|per cent|pct)(?![a-z])`, 'y'), hasNumber('percent', englishNumber)],
  [new RegExp(`百分之(${cn})`, 'y'), hasNumber('percent', chineseNumber)],
  [
    new RegExp(`(${cn})成(?![\\p{Script=Han}])`, 'yu'),
    ([, a = '']) => ({ unit: 'percent', value: 10 * chineseNumber(a) }),
  ],
  [new RegExp(`(${en})\\s*(?:°|degrees?|degs?)(?![a-z])`, 'y'), hasNumber('degrees', englishNumber)],
  [new RegExp(`(${cn})\\s*(?:度|°)`, 'y'), hasNumber('degrees', chineseNumber)],
  [/(\d{2,5})\s*(?:px|pixels?|像素)(?![a-z])/y, hasNumber('pixels', Number)],
  [
    /(\d)\s*\/\s*(\d{1,2})(?![\d/])/y,
    ([, a = '', b = '']) => ({ unit: 'fraction', value: fractionOf(a, b) }),
  ],
  [
    new RegExp(`(${cn})分之(${cn})`, 'y'),
    ([, a = '', b = '']) => ({ unit: 'fraction', value: chineseNumber(b) / chineseNumber(a) }),
  ],
  [
    /(?:a |one )?(third|quarter|fifth|tenth)\b/y,
    ([, a = '']) => ({
      unit: 'fraction',
      value: { third: 1 / 3, quarter: 0.25, fifth: 0.2, tenth: 0.1 }[a] ?? 0.5,
    }),
  ],
  [/two thirds/y, () => ({ unit: 'fraction', value: 2 / 3 })],
  [/three quarters/y, () => ({ unit: 'fraction', value: 0.75 })],
  [new RegExp(`(${en})\\s*(?:x|×|times|fold)(?![a-z\\d])`, 'y'), hasNumber('factor', englishNumber)],
  [/(?:x|×)\s*(\d+(?:\.\d+)?)(?!\d)/y, hasNumber('factor', Number)],
  [new RegExp(`(${cn}(?:\\.\\d+)?)倍`, 'y'), hasNumber('factor', chineseNumber)],
  [
    /([248])k(?:\s*(?:resolution|分辨率))?(?![a-z])/y,
    ([, a = '']) => ({ unit: 'pixels', value: { 2: 2560, 4: 3840, 8: 7680 }[a] ?? 3840 }),
  ],
  [/(?:full ?hd|1080p|fhd)(?![a-z])/y, () => ({ unit: 'size', value: 1920, second: 1080 })],
  [/720p(?![a-z])/y, () => ({ unit: 'size', value: 1280, second: 720 })],
  [/[+-]?(\d+(?:\.\d+)?)(?![\d.]*[a-z])/y, hasNumber('number', Number)],
]

const latin = /[a-z][a-z0-9]*(?:'[a-z]+)*|\d+[a-z]+[a-z0-9]*|\d+/y
const hex = /#(?:[0-9a-f]{6}|[0-9a-f]{3})(?![0-9a-f])/y
const rgb = /rgb\(\s*(\d{1,3})\s*,\s*(\d{1,3})\s*,\s*(\d{1,3})\s*\)/y

/** Splits an instruction into tokens. */
export function tokenise({ text }: Normalised): readonly Token[] {
  const tokens: Token[] = []
  let at = 0
  while (at < text.length) {
    const next = markAt(text, at) ?? numberAt(text, at) ?? undefined
    if (next === 'space') {
      at++
    } else if (next !== undefined) {
      tokens.push(next)
      at = next.end
    } else {
      const end = runEnd(text, at)
      tokens.push(...segmented(text, at, end))
      at = end
    }
  }
  return tokens
}

const clauseMarks = /[,.;:!?，。；：！？、\n+=|~…—–()[\]{}<>/\\•*]/u

function markAt(text: string, at: number): Token | 'space' | undefined {
  const character = text[at] as string
  if (/\s/.test(character)) return 'space'
  const literal = literalAt(character)
  if (literal !== undefined)
    return { text: character, start: at, end: at + 1, senses: [], han: false, literal }
  const arrow = /^(?:-+>|=>|→|⇒|>>)/.exec(text.slice(at, at + 4))
  if (arrow)
    return { text: '->', start: at, end: at + arrow[0].length, senses: lexicon().get('to') ?? [], han: false }
  for (const [pattern, read] of [
    [hex, (match: RegExpExecArray) => longHex(match[0])],
    [rgb, (match: RegExpExecArray) => hexOf(match.slice(1).map(Number))],
  ] as const) {
    pattern.lastIndex = at
    const match = pattern.exec(text)
    if (match)
      return {
        text: match[0],
        start: at,
        end: at + match[0].length,
        senses: [{ is: 'colour', colour: { name: match[0], hex: read(match) } }],
        han: false,
      }
  }
  if (character === '.' && /\d/.test(text[at + 1] ?? '')) return undefined
  if (clauseMarks.test(character) || !/[\p{L}\p{N}&'#%+]/u.test(character))
    return { text: character, start: at, end: at + 1, senses: [], han: false, mark: character }
  return undefined
}

const hexOf = (channels: readonly number[]): string =>
  `#${channels.map((each) => Math.min(255, each).toString(16).padStart(2, '0')).join('')}`
const longHex = (short: string): string =>
  short.length === 7 ? short : `#${[...short.slice(1)].map((each) => each + each).join('')}`

function numberAt(text: string, at: number): Token | undefined {
  if (at > 0 && /[a-z]/.test(text[at - 1] as string) && /[a-z\d]/.test(text[at] as string)) return undefined
  for (const [pattern, read] of measureRules) {
    pattern.lastIndex = at
    const match = pattern.exec(text)
    if (!match) continue
    // 第一个, 一个 and 一点 are words, as are longer entries of the lexicon: `8 bit`, `35mm`.
    const longer = longestKnown(text, at)
    if (longer >= at + match[0].length && longer > at + 1 && !/[%°:度倍]$/.test(match[0])) return undefined
    return {
      text: match[0],
      start: at,
      end: at + match[0].length,
      senses: [],
      han: false,
      measure: read(match),
    }
  }
  return undefined
}

/** The end of the longest lexicon entry that starts here. */
function longestKnown(text: string, at: number): number {
  for (let end = Math.min(text.length, at + 24); end > at + 1; end--) {
    if (/[a-z\d]/.test(text[end - 1]!) && /[a-z\d]/.test(text[end] ?? '')) continue
    if (lexicon().has(text.slice(at, end).replaceAll('-', ' '))) return end
  }
  return at
}

/** The end of a run without punctuation, numbers and quoted texts. */
function runEnd(text: string, at: number): number {
  let end = at
  while (end < text.length) {
    const character = text[end] as string
    if (/^(?:-+>|=>)/.test(text.slice(end, end + 4)) && end > at) break
    if (character === '-' || character === ' ' || character === "'" || character === '&') end++
    else if (markAt(text, end) !== undefined || (end > at && numberAt(text, end) !== undefined)) break
    else if (/\p{Script=Han}/u.test(character)) end++
    else {
      latin.lastIndex = end
      end += Math.max(1, latin.exec(text)?.[0].length ?? 1)
    }
  }
  return Math.max(end, at + 1)
}

const british: readonly (readonly [RegExp, string])[] = [
  [/colour/g, 'color'],
  [/grey/g, 'gray'],
  [/^centre/, 'center'],
  [
    /^(recogn|organ|styl|color|anonym|real|util|final|min?im|maxim|optim|vectori?|cartoon|poster|pixel|pixell)is(e|ed|es|ing)$/,
    '$1iz$2',
  ],
  [/^favour/, 'favor'],
]
const americanised = (word: string): string =>
  british.reduce((text, [pattern, to]) => text.replace(pattern, to), word)

const contracted: Readonly<Record<string, string>> = {
  "can't": 'cannot',
  "won't": 'wont',
  cant: 'cannot',
  dont: 'dont',
  doesnt: 'doesnt',
}

/** Latin words and Chinese characters of a run. */
function wordsOf(text: string, start: number, end: number): Word[] {
  const found: Word[] = []
  let at = start
  while (at < end) {
    const character = text[at] as string
    if (/\p{Script=Han}/u.test(character)) {
      found.push({ text: character, start: at, end: at + 1 })
      at++
      continue
    }
    latin.lastIndex = at
    const match = latin.exec(text)
    if (match && match.index === at) {
      const raw = match[0]
      const stop = at + raw.length
      const possessive = /^(.+)'s$/.exec(raw)
      if (possessive && !/^(?:it|that|there|what|who|let|he|she|here|where|how)$/.test(possessive[1]!)) {
        const middle = at + possessive[1]!.length
        found.push({ text: americanised(possessive[1]!), start: at, end: middle })
        found.push({ text: 's', start: middle, end: stop })
      } else if (possessive) {
        found.push({ text: possessive[1]!, start: at, end: at + possessive[1]!.length })
        found.push({ text: 's', start: at + possessive[1]!.length, end: stop })
      } else {
        const plain = contracted[raw] ?? raw.replaceAll("'", /n't$/.test(raw) ? '' : ' ')
        for (const part of plain.split(' ')) found.push({ text: americanised(part), start: at, end: stop })
      }
      at = stop
    } else {
      if (character === '&') found.push({ text: '&', start: at, end: at + 1 })
      at++
    }
  }
  return found
}

const longest = 8

/** The cheapest segmentation of a run: a token costs 1, an unknown word 2.5. */
function segmented(text: string, start: number, end: number): Token[] {
  const list = wordsOf(text, start, end).map((word) => {
    if (!/^[a-z']{3,}$/.test(word.text)) return word
    return { ...word, text: corrected(word.text) ?? word.text }
  })
  const best: { cost: number; from: number; token?: Token }[] = [{ cost: 0, from: 0 }]
  for (let to = 1; to <= list.length; to++) {
    let choice: (typeof best)[number] | undefined
    for (let from = Math.max(0, to - longest); from < to; from++) {
      const key = joined(list.slice(from, to))
      const known = sensesOf(key)
      if (known === undefined && to - from > 1) continue
      // A single character is rarely a word.
      const single = known && to - from === 1 && key.length === 1 && /\p{Script=Han}/u.test(key) ? 0.2 : 0
      // `the traffic light green`: light is part of the object's name, if there is such an object.
      const shade = /^(?:light|bright|deep) /.test(key) ? 0.05 : 0
      const cost = best[from]!.cost + (known ? 1 - 0.04 * (to - from) ** 1.2 + single + shade : 2.5)
      if (choice === undefined || cost < choice.cost - 1e-9)
        choice = {
          cost,
          from,
          token: {
            text: key,
            start: list[from]!.start,
            end: list[to - 1]!.end,
            senses: known ?? [],
            han: /\p{Script=Han}/u.test(key),
          },
        }
    }
    best.push(choice!)
  }
  const tokens: Token[] = []
  for (let at = list.length; at > 0; at = best[at]!.from) tokens.push(best[at]!.token!)
  return tokens.reverse()
}

function joined(list: readonly Word[]): string {
  let key = ''
  for (const { text } of list) {
    const apart = key !== '' && !(/\p{Script=Han}/u.test(text) || /\p{Script=Han}$/u.test(key))
    key += apart ? ` ${text}` : text
  }
  return key
}

function sensesOf(key: string): readonly Sense[] | undefined {
  const known = lexicon().get(key)
  if (known) return known
  const colour =
    /^(?:[a-z]+ [a-z ]+|(?:[深浅暗亮淡鲜嫩艳柔纯正]|哑光|磨砂|亮面|荧光)\p{Script=Han}{1,4})$/u.test(key)
      ? colourOf(key)
      : undefined
  return colour ? [{ is: 'colour', colour }] : undefined
}
