import { expect, it } from 'vitest'
import type { Picture } from '../image/index.ts'
import { continueEdit, continueMap } from './frame.ts'

/** A row of grey pixels. */
const row = (...levels: readonly number[]): Picture => ({
  width: levels.length,
  height: 1,
  data: Uint8Array.from(levels.flatMap((level) => [level, level, level])),
})
const levels = ({ data }: Picture): number[] => [...data].filter((_, i) => i % 3 === 0)
const frame = { x: 2, y: 0, width: 3, height: 1 }

it('goes on beside a frame as the edit does, mirrored at its border', () => {
  const picture = row(10, 20, 30, 40, 50, 60, 70)
  // Changed at the right end, and not at the left one.
  const found = continueEdit(picture, row(30, 40, 200), frame)
  expect(levels(found)).toEqual([10, 20, 30, 40, 200, 200, 70])
  expect(levels(continueEdit(picture, row(230, 240, 50), frame))).toEqual([240, 230, 230, 240, 50, 60, 240])
})

it('keeps what an edit left alone, to the bit, and takes over small changes in part', () => {
  const picture = row(10, 20, 30, 40, 50, 60, 70)
  expect(levels(continueEdit(picture, row(33, 40, 46), frame))).toEqual([10, 20, 33, 40, 46, 60, 70])
  // 14 levels lie half way from 4 to 24: half of 36 instead of 50.
  expect(levels(continueEdit(picture, row(30, 40, 36), frame))[5]).toBe(48)
})

it('goes on in both directions, in maps too, and no farther than the frame is wide', () => {
  const size = { width: 4, height: 3 }
  const map = { width: 1, height: 1, data: Uint8Array.from([9]) }
  expect([...continueMap(size, map, { x: 1, y: 1, width: 1, height: 1 }).data]).toEqual(
    Array.from({ length: 12 }, () => 9),
  )
})
