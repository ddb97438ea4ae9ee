import { expect, it } from 'vitest'
import { paintedBall } from '../../../test/pictures/painted.ts'
import { boxMask, compositePictures, intersectMasks, type Mask, type Picture } from '../../image/index.ts'
import { isCutByBox, unseenOutline } from './outline.ts'

const size = 120
const { picture: ball, alpha } = paintedBall(size, [210, 40, 30])
const grey: Picture = { width: size, height: size, data: new Uint8Array(3 * size * size).fill(128) }
const seen = compositePictures(grey, ball, alpha)

it('an outline is seen where colours change across it', () => {
  expect(unseenOutline(seen, alpha)).toBeLessThan(0.05)
})

it('is not where a mask ends within something', () => {
  const upper = intersectMasks(alpha, boxMask(size, size, { x: 0, y: 0, width: size, height: size / 2 }))
  expect(unseenOutline(seen, upper)).toBeGreaterThan(0.25)
  expect(unseenOutline(grey, alpha)).toBe(1)
})

it('is no outline where the picture ends', () => {
  const all: Mask = { width: size, height: size, data: new Uint8Array(size * size).fill(255) }
  expect(unseenOutline(seen, all)).toBe(0)
})

it('is cut by a box where it ends in a straight line that the picture does not show', () => {
  const upper = intersectMasks(alpha, boxMask(size, size, { x: 0, y: 0, width: size, height: size / 2 }))
  expect(isCutByBox(seen, upper)).toBe(true)
  expect(isCutByBox(seen, alpha)).toBe(false)
  // A thing with straight sides of its own is not.
  const square = boxMask(size, size, { x: 30, y: 30, width: 60, height: 60 })
  const painted = {
    ...grey,
    data: grey.data.map((level, k) => (square.data[Math.floor(k / 3)] === 255 ? 20 : level)),
  }
  expect(isCutByBox(painted, square)).toBe(false)
})
