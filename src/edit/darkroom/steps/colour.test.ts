import { expect, it } from 'vitest'
import { paintedBall } from '../../../../test/pictures/painted.ts'
import { compositePictures, type Picture } from '../../../image/index.ts'
import { labOfHex, recolourError } from '../../../operations/index.ts'
import type { Bench } from '../carry.ts'
import type { Target } from '../plan.ts'
import { carryMaterial, carryRecolour } from './colour.ts'
import { carryMove } from './move.ts'

const size = 64
const { picture: ball, alpha: mask } = paintedBall(size, [200, 60, 50])
const grey: Picture = { width: size, height: size, data: new Uint8Array(3 * size * size).fill(140) }
const bench = {
  picture: compositePictures(grey, ball, mask),
  find: () =>
    Promise.resolve({
      mask,
      box: { x: 0, y: 0, width: size, height: size },
      score: 0.8,
      label: 'red ball, in the middle',
    }),
  next: () => 0.5,
} as Partial<Bench> as Bench
const target: Target = { type: 'thing', phrase: 'the ball', noun: 'ball' }
const blue = { name: 'blue', hex: '#265cc4' }

it('recolours what was found, and says so', async () => {
  const made = await carryRecolour({ kind: 'recolour', target, colour: blue }, bench)
  expect(recolourError(made.picture, made.region!, labOfHex(blue.hex))).toBeLessThan(0.05)
  expect(made.did).toBe('recolour "the ball" to blue (red ball, in the middle, 0.80)')
})

it('makes what was found of a material that there is', async () => {
  const made = await carryMaterial({ kind: 'material', target, material: 'wood' }, bench)
  expect(made.did).toBe('make "the ball" of wood (red ball, in the middle, 0.80)')
  await expect(carryMaterial({ kind: 'material', target, material: 'jelly' }, bench)).rejects.toThrow(
    'no texture of "jelly"; there are marble, wood,',
  )
})

it('does not move what the picture cuts off', async () => {
  const step = { kind: 'move', target, right: 0.2, down: 0, scale: 1 } as const
  await expect(carryMove(step, bench)).rejects.toThrow('cut-off')
})

it('moves what is opaque in a picture with transparency along with it', async () => {
  const small = {
    ...mask,
    data: mask.data.map((_, i) => (i % size < 12 && i < size * 12 && i % size > 1 && i > 2 * size ? 255 : 0)),
  }
  const alone = { ...bench, alpha: small, find: async () => ({ ...(await bench.find(target)), mask: small }) }
  const made = await carryMove({ kind: 'move', target, right: 0.5, down: 0.5, scale: 1 }, alone)
  expect([made.alpha!.data[6 * size + 6], made.alpha!.data[38 * size + 38]]).toEqual([0, 255])
})

it('moves to a place of the picture, wherever the thing is, and not where it is already', async () => {
  const small = {
    ...mask,
    data: mask.data.map((_, i) =>
      i % size >= 4 && i % size < 14 && i >= size * 20 && i < size * 30 ? 255 : 0,
    ),
  }
  const alone = { ...bench, find: async () => ({ ...(await bench.find(target)), mask: small }) }
  const step = { kind: 'move', target, right: 0, down: 0, scale: 1 } as const
  const centred = await carryMove({ ...step, to: 'center' }, alone)
  expect(centred.did).toContain('move 36 % right "the ball"')
  const corner = await carryMove({ ...step, to: 'bottom right' }, alone)
  expect(corner.did).toContain('move 74 % right, 49 % down "the ball"')
  await expect(carryMove(step, alone)).rejects.toThrow('there-already')
  await expect(carryMove({ ...step, to: 'left' }, alone)).resolves.toBeDefined()
})
