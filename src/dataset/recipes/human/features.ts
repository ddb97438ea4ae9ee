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

function lips(name: keyof typeof lipsticks): Retouch {
  return {
    name: `lips-${name}`,
    forward: phraseOf(`lips-${name}`),
    moves: 0.03,
    apply(sitter, random) {
      const amount = random.between(0.7, 0.9)
      return { picture: paintLips(sitter, lipsticks[name], amount), strength: 'clear', drawn: { amount } }
    },
  }
}

function eyeShadow(name: keyof typeof eyeShadows): Retouch {
  return {
    name: `eye-shadow-${name}`,
    forward: phraseOf(`eye-shadow-${name}`),
    moves: 0.03,
    apply(sitter, random) {
      const amount = random.between(0.55, 0.75)
      return { picture: paintLids(sitter, eyeShadows[name], amount), strength: 'clear', drawn: { amount } }
    },
  }
}

/** Retouches of the eyes. */
export const eyeRetouches: readonly Retouch[] = [
  {
    name: 'brighter-eyes',
    forward: phraseOf('brighter-eyes'),
    moves: 0.03,
    apply(sitter, random) {
      const amount = random.between(0.8, 1.1)
      return {
        picture: brightenEyes(sitter, amount),
        strength: amount > 0.95 ? 'clear' : 'slight',
        drawn: { amount },
      }
    },
  },
  ...(['purple', 'blue', 'brown', 'green'] as const).map(eyeShadow),
  {
    name: 'darker-brows',
    forward: phraseOf('darker-brows'),
    moves: 0.03,
    apply(sitter, random) {
      const amount = random.between(0.8, 1.1)
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
