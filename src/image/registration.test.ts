import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { runs } from '../../test/runs.ts'
import { blurPicture } from './blur.ts'
import { pastePicture } from './crop.ts'
import { emptySpectrum, fourier } from './fourier.ts'
import { boxMask, deltaEOf, peakSignalToNoise, structuralSimilarity } from './index.ts'
import { repetitionOf } from './phaseCorrelation.ts'
import type { Picture } from './picture.ts'
import { readPicture } from './read.ts'
import { registerPictures } from './registration.ts'
import { resizePicture } from './resize.ts'
import { edgeWidth } from './sharpness.ts'
import { similarityWarp, warpPicture } from './warp.ts'

const size = { width: 320, height: 208 }
let photo: Picture
let other: Picture
beforeAll(async () => {
  const read = async (name: string) =>
    resizePicture(
      await readPicture(fileURLToPath(new URL(`../../test/pictures/photos/${name}.jpg`, import.meta.url))),
      size,
    )
  photo = await read('sean-afnan-244576')
  other = await read('nasa-45068')
})

const placed = (scale: number, x: number, y: number): Picture =>
  warpPicture(photo, similarityWarp({ scale, center: [160, 104], to: [160 + x, 104 + y] }), size)

describe('fourier', () => {
  it('comes back, and keeps the energy', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -9, max: 9, noNaN: true }), { minLength: 256, maxLength: 256 }),
        (values) => {
          const square = emptySpectrum(16)
          square.real.set(values)
          fourier(square)
          const energy =
            square.real.reduce((sum, re, i) => sum + re ** 2 + square.imaginary[i]! ** 2, 0) / 256
          expect(energy).toBeCloseTo(
            values.reduce((sum, value) => sum + value ** 2, 0),
            6,
          )
          fourier(square, true)
          for (const [i, value] of values.entries()) expect(square.real[i]).toBeCloseTo(value, 9)
        },
      ),
      { numRuns: runs(10) },
    )
  })

  it('a wave of three turns stands at three', () => {
    const square = emptySpectrum(8)
    for (let i = 0; i < 64; i++) square.real[i] = Math.cos((2 * Math.PI * 3 * (i % 8)) / 8)
    fourier(square)
    const strong = [...square.real.keys()].filter((i) => Math.abs(square.real[i]!) > 1e-9)
    expect(strong).toEqual([3, 5])
    expect(() => emptySpectrum(12)).toThrow('expected a side that is a power of two, got 12')
  })
})

describe('registerPictures', () => {
  it.each([
    [1, 0, 0],
    [1, 8, -3],
    [1, -2.5, 0.5],
    [1.06, 0, 0],
    [0.88, 10, 6],
  ])('finds zoom %d and shift %d, %d', (zoom, x, y) => {
    const found = registerPictures(photo, placed(zoom, x, y))!
    expect(Math.abs(found.zoom - zoom)).toBeLessThan(0.006)
    expect(Math.hypot(found.shift[0] - x, found.shift[1] - y)).toBeLessThan(0.6)
  })

  it('is not misled by a change of light, a blur, or a part that is another', () => {
    const dark = { ...photo, data: photo.data.map((level) => 0.5 * level) }
    const patched = pastePicture(placed(1, 5, 0), resizePicture(other, { width: 120, height: 120 }), 20, 40)
    for (const [edited, x] of [
      [dark, 0],
      [blurPicture(placed(1, 6, 0), 2), 6],
      [patched, 5],
    ] as const)
      expect(registerPictures(photo, edited)!.shift[0]).toBeCloseTo(x, 0)
  })

  it('finds nothing where pictures have nothing in common', () => {
    expect(registerPictures(photo, other)).toBeUndefined()
    expect(() => registerPictures(photo, resizePicture(photo, { width: 32, height: 32 }))).toThrow(
      'register: expected 320×208',
    )
  })
})

it('edgeWidth is the deviation of the blur, whatever the contrast', () => {
  const sharp = edgeWidth(photo)!
  const scale = 512 / 320
  for (const sigma of [1, 2]) {
    const soft = blurPicture(photo, sigma)
    const faint = { ...soft, data: soft.data.map((level) => 60 + 0.5 * level) }
    const wanted = Math.hypot(sharp, sigma * scale)
    expect(Math.abs(edgeWidth(soft)! - wanted)).toBeLessThan(0.45 * wanted)
    expect(Math.abs(edgeWidth(faint)! - edgeWidth(soft)!)).toBeLessThan(0.3)
  }
  expect(edgeWidth({ ...photo, data: new Uint8Array(photo.data.length).fill(90) })).toBeUndefined()
})

it('repetitionOf tells a pattern from a photograph', () => {
  const dots = Float32Array.from({ length: 256 * 256 }, (_, i) =>
    i % 8 < 4 === Math.floor(i / 256) % 8 < 4 ? 1 : 0,
  )
  expect(repetitionOf({ width: 256, height: 256, data: dots })).toBeGreaterThan(0.8)
  const luma = Float32Array.from({ length: size.width * size.height }, (_, i) => photo.data[3 * i]! / 255)
  expect(repetitionOf({ ...size, data: luma })).toBeLessThan(0.6)
})

it('psnr, ssim and ΔE look only where a mask is', () => {
  const area = { x: 100, y: 60, width: 80, height: 80 }
  const patched = pastePicture(photo, resizePicture(other, area), area.x, area.y)
  const inside = boxMask(size.width, size.height, area)
  const outside = { ...inside, data: inside.data.map((value) => 255 - value) }
  expect(peakSignalToNoise(photo, patched, outside)).toBe(Number.POSITIVE_INFINITY)
  expect(deltaEOf(photo, patched, outside)).toBe(0)
  expect(peakSignalToNoise(photo, patched, inside)).toBeLessThan(peakSignalToNoise(photo, patched))
  expect(structuralSimilarity(photo, patched, inside)).toBeLessThan(
    structuralSimilarity(photo, patched, outside),
  )
  expect(deltaEOf(photo, patched, inside)).toBeGreaterThan(0.05)
  expect(deltaEOf(photo, patched, { ...inside, data: new Uint8Array(inside.data.length) })).toBeUndefined()
})
