import { describe, expect, it } from 'vitest'
import { paintedBall } from '../../../test/pictures/painted.ts'
import { compositePictures, type Mask, type Picture, shadePicture } from '../../image/index.ts'
import { type Move, moveThing } from './move.ts'

const [width, height, ball] = [160, 120, 40]

/** A ball on sand, its foot at 80, with a shadow at its right where that is asked for. */
function scene(left: number, shadow: boolean): { picture: Picture; mask: Mask } {
  const sand = {
    width,
    height,
    data: Uint8Array.from({ length: 3 * width * height }, (_, k) => {
      const i = Math.floor(k / 3)
      return [190, 170, 130][k % 3]! + ((((i * 7919) ^ (i >> 3)) % 13) - 6)
    }),
  }
  const { picture, alpha } = paintedBall(ball, [40, 80, 200])
  const above = { width, height, data: new Uint8Array(3 * width * height) }
  const mask: Mask = { width, height, data: new Uint8Array(width * height) }
  const dark: Mask = { width, height, data: new Uint8Array(width * height) }
  for (let y = 0; y < ball; y++)
    for (let x = 0; x < ball; x++) {
      if (x + left < 0 || x + left >= width) continue
      const [from, to] = [y * ball + x, (y + 40) * width + x + left]
      mask.data[to] = alpha.data[from]!
      above.data.set(picture.data.subarray(3 * from, 3 * from + 3), 3 * to)
    }
  if (shadow)
    for (let y = 70; y < 82; y++)
      for (let x = left + 20; x < left + 60; x++) {
        const [u, v] = [(x - left - 40) / 20, (y - 76) / 6]
        if (u * u + v * v < 1) dark.data[y * width + x] = 255
      }
  return { picture: compositePictures(shadePicture(sand, dark, 0.6), above, mask), mask }
}

const moved = (
  left: number,
  move: Partial<Move>,
  shadow = false,
): Picture & { region: Mask; before: Picture } => {
  const { picture, mask } = scene(left, shadow)
  const made = moveThing(picture, mask, { right: 0, down: 0, scale: 1, ...move })
  return { ...made.picture, region: made.region, before: picture }
}

const at = ({ data }: Picture, x: number, y: number): readonly number[] => [
  ...data.subarray(3 * (y * width + x)).subarray(0, 3),
]

describe('a thing that is moved', () => {
  it('is at its new place to the bit, and sand where it was; all else stays', () => {
    const out = moved(20, { right: 0.5 })
    expect(at(out, 120, 60)).toEqual(at(out.before, 40, 60))
    expect(at(out, 112, 52)).toEqual(at(out.before, 32, 52))
    const [r, , b] = at(out, 40, 60)
    expect(r! - b!).toBeGreaterThan(30)
    const leaks = out.data.filter(
      (level, k) => level !== out.before.data[k] && out.region.data[Math.floor(k / 3)] === 0,
    )
    expect(leaks.length).toBe(0)
  })

  it('stands on the same line when its size changes', () => {
    const out = moved(60, { scale: 0.5 })
    expect(at(out, 80, 70)[2]).toBeGreaterThan(at(out, 80, 70)[0]!)
    expect(at(out, 80, 50)[0]).toBeGreaterThan(at(out, 80, 50)[2]!)
  })

  it('takes its shadow along', () => {
    const out = moved(20, { right: 0.45 }, true)
    // The shadow's middle, 28 pixels right of the ball's.
    const [from, to] = [at(out, 68, 77), at(out, 68 + 72, 77)]
    expect(from[0]).toBeGreaterThan(160)
    expect(to[0]).toBeLessThan(155)
  })

  it('stays within the picture', () => {
    const out = moved(20, { right: 1 })
    expect(at(out, width - 20, 60)[2]).toBeGreaterThan(at(out, width - 20, 60)[0]!)
  })

  it('is refused where the picture cuts it off and the cut would be seen', () => {
    expect(() => moved(-15, { right: 0.3 })).toThrow('cut-off')
    expect(() => moved(-15, { scale: 0.5 })).toThrow('cut-off')
  })
})
