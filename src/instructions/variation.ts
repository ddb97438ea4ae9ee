import type { Random } from '../random/index.ts'
import { joinPieces, type Piece } from './grammar.ts'

/** How much instructions differ in manner from a well-edited sentence. Shares from 0 to 1. */
export interface Variation {
  /** Orders that are put politely, or as a question or a wish. */
  readonly polite: number
  /** Instructions with one slip of the keyboard, which never makes another word of it. */
  readonly typos: number
  /** English instructions that begin with a small letter. */
  readonly lowerCase: number
  /** Statements that end without a full stop. */
  readonly unpunctuated: number
  /** Orders that add that the rest should stay, where that is so. */
  readonly tails: number
}

export const usualVariation: Variation = {
  polite: 0.45,
  typos: 0,
  lowerCase: 0.3,
  unpunctuated: 0.5,
  tails: 0.08,
}

/** A sentence as its grammar made it, before it is dressed. */
export interface Bare {
  readonly pieces: readonly Piece[]
  /** Whether it is an order, which may be put politely. */
  readonly order: boolean
  /** Whether it may add that everything else stays. */
  readonly tail: boolean
}

interface Frame {
  readonly before: string
  readonly after: string
  readonly question?: true
}

const englishFrames: readonly Frame[] = [
  { before: 'please ', after: '' },
  { before: 'please ', after: '' },
  { before: 'pls ', after: '' },
  { before: '', after: ', please' },
  { before: '', after: ', thanks' },
  { before: 'can you ', after: '', question: true },
  { before: 'can you please ', after: '', question: true },
  { before: 'could you ', after: '', question: true },
  { before: 'could you please ', after: '', question: true },
  { before: 'would you ', after: '', question: true },
  { before: 'would you mind helping me ', after: '', question: true },
  { before: "I'd like you to ", after: '' },
  { before: 'I want you to ', after: '' },
  { before: 'I need you to ', after: '' },
  { before: 'help me ', after: '' },
  { before: 'just ', after: '' },
  { before: 'kindly ', after: '' },
]

const chineseFrames: readonly Frame[] = [
  { before: '请', after: '' },
  { before: '请', after: '' },
  { before: '请帮我', after: '' },
  { before: '帮我', after: '' },
  { before: '帮我', after: '' },
  { before: '帮忙', after: '' },
  { before: '麻烦', after: '' },
  { before: '麻烦帮我', after: '' },
  { before: '我想', after: '' },
  { before: '', after: '，谢谢' },
  { before: '', after: '吧' },
  { before: '能不能', after: '', question: true },
  { before: '能帮我', after: '吗', question: true },
  { before: '可以', after: '吗', question: true },
  { before: '可以帮我', after: '吗', question: true },
  { before: '可不可以', after: '', question: true },
  { before: '', after: '，可以吗', question: true },
]

const englishTails = [
  ', keep everything else the same',
  ', leave the rest as it is',
  ' and keep everything else unchanged',
  ", don't change anything else",
]
const chineseTails = ['，其他不变', '，其他地方不要动', '，别的都不要改', '，保持其他内容不变']

/** An English sentence as people type it; `onSlip` is called for each typing error. */
export function dressEnglish(
  bare: Bare,
  random: Random,
  variation: Variation,
  onSlip: () => void = () => {},
): string {
  const framed = inFrame(bare, englishFrames, random, variation, englishTails)
  const typed = random.chance(variation.typos) ? withEnglishTypo(framed, random) : framed
  if (typed !== framed) onSlip()
  const text = joinPieces(typed)
  return random.chance(variation.lowerCase)
    ? punctuated(text, random, variation, '.')
    : capitalised(punctuated(text, random, variation, '.'))
}

/** A Chinese sentence as people type it; `onSlip` is called for each typing error. */
export function dressChinese(
  bare: Bare,
  random: Random,
  variation: Variation,
  onSlip: () => void = () => {},
): string {
  const framed = inFrame(bare, chineseFrames, random, variation, chineseTails)
  const typed = random.chance(variation.typos) ? withChineseTypo(framed, random) : framed
  if (typed !== framed) onSlip()
  return punctuated(joinPieces(typed), random, variation, '。')
}

