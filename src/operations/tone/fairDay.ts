import { contrast, expose, mapOklab, mapOklch, saturate, splitTone, vibrance } from '../../image/index.ts'
import { unit } from '../ramp.ts'
import type { Scene } from '../scene/scene.ts'
import type { LooksOf } from './look.ts'

const byDay = ({ outdoors, tones }: Scene): string | undefined =>
  !outdoors ? 'not outdoors' : tones.lightness < 0.28 ? 'dark itself' : undefined

/** Fine weather, and the season of it. */
export const fairDays: LooksOf<'sunny' | 'summer'> = {
  sunny: {
    by: 'place',
    unfit: byDay,
    usual: (strength) => ({ amount: strength }),
    base({ picture, sky, tones }, { amount }) {
      const lift = Math.max(0, 0.62 - tones.lightness)
      const bright = expose(picture, (0.22 + 0.7 * lift) * amount)
      const lit = splitTone(vibrance(contrast(bright, 0.32 * amount), 0.35 * amount), {
        shadows: { hue: 260, chroma: 0.006 * amount },
        highlights: { hue: 82, chroma: 0.026 * amount },
      })
      // A pale or grey sky goes blue, and clouds that are brighter than it stay white.
      return mapOklab(lit, (lab, i) => {
        const cover = sky.data[i]! * unit(amount)
        if (cover === 0) return
        const blue = cover * unit((0.97 - lab[0]!) / 0.14) * unit((0.06 + lab[2]!) / 0.06)
        lab[0]! -= 0.1 * blue
        lab[1]! += blue * (-0.025 - lab[1]!)
        lab[2]! += blue * (-0.085 - lab[2]!)
      })
    },
  },
  summer: {
    by: 'place',
    unfit: ({ foliageShare, outdoors }) =>
      !outdoors ? 'indoors' : foliageShare < 0.06 ? 'little green' : undefined,
    usual: (strength) => ({ amount: strength }),
    base({ picture, foliage }, { amount }) {
      const warm = splitTone(contrast(saturate(picture, 1 + 0.08 * amount), 0.15 * amount), {
        shadows: { hue: 120, chroma: 0 },
        highlights: { hue: 85, chroma: 0.02 * amount },
      })
      return mapOklch(warm, (lch, i) => {
        const leaf = foliage.data[i]! * Math.min(1.5, amount)
        lch[2]! += 0.16 * leaf * unit((2.5 - lch[2]!) / 0.6)
        lch[1]! *= 1 + 0.4 * leaf
        lch[0]! += 0.012 * leaf
      })
    },
  },
}
