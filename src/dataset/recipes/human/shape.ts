import { slimFace } from '../../../operations/index.ts'
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
      const share = random.between(0.16, 0.19)
      return { picture: slimFace(sitter, share), strength: 'clear', drawn: { share } }
    },
  },
]
