import type { Picture } from '../../../image/index.ts'
import { type StyleName, styleWords } from '../../../instructions/index.ts'
import {
  type OwnStyleName,
  ownStyles,
  popColours,
  type StyleParametersByName,
  scaled,
} from '../../../operations/index.ts'
import type { Random } from '../../../random/index.ts'
import type { Style } from './style.ts'

/** A style whose parameters are drawn. */
function drawn<N extends OwnStyleName & StyleName>(
  name: N,
  back: boolean,
  parametersOf: (picture: Picture, random: Random) => StyleParametersByName[N],
  limits: Partial<Omit<Style, 'name' | 'words' | 'back' | 'draw'>> = {},
): Style {
  const style = ownStyles[name]
  const { en, cn } = styleWords[name]
  return {
    name,
    words: { en, cn },
    back,
    ...(style.colourful && { colourful: true }),
    ...limits,
    draw(picture, random) {
      const parameters = parametersOf(picture, random)
      const made = style.draw(picture, parameters, () => random.unit())
      return { picture: made, drawn: { ...parameters } }
    },
  }
}

const none = (): Readonly<Record<never, never>> => ({})

const ofLines = { ink: 0.22, edges: 0.5 }
const inTones = { light: 0.5 }
const notDark = { light: 0.4 }
/** What is smaller than a few cells is gone: there must be enough that is not. */
const ofCells = { edges: 0.88, thing: 0.33, faceless: true } as const

/** Paintings: forms kept, surfaces painted anew. */
export const paintings: readonly Style[] = [
  drawn('oil-painting', true, (picture, random) => ({ stroke: scaled(picture, random.pick([7, 8, 9])) }), {
    black: 0.2,
    faceless: true,
  }),
  drawn('watercolour', true, none, { light: 0.52, change: 0.035 }),
  drawn('ink-wash', true, none, { light: 0.65, black: 0.2, colourful: true }),
]

/** Drawings of lines. */
export const drawings: readonly Style[] = [
  drawn('pencil', true, none, { edges: 0.74, mostChange: 0.36 }),
  drawn('charcoal', false, none, { ...inTones, mostChange: 0.26 }),
  drawn('line-art', true, none, ofLines),
  drawn('blueprint', false, none, ofLines),
  drawn('chalkboard', false, none, ofLines),
]

/** Prints and games: few colours and clear cells. */
export const graphics: readonly Style[] = [
  drawn('cartoon', true, (_picture, random) => ({ tones: random.pick([6, 7, 8]) }), {
    light: 0.55,
    black: 0.2,
    edges: 0.88,
  }),
  drawn(
    'pixel-art',
    true,
    (_picture, random) => ({
      across: random.pick([72, 84, 96]),
      colours: random.pick([16, 20, 24]),
    }),
    ofCells,
  ),
  drawn('pop-art', false, (_picture, random) => ({ set: random.below(popColours.length) }), {
    ...notDark,
    edges: 0.7,
    white: 0.2,
  }),
  drawn('halftone', false, (picture) => ({ period: scaled(picture, 6) }), inTones),
  drawn('newsprint', false, (picture) => ({ period: scaled(picture, 4) }), notDark),
]
