import {
  backdropWords,
  cocoNouns,
  colours,
  commonNouns,
  type FactsByKind,
  materials,
  type Noun,
  type Phrase,
  type Place,
  placeOf,
} from '../../instructions/index.ts'
import { backdrops } from '../../operations/index.ts'
import { eyeRetouches, mouthRetouches } from './human/features.ts'
import { shapeRetouches } from './human/shape.ts'
import { skinRetouches } from './human/skin.ts'
import { nameMovement } from './motion/naming.ts'
import { drawings, graphics, paintings } from './style/ownStyles.ts'
import { namedStyles } from './style/toolStyles.ts'
import { captionDesigns } from './text/captions.ts'
import { signDesigns } from './text/signs.ts'
import { vocabulary } from './text/vocabulary.ts'
import { ageings, exposures, gradings, hours, monochromes, seasons, weathers } from './tone/looks.ts'

/** All that the recipes have words for: what facts are made of, without a picture. */
export interface Lexicon {
  /** Things that come, go, move, or take another colour. */
  readonly nouns: readonly Noun[]
  readonly places: readonly Place[]
  readonly colours: readonly Phrase[]
  readonly materials: readonly Phrase[]
  readonly backgrounds: readonly Phrase[]
  /** With whether the way back to a photo is among the edits. */
  readonly styles: readonly { readonly style: Phrase; readonly back: boolean }[]
  readonly tones: readonly FactsByKind['tone_transfer'][]
  readonly retouches: readonly Phrase[]
  readonly motions: readonly Phrase[]
  readonly textPlaces: readonly Place[]
  /** Written words, English and Chinese. */
  readonly texts: readonly string[]
}

/** Gathers the words of all recipes, each pair of names once, in a fixed order. */
export function lexicon(): Lexicon {
  const defined = <T>(list: readonly (T | undefined)[]): T[] => list.filter((each) => each !== undefined)
  return {
    nouns: eachOnce([...Object.values(cocoNouns), ...Object.values(commonNouns)]),
    places: eachOnce(defined(gridBoxes.map((box) => placeOf(box, 100, 100)))),
    colours: eachOnce(Object.values(colours)),
    materials: eachOnce(Object.values(materials)),
    backgrounds: eachOnce([
      ...backdrops.map(({ name: key }) => {
        const { en, cn } = backdropWords[key]!
        return { en, cn }
      }),
    ]),
    styles: [...paintings, ...drawings, ...graphics, ...namedStyles()].map(({ words, back }) => ({
      style: words,
      back,
    })),
    tones: [...gradings, ...monochromes, ...weathers, ...seasons, ...hours, ...exposures, ...ageings].flatMap(
      ({ forward, back }) => defined([forward, back]),
    ),
    retouches: eachOnce(
      [...skinRetouches, ...eyeRetouches, ...mouthRetouches, ...shapeRetouches].flatMap(({ forward, back }) =>
        defined([forward, back]),
      ),
    ),
    motions: eachOnce(
      defined(movements.flatMap((each) => [true, false].map((walks) => nameMovement(each, { walks })))),
    ),
    textPlaces: eachOnce([...captionDesigns, ...signDesigns].map(({ place }) => place)),
    texts: [...new Set(Object.values(vocabulary).flatMap(({ en, cn }) => [...en, ...cn]))],
  }
}

/** One small box in each ninth of a picture. */
const gridBoxes = [10, 45, 80].flatMap((y) => [10, 45, 80].map((x) => ({ x, y, width: 10, height: 10 })))

const movements = [
  ...[0.8, 1, 1.3].map((scale) => ({ right: 0, down: 0, scale })),
  ...[-1, 0, 1].flatMap((right) => [-1, 0, 1].map((down) => ({ right, down, scale: 1 }))),
]

function eachOnce<T extends Phrase>(phrases: readonly T[]): T[] {
  const seen = new Set<string>()
  return phrases.filter(({ en, cn }) => !seen.has(`${en} ${cn}`) && seen.add(`${en} ${cn}`))
}
