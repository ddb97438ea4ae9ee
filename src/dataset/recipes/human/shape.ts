import { enlargeEyes, slimFace } from '../../../operations/index.ts'
import { phraseOf, type Retouch } from './retouch.ts'

/** Retouches that bend the face a little. */
export const shapeRetouches: readonly Retouch[] = [
  {
    name: 'slimmer-face',
    forward: phraseOf('slimmer-face'),
    back: phraseOf('fuller-face'),
    moves: 0.06,
    apply(sitter, random) {
      const share = random.between(0.07, 0.095)
      return { picture: slimFace(sitter, share), strength: 'slight', drawn: { share } }
    },
  },
  {
    name: 'larger-eyes',
    forward: phraseOf('larger-eyes'),
    least: 60,
    moves: 0.04,
    apply(sitter, random) {
      const share = random.between(0.24, 0.32)
      return { picture: enlargeEyes(sitter, share), strength: 'slight', drawn: { share } }
    },
  },
]
