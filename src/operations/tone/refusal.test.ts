import { describe, expect, it } from 'vitest'
import { type Mask, type Picture, toneStatistics } from '../../image/index.ts'
import { Rejection } from '../../tools/index.ts'
import { applyLook } from './applyLook.ts'
import type { ToneLookName } from './look.ts'
import { toneLooks } from './looks.ts'

const next = (): number => 0.4

/** A picture of 48×48 pixels. */
function painted(colour: (x: number, y: number) => readonly [number, number, number]): Picture {
  const data = new Uint8Array(3 * 48 * 48)
  for (let i = 0; i < 48 * 48; i++) data.set(colour(i % 48, Math.floor(i / 48)), 3 * i)
  return { width: 48, height: 48, data }
}

const wall = painted((x, y) => [120 + ((x * y) % 7), 100, 90])
const night = painted((x, y) => [30 + ((x * y) % 20), 30, 34])
const black = painted(() => [1, 1, 1])
const grey = painted((x) => [60 + 3 * x, 60 + 3 * x, 60 + 3 * x])
const names = Object.keys(toneLooks) as ToneLookName[]

function whyNot(picture: Picture, look: ToneLookName): string | undefined {
  try {
    applyLook(picture, look, { next })
    return undefined
  } catch (error) {
    if (!(error instanceof Rejection)) throw error
    return String(error.values.why)
  }
}

describe('a look that is refused', () => {
  it('says why in a sentence', () => {
    const reasons = [wall, night, black, grey].flatMap((picture) =>
      names.map((look) => whyNot(picture, look)).filter((why) => why !== undefined),
    )
    expect(new Set(reasons).size).toBeGreaterThan(12)
    expect(reasons.filter((why) => why.split(' ').length < 5)).toEqual([])
  })

  it('is one that would not show', () => {
    expect(whyNot(grey, 'black-and-white')).toMatch('already black and white')
    expect(whyNot(black, 'night')).toMatch('already as dark')
    expect(whyNot(wall, 'autumn')).toMatch('little green')
  })
})

describe('users get', () => {
  it.each(['rain', 'snowfall', 'dense-fog', 'golden-hour', 'sunny', 'overcast'] as const)(
    '%s where datasets have none',
    (look) => {
      expect(whyNot(wall, look)).toBeUndefined()
      expect(whyNot(night, look)).toBeUndefined()
    },
  )

  it('golden hour on a dark photo, which comes up first', () => {
    const { picture } = applyLook(night, 'golden-hour', { next })
    const lightness = (of: Picture): number => toneStatistics(of).lightness
    expect(lightness(picture)).toBeGreaterThan(1.25 * lightness(night))
    expect(toneStatistics(picture).cast[1]).toBeGreaterThan(0.02)
  })

  it('rain at night that does not make it day', () => {
    const { picture } = applyLook(night, 'rain', { next })
    expect(toneStatistics(picture).lightness).toBeLessThan(0.5)
  })

  it('winter where ground was found: white on it, and little change beside it', () => {
    const data = Uint8Array.from({ length: 48 * 48 }, (_, i) => (i >= 48 * 32 ? 255 : 0))
    const ground: Mask = { width: 48, height: 48, data }
    const { picture } = applyLook(wall, 'winter', { ground, next })
    const [above, below] = [picture.data[3 * (48 * 10 + 24)]!, picture.data[3 * (48 * 40 + 24)]!]
    expect(below).toBeGreaterThan(160)
    expect(Math.abs(above - wall.data[3 * (48 * 10 + 24)]!)).toBeLessThan(40)
  })
})
