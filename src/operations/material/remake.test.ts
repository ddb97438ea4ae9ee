import { expect, it } from 'vitest'
import { paintedBall } from '../../../test/pictures/painted.ts'
import {
  colourStatistics,
  compositePictures,
  evenMask,
  type Picture,
  pictureHash,
} from '../../image/index.ts'
import { materials } from './materials.ts'
import { remake } from './remake.ts'

const size = 64
const { picture: ball, alpha } = paintedBall(size, [180, 60, 50])
const grey: Picture = { width: size, height: size, data: new Uint8Array(3 * size * size).fill(128) }
const picture = compositePictures(grey, ball, alpha)

it.each(materials.map(({ name }) => name))(
  'a thing of %s differs, and all else stays to the bit',
  (material) => {
    const { picture: out, region } = remake(picture, alpha, { material, seed: 3 })
    let changed = 0
    for (let i = 0; i < size * size; i++) {
      const isSame = [0, 1, 2].every((c) => out.data[3 * i + c] === picture.data[3 * i + c])
      if (region.data[i] === 0) expect(isSame).toBe(true)
      else if (!isSame) changed++
    }
    expect(changed / region.data.filter((value) => value > 0).length).toBeGreaterThan(0.9)
    expect(pictureHash(remake(picture, alpha, { material, seed: 3 }).picture)).toBe(pictureHash(out))
  },
)

it('gold is yellow, copper is redder, silver is grey', () => {
  const [gold, copper, silver] = (['gold', 'copper', 'silver'] as const).map(
    (material) => colourStatistics(remake(picture, alpha, { material, seed: 1 }).picture, alpha).mean,
  )
  expect(gold![2]).toBeGreaterThan(0.07)
  expect(copper![1]).toBeGreaterThan(gold![1] + 0.02)
  expect(Math.hypot(silver![1], silver![2])).toBeLessThan(0.03)
})

it('shows through glass what is behind, on the side where it is', () => {
  const halves = (x: number): readonly number[] => (x < size / 2 ? [40, 60, 200] : [210, 170, 40])
  const behind: Picture = {
    ...grey,
    data: grey.data.map((_, i) => halves(Math.floor(i / 3) % size)[i % 3]!),
  }
  const { picture: made } = remake(compositePictures(behind, ball, alpha), alpha, {
    material: 'glass',
    seed: 1,
  })
  const blueLess = (x: number): number => {
    const at = 3 * ((size / 2) * size + x)
    return made.data[at + 2]! - made.data[at]!
  }
  expect(blueLess(size / 2 - 8)).toBeGreaterThan(60)
  expect(blueLess(size / 2 + 8)).toBeLessThan(-60)
})

it('refuses an empty mask', () => {
  expect(() => remake(picture, evenMask(size, size, 0), { material: 'wood', seed: 1 })).toThrow('empty')
})
