import { expect, it } from 'vitest'
import { lookWords, styleWords } from '../../../instructions/index.ts'
import { ownStyles, toneLooks } from '../../../operations/index.ts'

it('every look and every style has words', () => {
  expect(Object.keys(lookWords).sort()).toEqual(Object.keys(toneLooks).sort())
  expect(Object.keys(styleWords).sort()).toEqual(Object.keys(ownStyles).sort())
})
