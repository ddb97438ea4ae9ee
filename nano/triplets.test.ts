import { describe, expect, it } from 'vitest'
import { drawViews, type LoadedTriplet } from './triplets.ts'

const picture = { width: 300, height: 200, data: new Uint8Array(3 * 300 * 200) }
const red = { en: 'red', cn: '红色' }
const mug = { en: 'mug', cn: '马克杯' }
const base: LoadedTriplet = {
  name: 'dyed',
  kind: 'color_alter',
  source: picture,
  target: picture,
  instruction: { en: '', cn: '' },
  edit: { kind: 'color_alter', object: mug, to: red },
  changed: { x: 230, y: 20, width: 60, height: 50 },
}
const squaresOf = (triplet: LoadedTriplet) =>
  drawViews([triplet], { size: 96, views: 60, seed: 0, shares: {} }).views

describe('views of a triplet', () => {
  it('show what changes, at several scales and on both sides', () => {
    const views = squaresOf(base)
    for (const { square } of views) {
      expect(square.x).toBeLessThanOrEqual(230)
      expect(square.x + square.side).toBeGreaterThanOrEqual(290)
      expect(square.y).toBeLessThanOrEqual(20)
      expect(square.y + square.side).toBeGreaterThanOrEqual(70)
      expect(square.x + square.side).toBeLessThanOrEqual(300)
      expect(square.y + square.side).toBeLessThanOrEqual(200)
    }
    expect(new Set(views.map(({ square }) => square.side)).size).toBeGreaterThan(10)
    expect(new Set(views.map(({ isMirrored }) => isMirrored)).size).toBe(2)
  })

  it('show the whole, as it is, where the words say a place', () => {
    const place = { en: 'on the right', cn: '右边' }
    const views = squaresOf({ ...base, edit: { kind: 'color_alter', object: mug, to: red, place } })
    expect(views.every(({ square, isMirrored }) => square.side === 200 && !isMirrored)).toBe(true)
  })

  it('show any part of a picture that changes as a whole', () => {
    const edit = { kind: 'nothing' } as const
    const views = squaresOf({ ...base, kind: 'nothing', edit, changed: undefined })
    expect(views.some(({ square }) => square.x < 60)).toBe(true)
    expect(views.some(({ square }) => square.x > 100)).toBe(true)
  })
})
