import { expect, it } from 'vitest'
import { cropLayer, type Layer, scaleLayer } from './layer.ts'

/** Six by four pixels, of which two by two are covered, and those are red. */
function layer(): Layer {
  const [width, height] = [6, 4]
  const alpha = { width, height, data: new Uint8Array(width * height) }
  const picture = { width, height, data: new Uint8Array(3 * width * height) }
  for (const i of [8, 9, 14, 15]) {
    alpha.data[i] = 200
    picture.data[3 * i] = 250
  }
  return { picture, alpha }
}

it('crops a layer to what it covers', () => {
  const { picture, alpha } = cropLayer(layer())!
  expect(alpha).toEqual({ width: 2, height: 2, data: Uint8Array.of(200, 200, 200, 200) })
  expect([...picture.data]).toEqual([250, 0, 0, 250, 0, 0, 250, 0, 0, 250, 0, 0])
  const { width, height } = picture
  expect(cropLayer({ picture, alpha: { width, height, data: new Uint8Array(4) } })).toBeUndefined()
})

it('scales picture and coverage alike, and leaves a pixel at least', () => {
  const large = scaleLayer(cropLayer(layer())!, 2.5)
  for (const part of [large.picture, large.alpha]) expect(part).toMatchObject({ width: 5, height: 5 })
  expect(new Set(large.alpha.data)).toEqual(new Set([200]))
  const least = scaleLayer(layer(), 0.01)
  for (const part of [least.picture, least.alpha]) expect(part).toMatchObject({ width: 1, height: 1 })
})
