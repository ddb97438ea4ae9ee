export type { Facts, FactsByKind, FactsOf, Noun, Phrase, Place } from './facts.ts'
export type { Piece, Sentence, Template } from './grammar.ts'
export { joinPieces, parseTemplate, sentencesOf } from './grammar.ts'
export { cocoNouns, colours, commonNouns, materials, nounOf, placeOf } from './nouns.ts'
export type { Phrasing, Wording } from './phrasing.ts'
export { bareSentences, phrasings } from './phrasings.ts'
export type { Bare, Variation } from './variation.ts'
export { dressChinese, dressEnglish, usualVariation } from './variation.ts'

export { backdropWords } from './vocabulary/backdrops.ts'
export type { GarmentPart, SceneryKind } from './vocabulary/kinds.ts'
export {
  carriesText,
  cocoKinds,
  cocoWords,
  garmentPart,
  isLargeThing,
  isNumberPlate,
  isSmallThing,
  sceneryKind,
} from './vocabulary/kinds.ts'
export type { LookName, LookPhrases, LookWords } from './vocabulary/looks.ts'
export { lookWords } from './vocabulary/looks.ts'
export { materialWords } from './vocabulary/materials.ts'
export type { RetouchName } from './vocabulary/retouches.ts'
export { retouchWords } from './vocabulary/retouches.ts'
export type { StyleName } from './vocabulary/styles.ts'
export { styleWords, stylizerWords } from './vocabulary/styles.ts'
export type { Words } from './vocabulary/words.ts'

export { gerundOf, indefinite, pluralOf, presentOf } from './words.ts'
