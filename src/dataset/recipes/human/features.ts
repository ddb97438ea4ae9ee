import {
  addBlush,
  brightenEyes,
  darkenBrows,
  eyeShadows,
  lipsticks,
  paintLids,
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
    forward: phraseOf(`lips-${name}`),
    moves: 0.03,
    apply(sitter, random) {
      const amount = random.between(0.78, 0.95)
      return { picture: paintLips(sitter, lipsticks[name], amount), strength: 'clear', drawn: { amount } }
    },
  }
}

function eyeShadow(name: keyof typeof eyeShadows): Retouch {
  return {
    name: `eye-shadow-${name}`,
    forward: phraseOf(`eye-shadow-${name}`),
    least: leastForFeatures,
    moves: 0.03,
    apply(sitter, random) {
      const amount = random.between(0.7, 0.95)
      return { picture: paintLids(sitter, eyeShadows[name], amount), strength: 'clear', drawn: { amount } }
    },
  }
}

/** Retouches of the eyes. */
export const eyeRetouches: readonly Retouch[] = [
  {
    name: 'brighter-eyes',
    forward: phraseOf('brighter-eyes'),
    least: leastForFeatures,
    moves: 0.03,
    apply(sitter, random) {
      const amount = random.between(1, 1.4)
      return {
        picture: brightenEyes(sitter, amount),
        strength: amount > 1.15 ? 'clear' : 'slight',
        drawn: { amount },
      }
    },
  },
  ...(['purple', 'blue', 'brown', 'green'] as const).map(eyeShadow),
  {
    name: 'darker-brows',
    forward: phraseOf('darker-brows'),
    least: leastForFeatures,
    moves: 0.03,
    apply(sitter, random) {
      const amount = random.between(1, 1.35)
      return { picture: darkenBrows(sitter, amount), strength: 'clear', drawn: { amount } }
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
    forward: phraseOf('blush'),
    moves: 0.03,
    apply(sitter, random) {
      const amount = random.between(0.8, 1.15)
      return {
        picture: addBlush(sitter, amount),
        strength: amount > 0.95 ? 'clear' : 'slight',
        drawn: { amount },
      }
    },
  },
]
