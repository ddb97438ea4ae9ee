import type { Picture } from '../../image/index.ts'
import { Rejection } from '../../tools/index.ts'
import { colourIrises } from './eyes.ts'
import {
  addBlush,
  brightenEyes,
  darkenBrows,
  eyeShadows,
  lipsticks,
  type Paint,
  paintLids,
  paintLips,
  whitenTeeth,
} from './features.ts'
import { enlargeEyes, slimFace } from './shape.ts'
import { type Sitter, sitterIn } from './sitter.ts'
import { addFreckles, lightenUnderEyes, type NextNumber, smoothSkin, toneSkin } from './skin.ts'
import { reduceShine, reduceWrinkles, removeSpots } from './spots.ts'

/** A retouch by strength of 0 to 2, where 1 is usual. @throws Rejection where the face is not fit for it */
type ByStrength = (sitter: Sitter, strength: number, next: NextNumber) => Picture

const most = (value: number): number => Math.min(1, value)

/** Several, one after another; those that the face is not fit for are left out. */
function inTurn(sitter: Sitter, retouches: readonly ((sitter: Sitter) => Picture)[]): Picture {
  let { picture } = sitter
  for (const retouch of retouches)
    try {
      picture = retouch(picture === sitter.picture ? sitter : sitterIn(picture, sitter))
    } catch (error) {
      if (!(error instanceof Rejection)) throw error
    }
  return picture
}

/** Lipstick that looks worn, not painted. */
const darkRed: Paint = { hue: 22, chroma: 0.17, darker: 0.11 }

/** Retouches of faces by name. */
export const retouches: Readonly<Record<string, ByStrength>> = {
  'smooth-skin': (sitter, strength) => smoothSkin(sitter, most(0.85 * strength)),
  'brighten-skin': (sitter, strength) => toneSkin(sitter, 'brighten-skin', strength),
  'warm-skin': (sitter, strength) => toneSkin(sitter, 'warm-skin', strength),
  'rosy-skin': (sitter, strength) => toneSkin(sitter, 'rosy-skin', strength),
  tan: (sitter, strength) => toneSkin(sitter, 'tan', strength),
  'pale-skin': (sitter, strength) => toneSkin(sitter, 'pale-skin', strength),
  freckles: (sitter, strength, next) => addFreckles(sitter, { count: Math.round(90 * strength), next }),
  'remove-freckles': (sitter, strength) => removeSpots(sitter, most(0.9 * strength), 'freckles'),
  'remove-blemishes': (sitter, strength) => removeSpots(sitter, most(0.95 * strength), 'blemishes'),
  'fewer-wrinkles': (sitter, strength) => reduceWrinkles(sitter, most(0.8 * strength)),
  'dark-circles': (sitter, strength) => lightenUnderEyes(sitter, 0.8 * strength),
  'less-shine': (sitter, strength) => reduceShine(sitter, most(0.8 * strength)),
  beautify: (sitter, strength) =>
    inTurn(sitter, [
      (one) => removeSpots(one, most(0.8 * strength), 'blemishes'),
      (one) => smoothSkin(one, most(0.55 * strength)),
      (one) => lightenUnderEyes(one, 0.35 * strength),
      (one) => brightenEyes(one, 0.6 * strength),
      (one) => whitenTeeth(one, 0.5 * strength),
    ]),
  'brighter-eyes': brightenEyes,
  'eye-shadow-purple': (sitter, strength) => paintLids(sitter, eyeShadows.purple, most(0.65 * strength)),
  'eye-shadow-blue': (sitter, strength) => paintLids(sitter, eyeShadows.blue, most(0.65 * strength)),
  'eye-shadow-brown': (sitter, strength) => paintLids(sitter, eyeShadows.brown, most(0.65 * strength)),
  'eye-shadow-green': (sitter, strength) => paintLids(sitter, eyeShadows.green, most(0.65 * strength)),
  'eyes-blue': (sitter, strength) => colourIrises(sitter, 'blue', most(0.75 * strength)),
  'eyes-green': (sitter, strength) => colourIrises(sitter, 'green', most(0.75 * strength)),
  'eyes-brown': (sitter, strength) => colourIrises(sitter, 'brown', most(0.75 * strength)),
  'eyes-grey': (sitter, strength) => colourIrises(sitter, 'grey', most(0.75 * strength)),
  'darker-brows': darkenBrows,
  'lips-red': (sitter, strength) => paintLips(sitter, darkRed, most(0.65 * strength)),
  'lips-pink': (sitter, strength) => paintLips(sitter, lipsticks.pink, most(0.65 * strength)),
  'lips-coral': (sitter, strength) => paintLips(sitter, lipsticks.coral, most(0.6 * strength)),
  'lips-berry': (sitter, strength) => paintLips(sitter, lipsticks.berry, most(0.7 * strength)),
  'whiter-teeth': (sitter, strength) => whitenTeeth(sitter, Math.min(1.3, strength)),
  blush: (sitter, strength) => addBlush(sitter, 0.6 * strength),
  'slimmer-face': (sitter, strength) => slimFace(sitter, 0.065 * strength),
  'fuller-face': (sitter, strength) => slimFace(sitter, -0.055 * strength),
  'larger-eyes': (sitter, strength) => enlargeEyes(sitter, Math.min(0.4, 0.26 * strength)),
}
