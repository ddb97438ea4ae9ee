import { expect, it } from 'vitest'
import { evenMask, type Picture } from '../../../image/index.ts'
import { lookWords, styleWords } from '../../../instructions/index.ts'
import { ownStyles, toneLooks } from '../../../operations/index.ts'
import type { Toolbox } from '../../../tools/index.ts'
import { EditError } from '../../error.ts'
import type { Bench } from '../carry.ts'
import { carryLook } from './tone.ts'

it('every look and every style has words', () => {
  expect(Object.keys(lookWords).sort()).toEqual(Object.keys(toneLooks).sort())
  expect(Object.keys(styleWords).sort()).toEqual(Object.keys(ownStyles).sort())
})

it('lays no snow on a wall: without a sky nothing is ground', async () => {
  const wall: Picture = {
    width: 64,
    height: 48,
    data: Uint8Array.from({ length: 3 * 64 * 48 }, (_, i) => 150 + ((i * 7919) % 60)),
  }
  const bench = {
    picture: wall,
    tools: { has: () => false } as unknown as Toolbox,
    find: ({ type }) =>
      type === 'sky'
        ? Promise.reject(new EditError('not-found', 'no sky'))
        : Promise.resolve({
            mask: evenMask(64, 48, 255),
            box: { x: 0, y: 0, width: 64, height: 48 },
            score: 0.9,
            label: type,
          }),
    next: () => 0.5,
  } as Partial<Bench> as Bench
  const winter = {
    kind: 'look',
    look: 'winter',
    strength: 1,
    target: { type: 'picture', phrase: 'it' },
  } as const
  await expect(carryLook(winter, bench)).rejects.toThrow('unfit')
})
