import { expect, it } from 'vitest'
import { looksLikePlate } from './plates.ts'

const corners = [
  [10, 10],
  [70, 10],
  [70, 26],
  [10, 26],
] as const

it.each([
  ['EBY-584', true],
  ['京A·12345', true],
  ['AB 12 CDE', true],
  ['LEYLAND', false],
  ['Route 66', false],
  ['24', false],
  ['1999', false],
])('%s looks like a number plate: %s', (text, expected) => {
  expect(looksLikePlate({ text, corners })).toBe(expected)
})

it('is wide', () => {
  const tall = [corners[1], corners[2], corners[3], corners[0]] as const
  expect(looksLikePlate({ text: 'EBY584', corners: tall })).toBe(false)
})
