import { enlargeEyes, slimFace } from '../../../operations/index.ts'
import { phraseOf, type Retouch } from './retouch.ts'

/** The form of a narrower face changes by a few pixels. */
const leastForShape = 100

/** Retouches that bend the face a little. */
export const shapeRetouches: readonly Retouch[] = [
  {
    name: 'slimmer-face',
    adults: true,
    forward: phraseOf('slimmer-face'),
    back: phraseOf('fuller-face'),
    least: leastForShape,
    moves: 0.075,
    apply(sitter, random) {
      const share = random.between(0.19, 0.23)
      return { picture: slimFace(sitter, share), strength: 'clear', drawn: { share } }
    },
  },
  {
    name: 'larger-eyes',
    adults: true,
    forward: phraseOf('larger-eyes'),
    least: leastForShape,
    moves: 0.05,
    apply(sitter, random) {
      const share = random.between(0.45, 0.55)
      return { picture: enlargeEyes(sitter, share), strength: 'slight', drawn: { share } }
    },
  },
]
