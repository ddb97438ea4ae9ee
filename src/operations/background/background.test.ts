import { describe, expect, it } from 'vitest'
import { paintedBall } from '../../../test/pictures/painted.ts'
import {
  compositePictures,
  cropMask,
  cropPicture,
  type Mask,
  type Picture,
  pictureHash,
} from '../../image/index.ts'
import { blurBackground } from './defocus.ts'
import { diskBlur } from './disk.ts'
import {
  cutOut,
  evenBackground,
  gradientBackground,
  paintedBackground,
  replaceBackground,
} from './replace.ts'

const [width, height, ball] = [128, 160, 64]

/** A striped wall, and before it a red ball with a soft outline, its foot at 104. */
const wall: Picture = {
  width,
  height,
  data: Uint8Array.from({ length: 3 * width * height }, (_, k) =>
    (Math.floor(k / 3) % width) % 8 < 4 ? 60 : 190,
  ),
}
const mask: Mask = { width, height, data: new Uint8Array(width * height) }
const scene = ((): Picture => {
  const { picture, alpha } = paintedBall(ball, [210, 40, 30])
  const above = { width, height, data: new Uint8Array(3 * width * height) }
  for (let y = 0; y < ball; y++)
    for (let x = 0; x < ball; x++) {
      const [from, to] = [y * ball + x, (y + 40) * width + x + 32]
      mask.data[to] = alpha.data[from]!
      above.data.set(picture.data.subarray(3 * from, 3 * from + 3), 3 * to)
    }
  return compositePictures(wall, above, mask)
})()

/** How much a row goes up and down. */
function contrastAt(picture: Picture, y: number): number {
  let sum = 0
  for (let x = 1; x < 28; x++)
    sum += Math.abs(picture.data[3 * (y * width + x)]! - picture.data[3 * (y * width + x - 1)]!)
  return sum
}

const isUntouched = (before: Picture, after: Picture, where: (i: number) => boolean): boolean =>
  before.data.every((level, k) => !where(Math.floor(k / 3)) || level === after.data[k])

describe('a blurred background', () => {
  const { picture: out, region } = blurBackground(scene, mask, { strength: 2 })

  it('leaves the subject, and what its region does not name, to the bit', () => {
    expect(isUntouched(scene, out, (i) => mask.data[i] === 255 || region.data[i] === 0)).toBe(true)
  })

  it('is blurred more with the height above the foot', () => {
    expect(contrastAt(out, 103)).toBeGreaterThan(1.2 * contrastAt(out, 85))
    expect(contrastAt(out, 85)).toBeGreaterThan(contrastAt(out, 20))
    expect(contrastAt(out, 20)).toBeLessThan(0.2 * contrastAt(scene, 20))
  })

  it('takes nothing of the subject', () => {
    const reddest = out.data.reduce((most, level, k) => {
      if (k % 3 !== 0 || mask.data[k / 3] !== 0) return most
      return Math.max(most, level - out.data[k + 1]!)
    }, 0)
    expect(reddest).toBeLessThan(3)
  })

  it('is blurred all over where the picture cuts the subject off below', () => {
    const area = { x: 0, y: 0, width, height: 80 }
    const { picture } = blurBackground(cropPicture(scene, area), cropMask(mask, area), { strength: 2 })
    expect(contrastAt(picture, 79)).toBeLessThan(0.3 * contrastAt(scene, 79))
  })

  it('follows depth where it is known', () => {
    const data = Float32Array.from({ length: 64 }, (_, i) => (i % 8 < 2 ? 0.9 : i % 8 > 5 ? 0.1 : 0.9))
    const { picture } = blurBackground(scene, mask, { strength: 2, nearness: { width: 8, height: 8, data } })
    expect(isUntouched(scene, picture, (i) => i % width < 30)).toBe(true)
    expect(isUntouched(scene, picture, (i) => i % width > 100)).toBe(false)
  })
})

describe('a disk', () => {
  it('spreads a point evenly, and loses none of its light', () => {
    const plane = new Float32Array(21 * 21)
    plane[10 * 21 + 10] = 1
    const [out] = diskBlur({ width: 21, height: 21, planes: [plane] }, 5).planes
    expect(out!.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 4)
    expect(out![10 * 21 + 7]).toBeCloseTo(out![10 * 21 + 10]!, 6)
    expect(out![10 * 21 + 16]).toBe(0)
    expect(out![4 * 21 + 4]).toBe(0)
  })
})

describe('another background', () => {
  it('is even, and along the edge mixed with nothing of the old one', () => {
    const behind = { picture: evenBackground(scene, [20, 60, 200]), floor: false, harmonised: false }
    const { picture: out, region } = replaceBackground(scene, mask, behind)
    expect(isUntouched(behind.picture, out, (i) => mask.data[i] === 0)).toBe(true)
    expect(isUntouched(scene, out, (i) => mask.data[i] === 255)).toBe(true)
    expect(region!.data.every((value, i) => value === (mask.data[i] === 255 ? 0 : 255))).toBe(true)
    // Neither blue nor red has as much green as the wall.
    const greenest = mask.data.reduce(
      (most, value, i) => (value > 0 ? Math.max(most, out.data[3 * i + 1]!) : most),
      0,
    )
    expect(greenest).toBeLessThan(90)
  })

  it('goes from one colour to the other', () => {
    const { data } = gradientBackground({ width: 8, height: 100 }, [255, 255, 255], [0, 40, 120])
    expect([...data.subarray(0, 3)]).toEqual([255, 255, 255])
    expect([...data.subarray(-3)]).toEqual([0, 40, 120])
    expect(data[3 * 8 * 50]).toBeGreaterThan(data[3 * 8 * 80]!)
  })

  it('takes a shadow on a floor', () => {
    const picture = evenBackground(scene, [220, 220, 220])
    const { picture: out } = replaceBackground(scene, mask, { picture, floor: true, harmonised: false })
    expect(out.data[3 * (104 * width + 64)]).toBeLessThan(205)
    expect(out.data[3 * (30 * width + 64)]).toBe(220)
  })

  it('lends its light to what is harmonised', () => {
    const picture = evenBackground(scene, [20, 30, 60])
    const { picture: out } = replaceBackground(scene, mask, { picture, floor: false, harmonised: true })
    expect(out.data[3 * (60 * width + 55)]).toBeLessThan(scene.data[3 * (60 * width + 55)]! - 10)
  })

  it('is painted the same for the same numbers, larger than it is worked out too', () => {
    const size = { width: 1600, height: 960 }
    const once = paintedBackground(size, 'white studio', () => 0.4)
    expect([once.width, once.height]).toEqual([1600, 960])
    expect(pictureHash(paintedBackground(size, 'white studio', () => 0.4))).toBe(pictureHash(once))
  })
})

it('a cut-out keeps the subject, with its own colours along and beyond the edge', () => {
  const { picture, alpha } = cutOut(scene, mask)
  expect(alpha).toBe(mask)
  expect(isUntouched(scene, picture, (i) => mask.data[i] === 255)).toBe(true)
  // The wall has 190; its stripes are behind the edge, so what is behind a pixel is not known exactly.
  const greenest = picture.data.reduce((most, level, k) => (k % 3 === 1 ? Math.max(most, level) : most), 0)
  expect(greenest).toBeLessThan(130)
})

it('an empty mask is refused', () => {
  const empty = { ...mask, data: new Uint8Array(width * height) }
  expect(() => blurBackground(scene, empty, { strength: 1 })).toThrow('empty')
  expect(() => cutOut(scene, empty)).toThrow('empty')
})
