import { describe, expect, it } from 'vitest'
import { meanDifference, type Picture, resizePicture } from '../../image/index.ts'
import { viewScene } from '../scene/scene.ts'
import { applyLook } from './applyLook.ts'
import { colourChart, throughTable } from './colourTable.ts'
import { isLarge } from './enlarge.ts'
import { developed } from './look.ts'
import { toneLooks } from './looks.ts'

const numbers = (): (() => number) => {
  let seed = 1
  return () => {
    seed = (seed * 16807) % 2147483647
    return seed / 2147483647
  }
}

/** A meadow with bushes under a blue sky. */
function meadow(width: number, height: number): Picture {
  const data = new Uint8Array(3 * width * height)
  const next = numbers()
  const scale = width / 128
  const cells = Float64Array.from({ length: 128 * 96 }, () => next())
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const [u, v] = [x / scale, y / scale]
      const isSky = v < 36 + 6 * Math.sin(u / 9)
      const grain = 44 * cells[Math.floor(v) * 128 + Math.floor(u)]! - 22 + 12 * Math.sin(u / 5 + v / 7)
      const colour = isSky ? [140 + v / 2, 180 + v / 2, 238] : [52 + grain, 92 + grain, 26 + grain / 2]
      for (let c = 0; c < 3; c++) data[3 * (y * width + x) + c] = Math.max(0, Math.min(255, colour[c]!))
    }
  return { width, height, data }
}

describe('looks', () => {
  it('do not fit every picture, and say why', () => {
    const wall = { width: 64, height: 64, data: new Uint8Array(3 * 64 * 64).fill(150) }
    expect(() => applyLook(wall, 'autumn', { next: numbers() })).toThrow('unfit')
    try {
      applyLook(wall, 'sunset', { next: numbers() })
    } catch (error) {
      expect(error).toMatchObject({
        reason: 'unfit',
        values: { look: 'sunset', why: expect.stringContaining('too little sky') },
      })
    }
  })

  it('at a small size are what they are in datasets', () => {
    const picture = meadow(128, 96)
    const scene = viewScene(picture)
    const parameters = toneLooks.autumn.usual(1, scene, numbers())
    expect(applyLook(picture, 'autumn', { next: numbers() }).picture).toEqual(
      developed(toneLooks.autumn, scene, parameters, numbers()),
    )
  })

  it('go by their strength: half of it, and more than it', () => {
    const picture = meadow(128, 96)
    const away = (strength: number): number =>
      meanDifference(picture, applyLook(picture, 'golden-hour', { strength, next: numbers() }).picture) ?? 0
    const [none, half, usual, twice] = [0, 0.5, 1, 2].map(away) as [number, number, number, number]
    expect(none).toBe(0)
    expect(half / usual).toBeCloseTo(0.5, 1)
    expect(twice).toBeGreaterThan(1.2 * usual)
  })

  it('leave what a mask does not cover', () => {
    const picture = meadow(128, 96)
    const data = Uint8Array.from({ length: 128 * 96 }, (_, i) => (i % 128 < 64 ? 255 : 0))
    const mask = { width: 128, height: 96, data }
    const { picture: made, region } = applyLook(picture, 'sepia', { mask, next: numbers() })
    expect(region).toBe(mask)
    for (let i = 0; i < data.length; i += 37)
      for (let c = 0; c < 3; c++)
        if (data[i] === 0) expect(made.data[3 * i + c]).toBe(picture.data[3 * i + c] ?? -1)
    expect(made.data.slice(0, 3)).not.toEqual(picture.data.slice(0, 3))
  })
})

describe('large pictures', () => {
  const large = meadow(1424, 1068)
  const small = resizePicture(large, { width: 712, height: 534, filter: 'bilinear' })

  it('get the look of small ones, with their own detail', () => {
    expect(isLarge(large)).toBe(true)
    const made = applyLook(large, 'golden-hour', { next: numbers() }).picture
    const seen = resizePicture(made, { width: 712, height: 534, filter: 'bilinear' })
    expect(meanDifference(seen, applyLook(small, 'golden-hour', { next: numbers() }).picture)).toBeLessThan(4)
    expect([made.width, made.height]).toEqual([large.width, large.height])
  })
})

describe('a table of colours', () => {
  it('gives each colour what the change gives it', () => {
    const picture = meadow(96, 72)
    const inverted = (of: Picture): Picture => ({ ...of, data: of.data.map((level) => 255 - level) })
    expect(throughTable(picture, inverted(colourChart()))).toEqual(inverted(picture))
    expect(throughTable(picture, colourChart())).toEqual(picture)
  })
})

describe('corrections', () => {
  it('take a cast away: white surfaces come out grey', () => {
    const data = Uint8Array.from({ length: 3 * 64 * 64 }, (_, i) => {
      const light = 40 + 3 * (Math.floor(i / 3) % 64)
      return light * [1, 0.86, 0.6][i % 3]!
    })
    const { picture } = applyLook({ width: 64, height: 64, data }, 'white-balanced', { next: numbers() })
    const [r, g, b] = picture.data.slice(3 * 62, 3 * 63) as unknown as [number, number, number]
    expect(Math.max(r, g, b) - Math.min(r, g, b)).toBeLessThan(25)
    expect(data[3 * 62]! - data[3 * 62 + 2]!).toBeGreaterThan(80)
  })

  it('stretch what is flat and dark, and leave black black', () => {
    const flat = Uint8Array.from({ length: 3 * 64 * 64 }, (_, i) => 30 + (Math.floor(i / 3) % 64))
    const { picture } = applyLook({ width: 64, height: 64, data: flat }, 'enhanced', { next: numbers() })
    const spread = (levels: Uint8Array): number => Math.max(...levels) - Math.min(...levels)
    expect(spread(picture.data)).toBeGreaterThan(1.2 * spread(flat))
  })
})
