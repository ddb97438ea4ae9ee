import { describe, expect, it } from 'vitest'
import { labOfRgb, type Mask, type Picture, type Rgb } from '../../image/index.ts'
import { hairDye } from './hairDye.ts'

const hairOf = (colour: Rgb): { readonly picture: Picture; readonly mask: Mask } => ({
  picture: { width: 4, height: 1, data: Uint8Array.from([...colour, ...colour, 255, 255, 255, 0, 0, 0]) },
  mask: { width: 4, height: 1, data: Uint8Array.of(255, 200, 0, 0) },
})

describe('hair that is dyed', () => {
  const brown: Rgb = [80, 60, 45]
  const own = labOfRgb(brown)[0]

  it('goes a part of the way to blonde, most of it to black', () => {
    const { picture, mask } = hairOf(brown)
    const [blonde] = hairDye(picture, mask, labOfRgb([232, 208, 140]))
    expect(blonde).toBeGreaterThan(own + 0.2)
    expect(blonde).toBeLessThan(0.75)
    const [black] = hairDye(picture, mask, labOfRgb([20, 20, 20]))
    expect(black).toBeLessThan(own - 0.1)
  })

  it('is never as colourful as paint, and has the hue that was asked for', () => {
    const { picture, mask } = hairOf(brown)
    for (const wanted of [labOfRgb([208, 40, 40]), labOfRgb([40, 60, 220])]) {
      const [, a, b] = hairDye(picture, mask, wanted)
      expect(Math.hypot(a, b)).toBeLessThan(0.1301)
      expect(Math.atan2(b, a)).toBeCloseTo(Math.atan2(wanted[2], wanted[1]), 6)
    }
  })
})
