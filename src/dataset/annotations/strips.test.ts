import { expect, it } from 'vitest'
import type { Picture } from '../../image/index.ts'
import type { AnnotatedThing } from './annotation.ts'
import { besideThings, levelStrips } from './strips.ts'

const size = { width: 160, height: 100 }
const box = { x: 70, y: 30, width: 16, height: 40 }

/** Even ground, another from a column on. */
const ground = (until: number, colour?: readonly [number, number, number]): Picture => ({
  ...size,
  data: Uint8Array.from({ length: 3 * size.width * size.height }, (_, i) =>
    Math.floor(i / 3) % size.width < until ? (colour?.[i % 3] ?? 120) : 190,
  ),
})

it('the ground beside a thing goes on as far as it is alike and free', () => {
  const [before, behind] = levelStrips(ground(130), box, [])
  expect(before).toMatchObject({ right: 68, foot: 70 })
  expect(before!.left).toBeLessThan(12)
  expect(behind!.left).toBe(88)
  expect(behind!.right).toBeGreaterThan(115)
  expect(behind!.right).toBeLessThanOrEqual(130)
  const other = { x: 40, y: 40, width: 10, height: 32 }
  expect(levelStrips(ground(160), box, [other])[0]!.left).toBeGreaterThanOrEqual(50)
})

it('has the scale that a known height tells, and is none where the foot is out of sight', () => {
  const hydrant: AnnotatedThing = {
    name: { en: 'fire hydrant', cn: '消防栓' },
    label: 'fire hydrant',
    box,
    score: 0.8,
    from: 'detector',
    height: 0.75,
  }
  const found = besideThings(ground(160), [hydrant], 'outdoors')
  expect(found.map(({ kind }) => kind)).toEqual(['road', 'road'])
  expect(found[0]!.across).toBeCloseTo((160 * 0.75) / 40)
  const cut = { ...hydrant, box: { ...box, y: 60 } }
  expect(besideThings(ground(160), [cut], 'outdoors')).toEqual([])
  expect(besideThings(ground(160), [{ ...hydrant, score: 0.4 }], 'outdoors')).toEqual([])
  // A painted wall has the colour of grass and no blade.
  expect(besideThings(ground(160, [170, 180, 110]), [hydrant], 'outdoors')).toEqual([])
})
