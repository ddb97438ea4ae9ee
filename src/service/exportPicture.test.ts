import { expect, it } from 'vitest'
import { encodePicture, fileKind, type Picture, readPicture, readRecipe } from '../image/index.ts'
import { exportPicture } from './exportPicture.ts'

const picture: Picture = {
  width: 8,
  height: 6,
  data: Uint8Array.from({ length: 3 * 8 * 6 }, (_, i) => (7 * i) % 256),
}
const alpha = { width: 8, height: 6, data: new Uint8Array(48).fill(128) }
const recipe = '{"instruction":"brighter"}'

it('gives the stored bytes where they are what is asked for', async () => {
  const stored = await encodePicture(picture, 'png', { recipe })
  expect((await exportPicture(stored, {})).bytes).toBe(stored)
  expect((await exportPicture(stored, { format: 'png', recipe: true })).bytes).toBe(stored)
  const plain = await encodePicture(picture, 'png')
  expect((await exportPicture(plain, { recipe: false })).bytes).toBe(plain)
})

it('leaves the recipe out, and nothing else', async () => {
  const stored = await encodePicture(picture, 'png', { recipe, alpha })
  const { bytes, format } = await exportPicture(stored, { recipe: false })
  expect(format).toBe('png')
  expect(await readRecipe(bytes)).toBeUndefined()
  expect(Buffer.from(bytes).includes('brighter')).toBe(false)
  const [before, after] = [await readPicture(stored), await readPicture(bytes)]
  expect(after.data).toEqual(before.data)
  expect(after.alpha).toEqual(before.alpha)
  expect(before.alpha).toEqual(alpha)
})

it('changes the format, with the recipe', async () => {
  const stored = await encodePicture(picture, 'png', { recipe })
  for (const format of ['jpeg', 'webp'] as const) {
    const exported = await exportPicture(stored, { format, quality: 80 })
    expect(fileKind(exported.bytes)).toEqual({ format })
    expect(await readRecipe(exported.bytes)).toBe(recipe)
    expect(await readRecipe((await exportPicture(stored, { format, recipe: false })).bytes)).toBeUndefined()
  }
})
