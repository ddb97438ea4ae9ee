import { expect, it } from 'vitest'
import { sourceOf } from '../../../../test/recipes.ts'
import { blurPicture } from '../../../image/index.ts'
import { detailOf } from './detail.ts'

it('a face out of focus has little detail', async () => {
  const { picture } = await sourceOf('faces/astronaut.jpg', 256)
  const face = { x: 90, y: 30, width: 80, height: 90 }
  const sharp = detailOf(picture, face)
  expect(sharp).toBeGreaterThan(0.13)
  expect(detailOf(blurPicture(picture, 6), face)).toBeLessThan(0.13)
  expect(detailOf({ ...picture, data: picture.data.map(() => 90) }, face)).toBe(0)
})
