import { describe, expect, it } from 'vitest'
import { boxMask, type Mask, type Picture, peakSignalToNoise } from '../../../image/index.ts'
import type { Bench } from '../carry.ts'
import type { Target } from '../plan.ts'
import { erase, obscure } from './erase.ts'

const [width, height] = [160, 120]
const planks: Picture = {
  width,
  height,
  data: Uint8Array.from({ length: 3 * width * height }, (_, i) => {
    const x = Math.floor(i / 3) % width
    return [150, 110, 70][i % 3]! + (x % 16 < 2 ? -50 : (x * 5) % 9)
  }),
}
const ball: Mask = {
  width,
  height,
  data: Uint8Array.from({ length: width * height }, (_, i) =>
    Math.hypot((i % width) - 80, Math.floor(i / width) - 60) < 16 ? 255 : 0,
  ),
}
const photo: Picture = {
  ...planks,
  data: planks.data.map((x, i) => (ball.data[Math.floor(i / 3)]! > 0 ? [200, 30, 40][i % 3]! : x)),
}

function benchOf(mask: Mask): Bench {
  return {
    picture: photo,
    find: () =>
      Promise.resolve({
        mask,
        box: { x: 64, y: 44, width: 32, height: 32 },
        score: 0.812,
        label: 'red ball, in the middle',
      }),
    next: () => 0.5,
  } as Partial<Bench> as Bench
}
const target: Target = { type: 'thing', phrase: 'red ball', noun: 'ball' }

describe('erase', () => {
  it('refuses what takes most of the picture, unless its place was drawn', async () => {
    const most = boxMask(width, height, { x: 8, y: 8, width: 120, height: 100 })
    const step = { kind: 'erase', target: { type: 'subject', phrase: 'subject' } } as const
    await expect(erase(step, benchOf(most))).rejects.toMatchObject({ reason: 'large' })
    const drawn = { kind: 'erase', target: { type: 'region', phrase: 'this' } } as const
    expect((await erase(drawn, benchOf(most))).did).toContain('erase')
  })

  it('takes a thing out to its last rim, and says what', async () => {
    const { picture, region, did } = await erase({ kind: 'erase', target }, benchOf(ball))
    expect(did).toBe('erase "red ball" (red ball, in the middle, 0.81)')
    expect(peakSignalToNoise(picture, planks)).toBeGreaterThan(34)
    const outside = picture.data.filter(
      (x, i) => region!.data[Math.floor(i / 3)] === 0 && x !== photo.data[i],
    )
    expect(outside).toHaveLength(0)
  })

  it('fills just what a user has marked', async () => {
    const box = boxMask(width, height, { x: 60, y: 40, width: 40, height: 40 })
    const made = await erase({ kind: 'erase', target: { type: 'region', phrase: 'this' } }, benchOf(box))
    expect(made.region?.data).toEqual(box.data)
  })
})

describe('obscure', () => {
  it('covers a thing with its rim', async () => {
    const { picture, did } = await obscure(
      { kind: 'obscure', target, how: 'black', strength: 1 },
      benchOf(ball),
    )
    expect(did).toBe('black "red ball" (red ball, in the middle, 0.81)')
    expect(Math.max(...picture.data.filter((_, i) => ball.data[Math.floor(i / 3)]! > 0))).toBe(0)
  })
})
