import { describe, expect, it } from 'vitest'
import { addNoise, type Mask, type Picture } from '../../image/index.ts'
import { restoreSurface } from './surface.ts'

const [width, height] = [160, 80]

/** A picture by its levels of red; green and blue go with them. */
function painted(level: (x: number, y: number) => number): Picture {
  const data = new Uint8Array(3 * width * height)
  for (let i = 0; i < width * height; i++)
    data.fill(Math.round(level(i % width, Math.floor(i / width))), 3 * i, 3 * i + 3)
  return { width, height, data }
}

/** Bars, as of letters. */
const bars: Mask = {
  width,
  height,
  data: Uint8Array.from({ length: width * height }, (_, i) => {
    const [x, y] = [i % width, Math.floor(i / width)]
    return y >= 30 && y < 50 && x >= 30 && x < 130 && x % 10 < 5 ? 255 : 0
  }),
}

function inked(picture: Picture, mask: Mask, level: number): Picture {
  const data = picture.data.slice()
  for (let i = 0; i < mask.data.length; i++) if (mask.data[i]! > 0) data.fill(level, 3 * i, 3 * i + 3)
  return { ...picture, data }
}

function numbers(): () => number {
  let state = 7
  return () => {
    state = (state * 48271) % 2147483647
    return state / 2147483647
  }
}

/** Deviation from another picture beneath the mask, in levels. */
function missed(picture: Picture, truth: Picture, { data }: Mask): number {
  let [square, count] = [0, 0]
  for (let i = 0; i < data.length; i++)
    if (data[i]! > 0) {
      square += (picture.data[3 * i]! - truth.data[3 * i]!) ** 2
      count++
    }
  return Math.sqrt(square / count)
}

describe('restoreSurface', () => {
  it('carries on what is plain or graded, and leaves the rest bit-equal', async () => {
    const truth = painted((x, y) => 60 + 0.7 * x + 0.5 * y)
    const spoilt = inked(truth, bars, 250)
    const restored = await restoreSurface(spoilt, bars)
    expect(missed(restored, truth, bars)).toBeLessThan(1.5)
    const strayed = spoilt.data.findIndex(
      (level, i) => bars.data[Math.floor(i / 3)] === 0 && restored.data[i] !== level,
    )
    expect(strayed).toBe(-1)
  })

  it('gives it the grain of what is around', async () => {
    const plain = painted(() => 120)
    const grainy = addNoise(plain, { levels: 8, grey: true, next: numbers() })
    const restored = await restoreSurface(inked(grainy, bars, 10), bars)
    const grain = missed(restored, plain, bars)
    expect(grain).toBeGreaterThan(5)
    expect(grain).toBeLessThan(11)
  })

  it('takes nothing from other letters, nor from what is behind a sign', async () => {
    // Sky above a board, and another line of letters on it.
    const board = painted((_, y) => (y < 20 ? 230 : 90))
    const other: Mask = { width, height, data: bars.data.slice().fill(0) }
    for (let y = 56; y < 70; y++)
      for (let x = 30; x < 130; x++) if (x % 9 < 4) other.data[y * width + x] = 255
    const spoilt = inked(inked(board, bars, 240), other, 240)
    expect(missed(await restoreSurface(spoilt, bars), board, bars)).toBeLessThan(2)
  })

  it('leaves a texture to the fill, and a plain surface not', async () => {
    let asked = 0
    const fill = (picture: Picture): Picture => {
      asked++
      return inked(
        picture,
        { ...picture, data: new Uint8Array(picture.width * picture.height).fill(255) },
        77,
      )
    }
    await restoreSurface(
      inked(
        painted(() => 100),
        bars,
        250,
      ),
      bars,
      { fill },
    )
    expect(asked).toBe(0)
    const planks = painted((x, y) => 110 + 40 * Math.sin(0.45 * x + 0.1 * y) + 30 * Math.sin(0.5 * y))
    const restored = await restoreSurface(inked(planks, bars, 255), bars, { fill })
    expect(asked).toBe(1)
    expect(restored.data[3 * (40 * width + 41)]).toBe(77)
  })
})
