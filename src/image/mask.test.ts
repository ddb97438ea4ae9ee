import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cropMask, cropPicture, pasteMask, pastePicture } from './crop.ts'
import { differenceMap } from './difference.ts'
import {
  boxMask,
  dilateMask,
  distanceToMask,
  erodeMask,
  evenMask,
  fillHoles,
  intersectMasks,
  invertMask,
  largestParts,
  maskArea,
  maskBox,
  maskComponents,
  maskShare,
  subtractMask,
  thresholdMask,
  uniteMasks,
} from './mask.ts'
import type { Mask, Picture } from './picture.ts'

/** A mask drawn in letters: `#` 255, `+` 128, `.` 0. */
function drawn(...rows: readonly string[]): Mask {
  const levels: Readonly<Record<string, number>> = { '#': 255, '+': 128, '.': 0 }
  return {
    width: rows[0]!.length,
    height: rows.length,
    data: Uint8Array.from(rows.join(''), (sign) => levels[sign]!),
  }
}

const masks = fc
  .record({ width: fc.integer({ min: 1, max: 9 }), height: fc.integer({ min: 1, max: 9 }) })
  .chain((size) =>
    fc
      .uint8Array({ minLength: size.width * size.height, maxLength: size.width * size.height })
      .map((data): Mask => ({ ...size, data })),
  )

describe('masks', () => {
  it('know their area, share and box', () => {
    const mask = drawn('....', '.##.', '.+..')
    expect(maskArea(mask)).toBeCloseTo(2 + 128 / 255)
    expect(maskShare(thresholdMask(mask))).toBeCloseTo(3 / 12)
    expect(maskBox(mask)).toEqual({ x: 1, y: 1, width: 2, height: 2 })
    expect(maskBox(mask, 129)).toEqual({ x: 1, y: 1, width: 2, height: 1 })
    expect(maskBox(evenMask(3, 3, 0))).toBeUndefined()
  })

  it('obey the laws of sets where they are 0 or 255', () => {
    fc.assert(
      fc.property(masks, (soft) => {
        const mask = thresholdMask(soft)
        const all = evenMask(mask.width, mask.height, 255)
        expect(invertMask(invertMask(soft))).toEqual(soft)
        expect(intersectMasks(soft, all)).toEqual(soft)
        expect(uniteMasks(mask, invertMask(mask))).toEqual(all)
        expect(maskArea(subtractMask(mask, mask))).toBe(0)
      }),
    )
  })

  it('of different sizes are refused', () => {
    expect(() => uniteMasks(evenMask(2, 2, 0), evenMask(3, 2, 0))).toThrow(
      'masks: expected two of the same size, got 2×2 and 3×2',
    )
  })

  it('of a box are cut at the edge of the picture', () => {
    expect(boxMask(3, 2, { x: 1, y: -1, width: 9, height: 2 })).toEqual(drawn('.##', '...'))
    expect(boxMask(3, 2, { x: 5, y: 0, width: 2, height: 2 })).toEqual(evenMask(3, 2, 0))
  })
})

describe('distanceToMask', () => {
  it('is the distance to the nearest pixel, found one by one', () => {
    fc.assert(
      fc.property(masks, (mask) => {
        const distance = distanceToMask(mask)
        const at = (i: number) => [i % mask.width, Math.floor(i / mask.width)] as const
        const inside = [...mask.data.keys()].filter((i) => mask.data[i]! >= 128)
        for (const i of distance.keys()) {
          const nearest = Math.min(...inside.map((j) => Math.hypot(at(i)[0] - at(j)[0], at(i)[1] - at(j)[1])))
          if (inside.length > 0) expect(distance[i]).toBeCloseTo(nearest, 5)
          else expect(distance[i]).toBe(Number.POSITIVE_INFINITY)
        }
      }),
    )
  })
})

describe('dilateMask and erodeMask', () => {
  it('grow and shrink by a disk', () => {
    const dot = drawn('.....', '.....', '..#..', '.....', '.....')
    const cross = drawn('.....', '..#..', '.###.', '..#..', '.....')
    expect(dilateMask(dot, 1)).toEqual(cross)
    expect(erodeMask(cross, 1)).toEqual(dot)
  })

  it('are each the other of the inverse, and a radius of 0 changes nothing', () => {
    fc.assert(
      fc.property(masks, fc.double({ min: 0, max: 3, noNaN: true }), (soft, radius) => {
        const mask = thresholdMask(soft)
        expect(erodeMask(mask, radius)).toEqual(invertMask(dilateMask(invertMask(mask), radius)))
        expect(dilateMask(mask, 0)).toEqual(mask)
        expect(erodeMask(mask, 0)).toEqual(mask)
      }),
    )
  })
})

describe('maskComponents', () => {
  it('finds parts by sides and corners, the largest first', () => {
    const parts = maskComponents(drawn('#...#', '.#..#', '....#', '#....', '....#'))
    expect(parts.map(({ area, box }) => [area, box.x, box.y, box.width, box.height])).toEqual([
      [3, 4, 0, 1, 3],
      [2, 0, 0, 2, 2],
      [1, 0, 3, 1, 1],
      [1, 4, 4, 1, 1],
    ])
  })

  it('divides the mask', () => {
    fc.assert(
      fc.property(masks, (mask) => {
        const all = maskComponents(mask).flatMap(({ pixels }) => pixels)
        expect(new Set(all).size).toBe(all.length)
        expect(all.length).toBe(maskArea(thresholdMask(mask)))
      }),
    )
  })
})

describe('fillHoles and largestParts', () => {
  it('close what is enclosed, up to a size', () => {
    const ring = drawn('###.', '#.#.', '###.')
    expect(fillHoles(ring)).toEqual(drawn('###.', '###.', '###.'))
    expect(fillHoles(ring, 0)).toEqual(ring)
  })

  it('drop what is small, and keep the soft edge of what is large', () => {
    expect(largestParts(drawn('##+...#', '##....+'), 0.5)).toEqual(drawn('##+....', '##.....'))
  })
})

describe('crop and paste', () => {
  const picture: Picture = { width: 3, height: 2, data: Uint8Array.from({ length: 18 }, (_, i) => i) }

  it('are each the other', () => {
    const part = cropPicture(picture, { x: 1, y: 0, width: 2, height: 2 })
    expect([...part.data]).toEqual([3, 4, 5, 6, 7, 8, 12, 13, 14, 15, 16, 17])
    expect(pastePicture(picture, part, 1, 0)).toEqual(picture)
    expect(pasteMask(evenMask(3, 2, 0), evenMask(2, 2, 9), -1, 1).data).toEqual(
      Uint8Array.of(0, 0, 0, 9, 0, 0),
    )
  })

  it('cut off what lies outside, and refuse to crop there', () => {
    expect(pastePicture(picture, picture, 5, 5)).toEqual(picture)
    expect(() => cropMask(evenMask(3, 2, 0), { x: 1, y: 0, width: 3, height: 1 })).toThrow(
      'crop: expected a rectangle of whole pixels within 3×2, got 3×1 at 1, 0',
    )
  })
})

describe('differenceMap', () => {
  it('is the largest difference of a channel', () => {
    const one = { width: 2, height: 1, data: Uint8Array.of(1, 2, 3, 9, 9, 9) }
    const other = { width: 2, height: 1, data: Uint8Array.of(1, 5, 2, 9, 9, 9) }
    expect(differenceMap(one, other).data).toEqual(Uint8Array.of(3, 0))
  })
})
