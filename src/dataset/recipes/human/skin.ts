import type { Picture } from '../../../image/index.ts'
import {
  addBlemishes,
  addFreckles,
  lightenUnderEyes,
  type Sitter,
  type SkinTone,
  smoothSkin,
  toneSkin,
} from '../../../operations/index.ts'
import type { Random } from '../../../random/index.ts'
import { phraseOf, type Retouch } from './retouch.ts'

const toneOf = (name: SkinTone): Retouch => ({
  name,
  forward: phraseOf(name),
  moves: 0.03,
  apply(sitter, random) {
    const amount = random.between(1, 1.45)
    return {
      picture: toneSkin(sitter, name, amount),
      strength: amount > 1.15 ? 'clear' : 'slight',
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

/** Retouches of the skin. */
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
  {
    name: 'dark-circles',
    forward: phraseOf('dark-circles'),
    least: 60,
    moves: 0.03,
    apply(sitter: Sitter, random) {
      const amount = random.between(0.8, 1.1)
      return { picture: lightenUnderEyes(sitter, amount), strength: 'slight', drawn: { amount } }
    },
  },
]
