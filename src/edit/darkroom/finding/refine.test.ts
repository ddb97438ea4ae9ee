import { expect, it } from 'vitest'
import type { Mask, Picture } from '../../../image/index.ts'
import { refineMask } from './refine.ts'

/** A bright disc on a dark ground with a wavy rim. */
function disc(side: number): { readonly picture: Picture; readonly isInside: (i: number) => boolean } {
  const isInside = (i: number): boolean => {
    const [x, y] = [(i % side) / side - 0.5, Math.floor(i / side) / side - 0.5]
    return Math.hypot(x, y) < 0.3 + 0.015 * Math.sin(14 * Math.atan2(y, x))
  }
  const data = new Uint8Array(3 * side * side)
  for (let i = 0; i < side * side; i++) data.fill(isInside(i) ? 210 : 60, 3 * i, 3 * i + 3)
  return { picture: { width: side, height: side, data }, isInside }
}

const wrong = (mask: Mask, isInside: (i: number) => boolean): number =>
  mask.data.reduce((sum, value, i) => sum + (value >= 128 !== isInside(i) ? 1 : 0), 0) / mask.data.length

it('lays a rough mask along the edges of the larger picture', () => {
  const [small, large] = [disc(120), disc(480)]
  // Without the waves, and two pixels too wide.
  const data = Uint8Array.from({ length: 120 * 120 }, (_, i) =>
    Math.hypot((i % 120) / 120 - 0.5, Math.floor(i / 120) / 120 - 0.5) < 0.317 ? 255 : 0,
  )
  const rough: Mask = { width: 120, height: 120, data }
  const before = wrong(rough, small.isInside)
  const refined = refineMask(rough, small.picture, large.picture, { reach: 6, rounds: 2 })
  expect([refined.width, refined.height]).toEqual([480, 480])
  expect(before).toBeGreaterThan(0.02)
  expect(wrong(refined, large.isInside)).toBeLessThan(0.005)
})

it('leaves what is far from the edge empty or full', () => {
  const { picture, isInside } = disc(120)
  const mask: Mask = {
    width: 120,
    height: 120,
    data: Uint8Array.from({ length: 120 * 120 }, (_, i) => (isInside(i) ? 255 : 0)),
  }
  const { data } = refineMask(mask, picture, picture, { reach: 4 })
  expect(data[0]).toBe(0)
  expect(data[60 * 120 + 60]).toBe(255)
})

it('takes a mask without edges as it is', () => {
  const { picture } = disc(40)
  const full: Mask = { width: 40, height: 40, data: new Uint8Array(1600).fill(255) }
  const refined = refineMask(full, picture, disc(80).picture, { reach: 4 })
  expect(refined.data.every((value) => value === 255)).toBe(true)
})
