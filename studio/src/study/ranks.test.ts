import { expect, it } from 'vitest'
import { moved, orderOf, parted, placed, ranksOf, tied, without } from './ranks.ts'

it('orders are of groups of equals, and have ranks', () => {
  expect(ranksOf([[2], [0, 3], [1]], 4)).toEqual([2, 4, 1, 2])
  expect(orderOf([2, 4, 1, 2])).toEqual([[2], [0, 3], [1]])
  expect(orderOf([0, 1, 0])).toEqual([[1]])
  expect(placed([[2], [0]], 1)).toEqual([[2], [0], [1]])
  expect(placed([[2], [0], [1]], 1, 0)).toEqual([[1], [2], [0]])
  expect(without([[2, 1], [0]], 2)).toEqual([[1], [0]])
  expect(tied([[2], [0], [1]], 1)).toEqual([[2, 0], [1]])
  expect(tied([[2]], 0)).toEqual([[2]])
  expect(parted([[2, 0], [1]], 0)).toEqual([[2], [0], [1]])
})

it('a picture moves out of its group first, then past the next one', () => {
  expect(moved([[0], [1, 2], [3]], 2, -1)).toEqual([[0], [2], [1], [3]])
  expect(moved([[0], [1, 2], [3]], 1, 1)).toEqual([[0], [2], [1], [3]])
  expect(moved([[0], [1], [2]], 2, -1)).toEqual([[0], [2], [1]])
  expect(moved([[0], [1]], 0, -1)).toEqual([[0], [1]])
  expect(moved([[0], [1]], 1, 1)).toEqual([[0], [1]])
  expect(moved([[0]], 5, 1)).toEqual([[0]])
})
