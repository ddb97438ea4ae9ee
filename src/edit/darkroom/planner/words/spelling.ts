import { rightWords } from './english.ts'
import { lexicon } from './lexicon.ts'

/** Typing errors of more than one letter. */
const slips: Readonly<Record<string, string>> = {
  backround: 'background',
  backgroud: 'background',
  bakground: 'background',
  bckground: 'background',
  teh: 'the',
  hte: 'the',
  wiht: 'with',
  inot: 'into',
  dissapear: 'disappear',
  diferent: 'different',
  pls: 'please',
  plz: 'please',
  coud: 'could',
  shoud: 'should',
  ther: 'there',
  lok: 'look',
  liek: 'like',
  wnat: 'want',
  colro: 'color',
  phto: 'photo',
  sence: 'scene',
  mkae: 'make',
  insted: 'instead',
  id: 'id',
  fo: 'of',
  ot: 'to',
  adn: 'and',
  nad: 'and',
  bakc: 'back',
  tunr: 'turn',
  rmove: 'remove',
  removve: 'remove',
  erease: 'erase',
  brigther: 'brighter',
  brighter: 'brighter',
  lighting: 'lighting',
  staturation: 'saturation',
  saturaton: 'saturation',
  contrats: 'contrast',
  shapren: 'sharpen',
  strighten: 'straighten',
  straigthen: 'straighten',
  striaghten: 'straighten',
  brigthen: 'brighten',
  blury: 'blurry',
  grey: 'gray',
  vintge: 'vintage',
  vintange: 'vintage',
  watercolr: 'watercolor',
  persn: 'person',
  peopel: 'people',
  poeple: 'people',
  ppl: 'people',
  pic: 'pic',
  u: 'you',
  ur: 'your',
  tmrw: '',
  sunglases: 'sunglasses',
  licence: 'license',
  liscense: 'license',
  lisence: 'license',
  pixilate: 'pixelate',
  pixalate: 'pixelate',
  pixelise: 'pixelate',
  transparant: 'transparent',
  trasparent: 'transparent',
  transperent: 'transparent',
  writting: 'writing',
  wierd: 'weird',
  bw: 'bw',
  hirozon: 'horizon',
  horizen: 'horizon',
  wanna: 'wanna',
  blak: 'black',
  whit: 'white',
  yelow: 'yellow',
  purpel: 'purple',
  pinc: 'pink',
  oragne: 'orange',
  gren: 'green',
  bule: 'blue',
  wrinkels: 'wrinkles',
  resise: 'resize',
  croped: 'crop',
  rotat: 'rotate',
  flipp: 'flip',
  delet: 'delete',
  dlete: 'delete',
  remov: 'remove',
  pictur: 'picture',
  imge: 'image',
  img: 'img',
}

interface Vocabulary {
  /** The single words of the lexicon. */
  readonly known: ReadonlySet<string>
  /** The same words, by their text with one letter missing. */
  readonly byRemains: ReadonlyMap<string, readonly string[]>
}

let vocabulary: Vocabulary | undefined

function makeVocabulary(): Vocabulary {
  const known = new Set(
    [...lexicon().keys()].flatMap((key) => key.split(' ')).filter((word) => /^[a-z]+$/.test(word)),
  )
  const found = new Map<string, string[]>()
  for (const word of known) {
    if (word.length < 4) continue
    for (const rest of remains(word)) {
      const list = found.get(rest)
      if (list) list.push(word)
      else found.set(rest, [word])
    }
  }
  return { known, byRemains: found }
}

function remains(word: string): string[] {
  return [...new Set(Array.from({ length: word.length }, (_, at) => word.slice(0, at) + word.slice(at + 1)))]
}

/**
 * The intended word for an unknown one, one typing error away; undefined for a known word or one that is too different.
 */
export function corrected(word: string): string | undefined {
  vocabulary ??= makeVocabulary()
  const { known, byRemains } = vocabulary
  const slip = Object.hasOwn(slips, word) ? slips[word] : undefined
  if (slip !== undefined && slip !== '') return slip
  // `soooo`, `pleaseee`
  if (/([a-z])\1\1/.test(word)) {
    const single = word.replaceAll(/([a-z])\1{2,}/g, '$1')
    const double = word.replaceAll(/([a-z])\1{2,}/g, '$1$1')
    const meant = [single, double].find((each) => known.has(each) || rightWords.has(each))
    if (meant) return meant
  }
  if (known.has(word) || rightWords.has(word) || word.length < 4) return undefined
  const swapped = Array.from(
    { length: word.length - 1 },
    (_, at) => word.slice(0, at) + word[at + 1]! + word[at]! + word.slice(at + 2),
  ).find((each) => known.has(each))
  if (swapped) return swapped
  const longer = (byRemains.get(word) ?? []).filter((each) => each[0] === word[0])
  const shorter = remains(word).filter((each) => each.length >= 4 && known.has(each) && each[0] === word[0])
  // An extra letter is most likely a doubled one.
  const doubled = shorter.find(
    (each) => /(.)\1/.test(word) && each.length === word.length - 1 && word.replace(/(.)\1/, '$1') === each,
  )
  if (doubled) return doubled
  if (word.length >= 5 && longer.length > 0) return nearest(longer)
  if (word.length >= 6 && shorter.length > 0) return nearest(shorter)
  if (word.length >= 6 && !/(?:ing|ed)$/.test(word)) {
    const other = remains(word).flatMap((rest) =>
      (byRemains.get(rest) ?? []).filter(
        (each) => each.length === word.length && each[0] === word[0] && differ(each, word) === 1,
      ),
    )
    if (other.length > 0) return nearest(other)
  }
  return undefined
}

const differ = (one: string, other: string): number =>
  [...one].filter((letter, at) => letter !== other[at]).length

/** Of several, the most informative one: verbs and similar words come first in the lexicon. */
const nearest = (list: readonly string[]): string | undefined => list[0]
