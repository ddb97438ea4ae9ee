import { describe, expect, it } from 'vitest'
import type { Face, Point } from '../../tools/index.ts'
import { isChildlike, turnOf } from './proportions.ts'

/** A face of width 100 with a nose and a height of these lengths, its tip moved aside. */
function faceOf({ nose = 30, height = 120, aside = 0 }): Face {
  const mesh = Array.from({ length: 468 }, (): Point => [50, 40])
  const points: readonly (readonly [number, number, number])[] = [
    [234, 0, 40],
    [454, 100, 40],
    [133, 40, 40],
    [362, 60, 40],
    [2, 50, 40 + nose],
    [1, 50 + aside, 40],
    [10, 50, 0],
    [152, 50, height],
  ]
  for (const [index, x, y] of points) mesh[index] = [x, y]
  return { score: 1, box: { x: 0, y: 0, width: 100, height }, mesh }
}

describe('proportions of a face', () => {
  it("are a small child's where the nose or the face is short", () => {
    expect(isChildlike(faceOf({}))).toBe(false)
    expect(isChildlike(faceOf({ nose: 23 }))).toBe(true)
    expect(isChildlike(faceOf({ height: 108 }))).toBe(true)
  })

  it('tell how far it is turned', () => {
    expect(turnOf(faceOf({}))).toBe(0)
    expect(turnOf(faceOf({ aside: 45 }))).toBeCloseTo(0.9)
  })
})
