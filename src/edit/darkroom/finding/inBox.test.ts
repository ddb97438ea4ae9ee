import { describe, expect, it } from 'vitest'
import { boxMask, evenMask, type Mask, maskArea, maskBox, uniteMasks } from '../../../image/index.ts'
import { fitOf, fittest } from './inBox.ts'

const [width, height] = [120, 100]
const box = { x: 40, y: 20, width: 40, height: 60 }
const whole = boxMask(width, height, { x: 43, y: 22, width: 34, height: 56 })
const upperHalf = boxMask(width, height, { x: 43, y: 22, width: 34, height: 26 })
const all = evenMask(width, height, 255)
const none = evenMask(width, height, 0)

describe('the mask that fits a box', () => {
  it('is the one that reaches its sides', () => {
    expect(fittest([upperHalf, whole, none], box)).toEqual(whole)
    expect(fitOf(whole, box)).toBeGreaterThan(fitOf(upperHalf, box) + 0.1)
    expect(fitOf(none, box)).toBe(0)
  })

  it('is not one that spills over, though it fills the box', () => {
    expect(fittest([all, whole], box)).toEqual(whole)
  })

  it('never reaches far out of the box', () => {
    expect(maskBox(fittest([all], box))).toEqual({ x: 38, y: 17, width: 44, height: 66 })
  })

  it('has neither crumbs nor haze, and small holes are closed', () => {
    const crumb = boxMask(width, height, { x: 39, y: 76, width: 2, height: 3 })
    const hazy: Mask = { ...whole, data: whole.data.map((value) => Math.max(20, value)) }
    hazy.data[50 * width + 60] = 0
    const found = fittest([uniteMasks(hazy, crumb), none], box)
    expect(found.data[77 * width + 39]).toBe(0)
    expect(found.data[21 * width + 41]).toBe(0)
    expect(found.data[50 * width + 60]).toBe(255)
  })

  it('covers fully where a matte hesitates', () => {
    const half: Mask = { ...whole, data: whole.data.map((value) => (value > 0 ? 160 : 0)) }
    expect(maskArea(fittest([half], box))).toBe(maskArea(whole))
  })

  it('leaves out what is another thing', () => {
    const cut = (mask: Mask): Mask => ({
      ...mask,
      data: mask.data.map((v, i) => (i % width < 50 ? 0 : v)),
    })
    expect(maskBox(fittest([whole], box, cut))).toEqual({ x: 50, y: 22, width: 27, height: 56 })
  })
})
