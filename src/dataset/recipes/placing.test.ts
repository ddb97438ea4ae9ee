import { expect, it } from 'vitest'
import { evenMask, type Picture } from '../../image/index.ts'
import { type Surface, turnedSize } from '../../operations/index.ts'
import { Random } from '../../random/index.ts'
import { placeThing } from './placing.ts'
import type { Cutout } from './recipe.ts'
import type { Thing } from './things.ts'

const size = { width: 320, height: 240 }
const picture: Picture = { ...size, data: new Uint8Array(3 * 320 * 240) }
const cutout = {
  id: 'c',
  name: { en: 'pen', cn: '笔' },
  picture: { width: 120, height: 80, data: new Uint8Array(3 * 120 * 80) },
  alpha: evenMask(120, 80, 255),
} as Cutout
const pen: Thing = { en: 'pen', cn: '笔', size: 0.15, group: 'tool' }
const cup: Thing = { en: 'cup', cn: '杯子', size: 0.1, group: 'ware' }

const places = (surface: Surface, thing: Thing) =>
  Array.from({ length: 60 }, (_, seed) =>
    placeThing(picture, [surface], { cutout, thing }, new Random('place', seed)),
  ).filter((each) => each !== undefined)

it('what lies on a flat is seen from above: turned, around the middle of its place, and whole in the picture', () => {
  const flat: Surface = { kind: 'flat', area: [0, 0, 1, 1], across: 0.8 }
  const pens = places(flat, pen)
  expect(pens.length).toBeGreaterThan(20)
  // Tools lie any way round, other things only a little askew.
  expect(pens.some(({ turn }) => Math.abs(turn) > 1)).toBe(true)
  const cups = places(flat, cup)
  expect(cups.length).toBeGreaterThan(20)
  expect(cups.some(({ turn }) => turn !== 0)).toBe(true)
  expect(cups.every(({ turn }) => Math.abs(turn) <= 0.4)).toBe(true)
  for (const place of [...pens, ...cups]) {
    const { width, height } = turnedSize(place)
    const bottom = place.y + (height - place.height) / 2
    expect(bottom - height).toBeGreaterThan(0)
    expect(bottom).toBeLessThan(size.height)
    expect(Math.abs(place.x - size.width / 2)).toBeLessThan((size.width - width) / 2)
  }
})

it('what stands on a table is upright, with its foot at its place', () => {
  const area = [0.1, 0.6, 0.9, 0.8] as const
  const cups = places({ kind: 'table', area: [...area], horizon: 0.2, eye: 0.3 }, cup)
  expect(cups.length).toBeGreaterThan(5)
  for (const { turn, y } of cups) {
    expect(turn).toBe(0)
    expect(y / size.height).toBeGreaterThanOrEqual(area[1] - 0.01)
    expect(y / size.height).toBeLessThanOrEqual(area[3] + 0.01)
  }
})
