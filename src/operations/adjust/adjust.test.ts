import { describe, expect, it } from 'vitest'
import type { Picture } from '../../image/index.ts'
import { type AdjustedProperty, adjust } from './adjust.ts'

/** Tones from black to white in several colours, with some texture. */
function tones(): Picture {
  const [width, height] = [64, 48]
  const data = new Uint8Array(3 * width * height)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const light = 4 * x + ((x + y) % 3)
      const colour = [
        [1, 1, 1],
        [1, 0.7, 0.55],
        [0.4, 0.7, 1],
      ][Math.floor(y / 16)]!
      for (let c = 0; c < 3; c++) data[3 * (y * width + x) + c] = Math.min(255, light * colour[c]!)
    }
  return { width, height, data }
}

const next = (): (() => number) => {
  let seed = 1
  return () => {
    seed = (seed * 16807) % 2147483647
    return seed / 2147483647
  }
}
const change = (property: AdjustedProperty, amount: number, picture = tones()): Picture =>
  adjust(picture, property, { amount, next: next() }).picture
const mean = ({ data }: Picture, from = 0, to = data.length): number => {
  const part = data.slice(from, to)
  return part.reduce((sum, level) => sum + level, 0) / part.length
}
const chroma = ({ data }: Picture): number => {
  let sum = 0
  for (let i = 0; i < data.length; i += 3)
    sum += Math.max(data[i]!, data[i + 1]!, data[i + 2]!) - Math.min(data[i]!, data[i + 1]!, data[i + 2]!)
  return sum
}
const spread = ({ data }: Picture): number => {
  const middle = mean({ width: 1, height: 1, data })
  return data.reduce((sum, level) => sum + Math.abs(level - middle), 0) / data.length
}
const channel = ({ data }: Picture, c: number): number =>
  data.filter((_, i) => i % 3 === c).reduce((sum, level) => sum + level, 0)

describe('adjust', () => {
  it('goes both ways, and further with a larger amount', () => {
    const of: { readonly [P in AdjustedProperty]?: (picture: Picture) => number } = {
      brightness: (picture) => mean(picture),
      contrast: spread,
      saturation: chroma,
      warmth: (picture) => channel(picture, 0) - channel(picture, 2),
      tint: (picture) => channel(picture, 0) - channel(picture, 1),
      shadows: (picture) => mean(picture),
      highlights: (picture) => mean(picture),
      vignette: (picture) => -mean(picture, 0, 60),
      fade: (picture) => Math.min(...picture.data),
    }
    for (const [name, measure] of Object.entries(of)) {
      const property = name as AdjustedProperty
      const values = [-0.8, -0.3, 0.3, 0.8].map((amount) => measure(change(property, amount)))
      const before = measure(tones())
      const [least, less, more, most] = values as [number, number, number, number]
      expect(less, name).toBeLessThanOrEqual(before)
      expect(more, name).toBeGreaterThan(before)
      expect(most, name).toBeGreaterThan(more)
      expect(least, name).toBeLessThanOrEqual(less)
    }
  })

  it('keeps black and white, and clips nothing, when it brightens, darkens or adds contrast', () => {
    for (const property of ['brightness', 'contrast'] as const)
      for (const amount of property === 'contrast' ? [0.3, 1] : [-1, -0.3, 0.3, 1]) {
        const ramp = { width: 256, height: 1, data: Uint8Array.from({ length: 768 }, (_, i) => i / 3) }
        const { data } = change(property, amount, ramp)
        const levels = data.filter((_, i) => i % 3 === 0)
        expect([levels[0], levels[255]]).toEqual([0, 255])
        expect(levels.every((level, i) => i === 0 || level >= levels[i - 1]!)).toBe(true)
        expect(levels[240]).toBeLessThan(255)
      }
  })

  it('moves shadows and leaves highlights, and the other way round', () => {
    const picture = tones()
    const [dark, bright] = [3 * 8, 3 * 60]
    const row = (of: Picture, at: number): number => of.data[at]!
    const lifted = change('shadows', 0.8)
    expect(row(lifted, dark)).toBeGreaterThan(row(picture, dark) + 15)
    expect(Math.abs(row(lifted, bright) - row(picture, bright))).toBeLessThan(6)
    const lowered = change('highlights', -0.8)
    expect(row(lowered, bright)).toBeLessThan(row(picture, bright) - 15)
    expect(Math.abs(row(lowered, dark) - row(picture, dark))).toBeLessThan(6)
  })

  it('gives skin less colour than a blue of the same strength', () => {
    const flat = (colour: readonly number[]): Picture => ({
      width: 16,
      height: 16,
      data: Uint8Array.from({ length: 768 }, (_, i) => colour[i % 3]!),
    })
    const gain = (picture: Picture): number => chroma(change('saturation', 0.6, picture)) / chroma(picture)
    expect(gain(flat([200, 155, 130]))).toBeLessThan(gain(flat([130, 160, 200])) - 0.1)
  })

  it('leaves what the mask does not cover, to the bit, and blends at soft edges', () => {
    const picture = tones()
    const data = Uint8Array.from({ length: 64 * 48 }, (_, i) => [0, 128, 255][Math.floor((i % 64) / 22)]!)
    const { picture: made, region } = adjust(picture, 'brightness', {
      amount: 0.8,
      mask: { width: 64, height: 48, data },
      next: next(),
    })
    expect(region?.data).toEqual(data)
    const whole = change('brightness', 0.8)
    data.forEach((cover, i) => {
      const [own, half, full] = [picture, made, whole].map((each) => each.data[3 * i]!) as [
        number,
        number,
        number,
      ]
      if (cover === 0) expect(half).toBe(own)
      else if (cover === 255) expect(half).toBe(full)
      else expect(Math.abs(half - (own + full) / 2)).toBeLessThanOrEqual(1)
    })
  })

  it('adds grain without a change of brightness, the same again for the same numbers', () => {
    const grainy = change('grain', 0.5)
    expect(grainy).toEqual(change('grain', 0.5))
    expect(Math.abs(mean(grainy) - mean(tones()))).toBeLessThan(1.5)
    expect(grainy.data).not.toEqual(tones().data)
  })
})
