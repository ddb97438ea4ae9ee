import type { Picture } from '../../../image/index.ts'
import {
  addBlemishes,
  addFreckles,
  lightnessOfSkin,
  type SkinTone,
  smoothSkin,
  toneSkin,
} from '../../../operations/index.ts'
import type { Random } from '../../../random/index.ts'
import { Rejection } from '../../../tools/index.ts'
import { phraseOf, type Retouch } from './retouch.ts'

/** How much of each tone is seen, and does not look painted on. */
const amounts: Readonly<Record<Exclude<SkinTone, 'pale-skin'>, readonly [least: number, most: number]>> = {
  'brighten-skin': [1.4, 1.7],
  'warm-skin': [1.15, 1.45],
  'rosy-skin': [1.15, 1.45],
  tan: [0.8, 1.05],
}

const toneOf = (name: keyof typeof amounts): Retouch => ({
  name,
  forward: phraseOf(name),
  moves: 0.03,
  apply(sitter, random) {
    const light = lightnessOfSkin(sitter)
    if (name === 'tan' && light < leastForTan) throw new Rejection('dark-already', { light })
    const [least, most] = amounts[name]
    const amount = random.between(least, most)
    return {
      picture: toneSkin(sitter, name, amount),
      strength: amount > least + 0.15 ? 'clear' : 'slight',
      drawn: { amount },
    }
  },
})

const spotted = (
  random: Random,
  count: number,
  add: (options: { count: number; next: () => number }) => Picture,
) => ({
  picture: add({ count, next: () => random.unit() }),
  strength: 'clear' as const,
  drawn: { count },
})

/** Skin that is darker than this, in OKLab, gets no tan: nobody would ask for it, or see it. */
const leastForTan = 0.5

/** Retouches of the skin. Circles under the eyes are not among them: whether somebody has some is not measured. */
export const skinRetouches: readonly Retouch[] = [
  {
    name: 'smooth-skin',
    forward: phraseOf('smooth-skin'),
    moves: 0.03,
    apply(sitter, random) {
      const amount = random.between(0.8, 1)
      return {
        picture: smoothSkin(sitter, amount),
        strength: amount > 0.9 ? 'clear' : 'slight',
        drawn: { amount },
      }
    },
  },
  ...(['brighten-skin', 'warm-skin', 'rosy-skin', 'tan'] as const).map(toneOf),
  {
    name: 'freckles',
    forward: phraseOf('freckles'),
    back: phraseOf('remove-freckles'),
    moves: 0.03,
    apply: (sitter, random) =>
      spotted(random, 70 + random.below(50), (options) => addFreckles(sitter, options)),
  },
  {
    name: 'blemishes',
    back: phraseOf('remove-blemishes'),
    moves: 0.03,
    apply: (sitter, random) =>
      spotted(random, 9 + random.below(8), (options) => addBlemishes(sitter, options)),
  },
]
