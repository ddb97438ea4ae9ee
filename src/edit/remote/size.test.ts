import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { runs } from '../../../test/runs.ts'
import { type Mask, resizePicture } from '../../image/index.ts'
import { anySize } from './openai.ts'
import { flat, gradient } from './remote.contract.ts'
import { framed, nearestSize, parseSize } from './size.ts'

const sizes = ['1024x1024', '1536x1024', '1024x1536'].map(parseSize)
const side = fc.integer({ min: 1, max: 60 })
const fits = fc.constantFrom('pad', 'crop', 'stretch')

describe('framed', () => {
  it('gives the source back where nothing is done to it, whatever the policy', () => {
    fc.assert(
      fc.property(side, side, fits, (width, height, fit) => {
        const source = gradient(width, height)
        const made = framed(source, undefined, { fit }, nearestSize(source, sizes))
        expect(made.back(made.picture, false)).toEqual(source)
        if (fit !== 'pad') expect(made.picture).toEqual(source)
      }),
      { numRuns: runs(100) },
    )
  })

  it("gives a picture of the source's size, whatever comes", () => {
    fc.assert(
      fc.property(
        side,
        side,
        side,
        side,
        fits,
        fc.integer({ min: 8, max: 40 }),
        (w, h, rw, rh, fit, longest) => {
          const source = gradient(w, h)
          const made = framed(source, undefined, { fit, longest }, nearestSize(source, sizes))
          expect(Math.max(made.picture.width, made.picture.height)).toBeLessThanOrEqual(longest)
          const { width, height, data } = made.back(flat(rw, rh, 7), false)
          expect([width, height, data.length]).toEqual([w, h, 3 * w * h])
        },
      ),
      { numRuns: runs(100) },
    )
  })

  it('pads to the shape that is asked for, mirrored, and puts things back where they were', () => {
    const source = gradient(40, 30)
    const made = framed(source, undefined, { fit: 'pad' }, nearestSize(source, sizes))
    expect(made.ask).toEqual({ width: 1536, height: 1024 })
    expect([made.picture.width, made.picture.height]).toEqual([45, 30])
    const pixel = (x: number) => [...made.picture.data.slice(3 * x, 3 * x + 3)]
    expect(pixel(1)).toEqual(pixel(2))
    expect(pixel(0)).toEqual(pixel(3))
    // The service answers at its own size: what it made of each pixel comes back to that pixel.
    const answer = resizePicture(made.picture, { width: 180, height: 120 })
    const result = made.back(answer, false)
    const most = Math.max(...result.data.map((level, i) => Math.abs(level - source.data[i]!)))
    expect(most).toBeLessThanOrEqual(60)
    expect(made.back(answer, true)).toMatchObject({ width: 160, height: 120 })
  })

  it('pads a mask with what is not to be changed', () => {
    const mask: Mask = { width: 20, height: 40, data: new Uint8Array(800).fill(255) }
    const made = framed(gradient(20, 40), mask, { fit: 'pad' }, { width: 1024, height: 1024 })
    expect([made.mask!.width, made.mask!.height]).toEqual([40, 40])
    expect([...made.mask!.data.slice(0, 40)]).toEqual([
      ...Array(10).fill(0),
      ...Array(20).fill(255),
      ...Array(10).fill(0),
    ])
  })

  it.each([
    ['stretch', 200 / 3],
    ['crop', 200],
  ] as const)('with %s treats a picture of another shape as said', (fit, level) => {
    // A bright middle between dark sides.
    const answer = flat(60, 20, 0)
    for (let y = 0; y < 20; y++) answer.data.fill(200, 3 * (y * 60 + 20), 3 * (y * 60 + 40))
    const { data } = framed(flat(20, 20, 9), undefined, { fit }, undefined).back(answer, false)
    const mean = data.reduce((sum, each) => sum + each, 0) / data.length
    expect(Math.abs(mean - level)).toBeLessThan(3)
  })
})

describe('anySize', () => {
  it('keeps the shape and the rules of gpt-image-2', () => {
    fc.assert(
      fc.property(fc.integer({ min: 20, max: 8000 }), fc.integer({ min: 20, max: 8000 }), (width, height) => {
        const size = anySize({ width, height })
        if (!size) {
          expect(Math.max(width / height, height / width)).toBeGreaterThan(2.9)
          return
        }
        const pixels = size.width * size.height
        expect([size.width % 16, size.height % 16]).toEqual([0, 0])
        expect(Math.max(size.width, size.height)).toBeLessThanOrEqual(3840)
        expect(pixels).toBeGreaterThanOrEqual(655_360)
        expect(pixels).toBeLessThanOrEqual(8_294_400)
        expect(Math.max(size.width, size.height) / Math.min(size.width, size.height)).toBeLessThanOrEqual(3)
        expect(Math.abs(Math.log((size.width * height) / (size.height * width)))).toBeLessThan(0.04)
      }),
      { numRuns: runs(300) },
    )
  })
})
