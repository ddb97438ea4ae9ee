import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Picture } from './picture.ts'
import {
  composeWarps,
  identityWarp,
  invertWarp,
  perspectiveWarp,
  type Spot,
  similarityWarp,
  warpMask,
  warpPicture,
  warpSpot,
} from './warp.ts'

const pictures = fc
  .uint8Array({ minLength: 5 * 4 * 3, maxLength: 5 * 4 * 3 })
  .map((data): Picture => ({ width: 5, height: 4, data }))
const corners: [Spot, Spot, Spot, Spot] = [
  [2, 1],
  [20, 3],
  [18, 15],
  [1, 11],
]

describe('warpPicture', () => {
  it('by the identity, or there and back, is exact', () => {
    const square = [
      [0, 0],
      [5, 0],
      [5, 4],
      [0, 4],
    ] as const
    fc.assert(
      fc.property(pictures, (picture) => {
        expect(warpPicture(picture, identityWarp, picture)).toEqual(picture)
        const there = similarityWarp({ scale: 3, turn: 0.7, center: [2, 2], to: [9, 1] })
        expect(warpPicture(picture, composeWarps(invertWarp(there), there), picture)).toEqual(picture)
        expect(warpPicture(picture, perspectiveWarp(square, square), picture)).toEqual(picture)
      }),
    )
  })

  it('by whole pixels moves them', () => {
    const mask = { width: 3, height: 1, data: Uint8Array.of(1, 2, 3) }
    const moved = warpMask(mask, [1, 0, 1, 0, 1, 0, 0, 0, 1], mask)
    expect([...moved.data]).toEqual([0, 1, 2])
  })

  it('mirrors', () => {
    const mask = { width: 3, height: 1, data: Uint8Array.of(1, 2, 3) }
    expect([...warpMask(mask, similarityWarp({ mirror: true, center: [1.5, 0.5] }), mask).data]).toEqual([
      3, 2, 1,
    ])
  })

  it('by a quarter turn takes columns to rows', () => {
    const mask = { width: 2, height: 2, data: Uint8Array.of(1, 2, 3, 4) }
    const turned = warpMask(mask, similarityWarp({ turn: Math.PI / 2, center: [1, 1] }), mask)
    expect([...turned.data]).toEqual([3, 1, 4, 2])
  })

  it('keeps a flat picture flat', () => {
    const flat = { width: 8, height: 8, data: new Uint8Array(192).fill(77) }
    const warped = warpPicture(flat, similarityWarp({ scale: 1.3, turn: 0.4, center: [4, 4] }), {
      width: 9,
      height: 5,
    })
    expect(new Set(warped.data)).toEqual(new Set([77]))
  })
})

describe('perspectiveWarp', () => {
  it('takes corners to corners, and back', () => {
    const square: [Spot, Spot, Spot, Spot] = [
      [0, 0],
      [10, 0],
      [10, 6],
      [0, 6],
    ]
    const warp = perspectiveWarp(square, corners)
    for (const [i, corner] of square.entries()) {
      const [x, y] = warpSpot(warp, corner)
      expect([x, y]).toEqual([expect.closeTo(corners[i]![0], 8), expect.closeTo(corners[i]![1], 8)])
      expect(warpSpot(invertWarp(warp), [x, y])).toEqual([
        expect.closeTo(corner[0], 8),
        expect.closeTo(corner[1], 8),
      ])
    }
  })

  it('refuses corners on a line', () => {
    const line: [Spot, Spot, Spot, Spot] = [
      [0, 0],
      [1, 1],
      [2, 2],
      [3, 3],
    ]
    expect(() => perspectiveWarp(corners, line)).toThrow('warp: the corners or the map are degenerate')
  })
})
