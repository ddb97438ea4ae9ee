import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { blendPictures } from './blend.ts'
import { blurPlane, featherMask } from './blur.ts'
import { compositePictures, shadePicture, spreadColours } from './composite.ts'
import { boxMask, evenMask, maskArea } from './mask.ts'
import type { Mask, Picture } from './picture.ts'
import { castShadow, contactShadow } from './shadow.ts'
import { colourStatistics, transferColours } from './transfer.ts'

function flat(width: number, height: number, ...colour: readonly [number, number, number]): Picture {
  return { width, height, data: Uint8Array.from({ length: 3 * width * height }, (_, i) => colour[i % 3]!) }
}

const pictures = (width: number, height: number) =>
  fc
    .uint8Array({ minLength: 3 * width * height, maxLength: 3 * width * height })
    .map((data): Picture => ({ width, height, data }))
const masks = (width: number, height: number, levels?: readonly number[]) =>
  fc
    .array(levels === undefined ? fc.integer({ min: 0, max: 255 }) : fc.constantFrom(...levels), {
      minLength: width * height,
      maxLength: width * height,
    })
    .map((data): Mask => ({ width, height, data: Uint8Array.from(data) }))

describe('compositePictures', () => {
  it('is exact where the coverage is 0 or 255', () => {
    fc.assert(
      fc.property(pictures(4, 3), pictures(4, 3), masks(4, 3, [0, 255]), (below, above, mask) => {
        const wanted = below.data.map((level, i) =>
          mask.data[Math.floor(i / 3)] === 255 ? above.data[i]! : level,
        )
        expect(compositePictures(below, above, mask).data).toEqual(wanted)
      }),
    )
  })

  it('of a picture with itself is that picture', () => {
    fc.assert(
      fc.property(pictures(4, 3), masks(4, 3), (picture, mask) => {
        expect(compositePictures(picture, picture, mask)).toEqual(picture)
      }),
    )
  })

  it('mixes light, not levels: half of white is 188', () => {
    const [black, white] = [flat(1, 1, 0, 0, 0), flat(1, 1, 255, 255, 255)]
    expect(compositePictures(black, white, evenMask(1, 1, 128)).data[0]).toBe(188)
  })

  it('refuses other sizes', () => {
    expect(() => compositePictures(flat(2, 1, 0, 0, 0), flat(2, 1, 0, 0, 0), evenMask(1, 1, 0))).toThrow(
      'composite: expected pictures and masks of one size, got 2×1 and 2×1 and 1×1',
    )
  })
})

describe('shadePicture', () => {
  it('takes light away under the shadow, and none elsewhere', () => {
    const shaded = shadePicture(
      flat(2, 1, 255, 255, 255),
      { width: 2, height: 1, data: Uint8Array.of(0, 255) },
      0.5,
    )
    expect([...shaded.data]).toEqual([255, 255, 255, 188, 188, 188])
  })
})

describe('spreadColours', () => {
  it('carries a colour over all that is not covered', () => {
    const picture = flat(9, 7, 10, 200, 30)
    const red = flat(9, 7, 255, 0, 0)
    const mask = boxMask(9, 7, { x: 2, y: 2, width: 3, height: 2 })
    expect(spreadColours(compositePictures(picture, red, mask), mask)).toEqual(red)
  })

  it('leaves alone what is covered', () => {
    fc.assert(
      fc.property(pictures(5, 4), masks(5, 4, [0, 100, 255]), (picture, mask) => {
        const spread = spreadColours(picture, mask)
        for (const [i, level] of picture.data.entries())
          if (mask.data[Math.floor(i / 3)] === 255) expect(spread.data[i]).toBe(level)
      }),
    )
  })
})

