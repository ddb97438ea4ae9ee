import {
  addBlush,
  brightenEyes,
  darkenBrows,
  enlargeEyes,
  lipsticks,
  paintLips,
  teethOf,
  whitenTeeth,
} from '../../../operations/index.ts'
import { phraseOf, type Retouch } from './retouch.ts'

/** Eyes, brows and teeth of a narrower face are a few pixels. */
const leastForFeatures = 60

function lips(name: keyof typeof lipsticks): Retouch {
  return {
    name: `lips-${name}`,
    adults: true,
    makeUp: true,
    levels: 18,
    least: leastForFeatures,
    forward: phraseOf(`lips-${name}`),
    moves: 0.03,
    apply(sitter, random) {
      const amount = random.between(0.78, 0.95)
      return { picture: paintLips(sitter, lipsticks[name], amount), strength: 'clear', drawn: { amount } }
    },
  }
}

/** Eyes of a narrower face grow by a pixel. */
const leastForLargerEyes = 100

/** Retouches of the eyes. */
export const eyeRetouches: readonly Retouch[] = [
  {
    name: 'brighter-eyes',
    forward: phraseOf('brighter-eyes'),
    least: leastForFeatures,
    moves: 0.03,
    apply(sitter, random) {
      const amount = random.between(1.25, 1.6)
      return {
        picture: brightenEyes(sitter, amount),
        strength: amount > 1.4 ? 'clear' : 'slight',
        drawn: { amount },
      }
    },
  },
  {
    name: 'darker-brows',
    adults: true,
    forward: phraseOf('darker-brows'),
    least: leastForFeatures,
    moves: 0.03,
    apply(sitter, random) {
      const amount = random.between(1.3, 1.65)
      return { picture: darkenBrows(sitter, amount), strength: 'clear', drawn: { amount } }
    },
  },
  {
    name: 'larger-eyes',
    adults: true,
    forward: phraseOf('larger-eyes'),
    least: leastForLargerEyes,
    moves: 0.05,
    apply(sitter, random) {
      const share = random.between(0.45, 0.55)
      return { picture: enlargeEyes(sitter, share), strength: 'clear', drawn: { share } }
    },
  },
]

/** Retouches of mouth and cheeks. */
export const mouthRetouches: readonly Retouch[] = [
  ...(['red', 'pink', 'coral', 'berry'] as const).map(lips),
  {
    name: 'whiter-teeth',
    forward: phraseOf('whiter-teeth'),
    least: leastForFeatures,
    moves: 0.03,
    apply(sitter, random) {
      const amount = random.between(0.85, 1.1)
      const { area } = teethOf(sitter.maps)
      return { picture: whitenTeeth(sitter, amount), strength: 'clear', drawn: { amount, area } }
    },
  },
  {
    name: 'blush',
    adults: true,
    makeUp: true,
    forward: phraseOf('blush'),
    moves: 0.03,
    apply(sitter, random) {
      const amount = random.between(0.95, 1.25)
      return {
        picture: addBlush(sitter, amount),
        strength: amount > 1.05 ? 'clear' : 'slight',
        drawn: { amount },
      }
    },
  },
]