function inFrame(
  { pieces, order, tail }: Bare,
  frames: readonly Frame[],
  random: Random,
  { polite }: Variation,
  tails: readonly string[],
): readonly Piece[] {
  if (tail && order) return [...pieces, { text: random.pick(tails) }]
  if (!order || !random.chance(polite)) return pieces
  const { before, after, question } = random.pick(fitting(pieces, frames))
  const mark = question ? (frames === chineseFrames ? '？' : '?') : ''
  return [
    ...(before ? [{ text: before }] : []),
    ...pieces,
    ...(after || mark ? [{ text: after + mark }] : []),
  ]
}

/** An order of several clauses takes what stands in front of it, but no particle at its end. */
function fitting(pieces: readonly Piece[], frames: readonly Frame[]): readonly Frame[] {
  if (frames !== chineseFrames || !pieces.some(({ text }) => /[，：]/.test(text))) return frames
  return frames.filter(({ after }) => after === '')
}

const ended = /[.?!。？！]$/u
const ends = /[.?!。？！]["”」]?$/u

function punctuated(text: string, random: Random, { unpunctuated }: Variation, stop: string): string {
  const bare = random.chance(unpunctuated)
  if (ends.test(text)) {
    // Even a question mark is left out now and then.
    return bare && ended.test(text) && /[吗?]/u.test(text) && random.chance(0.15)
      ? text.replace(ended, '')
      : text
  }
  return bare ? text : text + stop
}

/** With a capital first letter, unless the first word contains other capitals. */
function capitalised(text: string): string {
  return text.replace(
    /^([a-z])([a-z'’-]*)(?![A-Za-z])/,
    (_, first: string, rest: string) => first.toUpperCase() + rest,
  )
}

const misspelt: Readonly<Record<string, string>> = {
  background: 'backgroud',
  picture: 'pciture',
  change: 'chagne',
  remove: 'remvoe',
  replace: 'repalce',
  should: 'shoud',
  please: 'plese',
  could: 'coud',
  color: 'colro',
  the: 'teh',
  with: 'wiht',
  without: 'withuot',
  into: 'inot',
  material: 'materail',
  "don't": 'dont',
  "I'd": 'Id',
  disappear: 'dissapear',
  different: 'diferent',
  photo: 'phto',
  image: 'iamge',
  scene: 'sence',
  make: 'mkae',
  instead: 'insted',
  there: 'ther',
  look: 'lok',
  like: 'liek',
  want: 'wnat',
  style: 'stlye',
}

/** One slip in the words between the slots, if there is a word long enough to take it. */
function withEnglishTypo(pieces: readonly Piece[], random: Random): readonly Piece[] {
  return misspell(pieces, /[A-Za-z']{3,}/g, random, (word) => {
    return misspelt[word] ?? misspelt[word.toLowerCase()]
  })
}

/** What is often written for the same sound and cannot be meant otherwise. */
const homophones: Readonly<Record<string, string>> = {
  应该: '因该',
  其他: '其它',
}

function withChineseTypo(pieces: readonly Piece[], random: Random): readonly Piece[] {
  const words = Object.keys(homophones).sort((a, b) => b.length - a.length)
  return misspell(pieces, new RegExp(words.join('|'), 'g'), random, (word) => homophones[word])
}

function misspell(
  pieces: readonly Piece[],
  words: RegExp,
  random: Random,
  slip: (word: string) => string | undefined,
): readonly Piece[] {
  const places = pieces.flatMap(({ text, slot }, index) =>
    slot === undefined
      ? [...text.matchAll(words)].flatMap(({ 0: word, index: at }) => {
          const wrong = slip(word)
          return wrong === undefined ? [] : [{ index, at, word, wrong }]
        })
      : [],
  )
  if (places.length === 0) return pieces
  const { index, at, word, wrong } = random.pick(places)
  return pieces.map((piece, i) =>
    i === index ? { text: piece.text.slice(0, at) + wrong + piece.text.slice(at + word.length) } : piece,
  )
}
