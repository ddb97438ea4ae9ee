import { describe, expect, it } from 'vitest'
import type { Picture } from '../../image/index.ts'
import { applyStyle } from './applyStyle.ts'
import { type OwnStyleName, scaled } from './style.ts'
import { ownStyles } from './styles.ts'

const numbers = (): (() => number) => {
  let seed = 1
  return () => {
    seed = (seed * 16807) % 2147483647
    return seed / 2147483647
  }
}

/** Coloured hills before a bright sky. */
function hills(width: number, height: number): Picture {
  const data = new Uint8Array(3 * width * height)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const [u, v] = [x / width, y / height]
      const isSky = v < 0.4 + 0.15 * Math.sin(9 * u)
      const light = 0.7 + 0.3 * Math.sin(40 * u + 25 * v)
      const colour = isSky ? [170, 200, 240] : [150 * light, 90 * light, 50 * light]
      for (let c = 0; c < 3; c++) data[3 * (y * width + x) + c] = colour[c]!
    }
  return { width, height, data }
}

const names = Object.keys(ownStyles) as OwnStyleName[]

describe('styles', () => {
  it.each(names)('%s: of the right size, another picture, the same for the same numbers', (name) => {
    const picture = hills(72, 48)
    const draw = (): Picture => applyStyle(picture, name, { next: numbers() }).picture
    const drawn = draw()
    expect([drawn.width, drawn.height]).toEqual([72, 48])
    expect(drawn.data).not.toEqual(picture.data)
    expect(draw()).toEqual(drawn)
  })

  it('let the photograph be seen at half of their strength, and leave what a mask does not cover', () => {
    const picture = hills(72, 48)
    const data = Uint8Array.from({ length: 72 * 48 }, (_, i) => (i % 72 < 36 ? 255 : 0))
    const draw = (strength: number): Picture =>
      applyStyle(picture, 'newsprint', {
        strength,
        mask: { width: 72, height: 48, data },
        next: numbers(),
      }).picture
    const [half, whole] = [draw(0.5), draw(1)]
    data.forEach((cover, i) => {
      const [own, one, other] = [picture, half, whole].map((each) => each.data[3 * i]!) as [
        number,
        number,
        number,
      ]
      if (cover === 0) expect([one, other]).toEqual([own, own])
      else expect(Math.abs(one - (own + other) / 2)).toBeLessThanOrEqual(1)
    })
  })

  it('draw large pictures at a size of their own, with blocks that stay sharp', () => {
    const { picture } = applyStyle(hills(1536, 1024), 'pixel-art', { next: numbers() })
    expect([picture.width, picture.height]).toEqual([1536, 1024])
    const row = picture.data.subarray(0, 3 * 1536)
    let steps = 0
    for (let x = 1; x < 1536; x++) if (row[3 * x] !== row[3 * x - 3]) steps++
    expect(steps).toBeLessThan(128)
  })

  it('draw nothing of nothing, and no colours of grey', () => {
    const even = { width: 48, height: 48, data: new Uint8Array(3 * 48 * 48).fill(120) }
    expect(() => applyStyle(even, 'pencil', { next: numbers() })).toThrow('nothing-to-draw')
    const grey = {
      ...even,
      data: Uint8Array.from({ length: 3 * 48 * 48 }, (_, i) => 5 * (Math.floor(i / 3) % 48)),
    }
    expect(() => applyStyle(grey, 'halftone', { next: numbers() })).toThrow('too-grey')
  })

  it('have sizes by the longer side', () => {
    expect(scaled({ width: 512, height: 300 }, 6)).toBe(6)
    expect(scaled({ width: 600, height: 1024 }, 6)).toBe(12)
  })
})