describe('blendPictures', () => {
  const inner = boxMask(24, 20, { x: 5, y: 5, width: 12, height: 9 })

  it('takes away a difference that is even', () => {
    const below = flat(24, 20, 90, 120, 60)
    expect(blendPictures(below, flat(24, 20, 30, 160, 80), inner)).toEqual(below)
  })

  it('keeps the gradients of what is put in, and all that is outside', () => {
    const below = flat(24, 20, 100, 100, 100)
    const data = flat(24, 20, 40, 40, 40).data
    data.fill(90, 3 * (9 * 24 + 10), 3 * (9 * 24 + 11))
    const blended = blendPictures(below, { width: 24, height: 20, data }, inner)
    expect(blended.data[3 * (9 * 24 + 10)]).toBe(150)
    for (const [i, level] of below.data.entries())
      if (inner.data[Math.floor(i / 3)] === 0) expect(blended.data[i]).toBe(level)
  })

  it('continues a ramp across the region', () => {
    const ramp = {
      width: 24,
      height: 20,
      data: Uint8Array.from({ length: 1440 }, (_, i) => 5 * (Math.floor(i / 3) % 24)),
    }
    const blended = blendPictures(ramp, flat(24, 20, 0, 0, 0), inner)
    for (const [i, level] of ramp.data.entries())
      expect(Math.abs(blended.data[i]! - level)).toBeLessThanOrEqual(1)
  })
})

describe('blurPlane', () => {
  it('leaves a flat plane flat, at any width', () => {
    for (const sigma of [0, 0.5, 3, 20]) {
      const blurred = blurPlane(new Float32Array(60).fill(7), 10, 6, sigma)
      for (const value of blurred) expect(value).toBeCloseTo(7, 4)
    }
  })

  it('spreads a dot by its variance, by the kernel and by boxes', () => {
    for (const sigma of [4, 12]) {
      const plane = new Float32Array(161 * 161)
      plane[80 * 161 + 80] = 1
      const blurred = blurPlane(plane, 161, 161, sigma)
      const variance = blurred.reduce((sum, value, i) => sum + value * ((i % 161) - 80) ** 2, 0)
      expect(Math.sqrt(variance)).toBeCloseTo(sigma, 0)
    }
  })

  it('keeps what a mask covers', () => {
    const mask = boxMask(40, 40, { x: 15, y: 15, width: 10, height: 10 })
    expect(maskArea(featherMask(mask, 2))).toBeCloseTo(100, 0)
  })
})

describe('shadows', () => {
  const post = boxMask(60, 60, { x: 28, y: 10, width: 6, height: 30 })

  it('of a post lies on the ground beside its foot', () => {
    const shadow = castShadow(post, { flatness: 0.3, lean: 0.5, blur: 1.5 })
    expect(shadow.data[39 * 60 + 31]).toBeGreaterThan(200)
    expect(shadow.data[33 * 60 + 41]).toBeGreaterThan(50)
    expect(shadow.data[12 * 60 + 31]).toBe(0)
  })

  it('touches where the post stands', () => {
    const contact = contactShadow(post, 4)
    expect(contact.data[40 * 60 + 31]).toBeGreaterThan(100)
    expect(contact.data[20 * 60 + 31]).toBe(0)
  })

  it('of nothing is nothing', () => {
    const none = evenMask(5, 5, 0)
    expect(castShadow(none, { flatness: 0.3, lean: 0, blur: 1 })).toEqual(none)
    expect(contactShadow(none, 3)).toEqual(none)
  })
})

describe('transferColours', () => {
  it('to its own colours changes nothing', () => {
    fc.assert(
      fc.property(pictures(4, 4), (picture) => {
        const own = colourStatistics(picture)
        expect(transferColours(picture, own, own)).toEqual(picture)
      }),
    )
  })

  it('brings the mean where it is wanted', () => {
    const picture = { width: 2, height: 1, data: Uint8Array.of(90, 90, 90, 130, 130, 130) }
    const wanted = colourStatistics(flat(2, 1, 140, 120, 100))
    const moved = colourStatistics(
      transferColours(picture, colourStatistics(picture), wanted, { contrast: 0 }),
    )
    for (const c of [0, 1, 2]) expect(moved.mean[c]).toBeCloseTo(wanted.mean[c]!, 2)
  })
})
