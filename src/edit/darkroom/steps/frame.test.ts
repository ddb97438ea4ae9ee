import { describe, expect, it } from 'vitest'
import { evenMask, type Mask, type Picture } from '../../../image/index.ts'
import type { Bench } from '../carry.ts'
import type { StepOf } from '../plan.ts'
import { carryCrop, carryExtend, carryFlip, carryResize, carryRotate, carryStraighten } from './frame.ts'

const picture: Picture = {
  width: 60,
  height: 40,
  data: Uint8Array.from({ length: 3 * 60 * 40 }, (_, i) => (7 * i + Math.floor(i / 180) * 13) % 251),
}
/** As transparent as red is strong: so that both have to move alike. */
const alpha: Mask = {
  width: 60,
  height: 40,
  data: Uint8Array.from({ length: 60 * 40 }, (_, i) => picture.data[3 * i]!),
}

const bench = (given: Partial<Bench> = {}): Bench => ({
  picture,
  alpha,
  tools: {
    has: () => false,
    get: (job) => {
      throw new Error(`${job} is not needed`)
    },
    close: async () => {},
  },
  find: async () => ({
    mask: evenMask(60, 40, 255),
    box: { x: 40, y: 10, width: 10, height: 12 },
    score: 0.9,
    label: 'red car',
  }),
  next: () => 0.5,
  ...given,
})

const reds = ({ data }: Picture): Uint8Array => data.filter((_, i) => i % 3 === 0)
const car = { type: 'thing', phrase: 'the red car', noun: 'car' } as const

describe('steps of the frame', () => {
  it.each([
    ['crop', () => carryCrop({ kind: 'crop', ratio: 1 }, bench())],
    ['crop around', () => carryCrop({ kind: 'crop', around: car }, bench())],
    ['rotate', () => carryRotate({ kind: 'rotate', degrees: 90 }, bench())],
    ['flip', () => carryFlip({ kind: 'flip', axis: 'horizontal' }, bench())],
    [
      'extend',
      () =>
        carryExtend(
          { kind: 'extend', sides: { left: 0.1, top: 0, right: 0, bottom: 0 }, fill: 'mirror' },
          bench(),
        ),
    ],
  ] as const)('%s moves the transparency with the picture', async (_, carry) => {
    const made = await carry()
    expect([made.alpha!.width, made.alpha!.height]).toEqual([made.picture.width, made.picture.height])
    expect(made.alpha!.data).toEqual(reds(made.picture))
    expect(made.region).toBeUndefined()
  })

  it('crop to a ratio, around what was found, or by shares', async () => {
    const size = async (step: Omit<StepOf<'crop'>, 'kind'>) => {
      const { picture: made, did } = await carryCrop({ kind: 'crop', ...step }, bench())
      return [made.width, made.height, did]
    }
    expect(await size({ ratio: 1 })).toEqual([40, 40, 'crop to 40×40'])
    expect(await size({ around: car })).toEqual([14, 16, 'crop around red car to 14×16'])
    expect(await size({ sides: { left: 0.5, top: 0, right: 0, bottom: 0.25 } })).toEqual([
      30,
      30,
      'crop to 30×30',
    ])
  })

  it('refuse to cut off nothing or all', async () => {
    await expect(carryCrop({ kind: 'crop', ratio: 1.5 }, bench())).rejects.toThrow(
      'crop: nothing to cut off, the picture has 60×40 already',
    )
    const sides = { left: 0.5, top: 0, right: 0.45, bottom: 0 }
    await expect(carryCrop({ kind: 'crop', sides }, bench())).rejects.toMatchObject({ code: 'unfit' })
  })

  it('rotate by any angle, cut to what is filled', async () => {
    const { picture: made, did } = await carryRotate({ kind: 'rotate', degrees: 10 }, bench())
    expect(did).toBe('rotate by 10°')
    expect(made.width / made.height).toBeGreaterThan(1.5)
    expect(made.width).toBeLessThan(60)
  })

  it('straighten refuses a picture in which no line tells', async () => {
    await expect(carryStraighten({ kind: 'straighten' }, bench())).rejects.toThrow(
      'straighten: no long straight line tells how the picture should stand; rotate it by degrees instead',
    )
  })

  it('resize by one side keeps the ratio, and not beyond what memory holds', async () => {
    const { picture: made } = await carryResize({ kind: 'resize', width: 30 }, bench())
    expect([made.width, made.height]).toEqual([30, 20])
    const twice = await carryResize({ kind: 'resize', factor: 2 }, bench())
    expect([twice.alpha!.width, twice.alpha!.height]).toEqual([120, 80])
    await expect(carryResize({ kind: 'resize', width: 30_000 }, bench())).rejects.toThrow(
      'resize: expected at most 100 megapixels, got 30000×20000; ask for less',
    )
  })

  it('extend to a ratio by a colour, which is opaque', async () => {
    const fill = { name: 'white', hex: '#ffffff' }
    const made = await carryExtend({ kind: 'extend', ratio: 1, fill }, bench())
    expect([made.picture.width, made.picture.height, made.did]).toEqual([60, 60, 'extend to 60×60 (white)'])
    expect([...made.picture.data.subarray(0, 3), made.alpha!.data[0]]).toEqual([255, 255, 255, 255])
  })

  it('extend blurs the borders where there is too much to fill, and says so', async () => {
    const sides = { left: 1, top: 0, right: 1, bottom: 0 }
    const made = await carryExtend({ kind: 'extend', sides, fill: 'fill' }, bench())
    expect(made.picture.width).toBe(3 * bench().picture.width)
    expect(made.did).toMatch(/blurred, since it is too much to fill/)
  })

  it('extend refuses to add nothing', async () => {
    await expect(carryExtend({ kind: 'extend', fill: 'blur' }, bench())).rejects.toThrow('nothing to add')
  })
})
